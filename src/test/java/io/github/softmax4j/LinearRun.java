package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;

/** A batch of a {@link LinearCase} with all that it can give, in arrays with guards. */
final class LinearRun {

  private static final float GUARD = 77;
  private static final double LOSS = 2e-6;
  private static final double GRADIENT = 2e-6;

  /** Index of the first value of each row's array. */
  private static final int AT = 2;

  final LinearCase l;
  final Minibatch rows;
  final LinearBatch batch;
  private final int gap;
  final float[] inputGradient;
  final float[] weightGradient;
  final float[] biasGradient;
  final float[] rowLosses;
  final float[] zLosses;
  final float[] logSumExp;
  final float[] entropy;
  final int[] argmax;
  double value;

  /** With so many elements between two rows of a matrix, and before the first. */
  LinearRun(LinearCase l, int gap) {
    this.l = l;
    this.gap = gap;
    OptionedLoss c = l.c;
    inputGradient = guards(c.rows, l.features);
    weightGradient = guards(c.classes, l.features);
    biasGradient = guards(1, c.classes);
    rowLosses = guards(1, c.rows + AT);
    zLosses = guards(1, c.rows + AT);
    logSumExp = guards(1, c.rows + AT);
    entropy = guards(1, c.rows + AT);
    argmax = new int[c.rows];
    rows = inputs(c);
    rows.rowLosses(MatrixView.ofColumn(rowLosses, AT, c.rows))
        .zLosses(MatrixView.ofColumn(zLosses, AT, c.rows))
        .logSumExp(MatrixView.ofColumn(logSumExp, AT, c.rows))
        .argmax(argmax);
    batch =
        LinearBatch.of(
            rows, view(l.input, c.rows, l.features), view(l.weights, c.classes, l.features));
    batch
        .bias(l.bias == null ? null : view(l.bias, 1, c.classes))
        .inputGradient(place(inputGradient, c.rows, l.features))
        .weightGradient(place(weightGradient, c.classes, l.features))
        .biasGradient(place(biasGradient, 1, c.classes));
  }

  /** The rows without logits and outputs. */
  private static Minibatch inputs(OptionedLoss c) {
    Minibatch rows = Minibatch.of(c.rows, c.classes);
    rows.rowWeights(c.rowWeights).upstream(c.upstream).gradientScale(c.gradientScale);
    if (!Double.isNaN(c.denominator) && c.reduction == Reduction.MEAN) {
      rows.denominator(c.denominator, c.zDenominator);
    }
    return c.hasTargets ? rows.targets(c.targets) : c.labels(rows, 0, c.rows);
  }

  /** With those outputs, too, that blocks of classes cannot tell. */
  LinearRun withEntropyAndCorrect() {
    rows.entropy(MatrixView.ofColumn(entropy, AT, l.c.rows)).countCorrect(!l.c.hasTargets);
    return this;
  }

  LinearRun budget(long bytes) {
    batch.workspace(LinearWorkspace.ofBytes(bytes));
    return this;
  }

  LinearRun run(LinearCrossEntropy loss) {
    value = loss.lossAndGradients(batch);
    return this;
  }

  /** All elements are guards that a run replaces. */
  private float[] guards(int rows, int columns) {
    float[] array = new float[gap + rows * (columns + gap)];
    Arrays.fill(array, GUARD);
    return array;
  }

  private MatrixView place(float[] array, int rows, int columns) {
    return MatrixView.of(array, gap, columns + gap, rows, columns);
  }

  /** A copy with NaN between the rows. */
  private MatrixView view(float[] values, int rows, int columns) {
    float[] spaced = new float[gap + rows * (columns + gap)];
    Arrays.fill(spaced, Float.NaN);
    for (int r = 0; r < rows; r++) {
      System.arraycopy(values, r * columns, spaced, gap + r * (columns + gap), columns);
    }
    return place(spaced, rows, columns);
  }

  /** The elements of a matrix; fails if a guard is gone. */
  private float[] packed(float[] spaced, int rows, int columns) {
    float[] values = new float[rows * columns];
    float[] left = spaced.clone();
    for (int r = 0; r < rows; r++) {
      int at = gap + r * (columns + gap);
      System.arraycopy(spaced, at, values, r * columns, columns);
      Arrays.fill(left, at, at + columns, GUARD);
    }
    for (float guard : left) {
      assertEquals(GUARD, guard, () -> "between rows: " + l);
    }
    return values;
  }

  float[] inputGradient() {
    return packed(inputGradient, l.c.rows, l.features);
  }

  float[] weightGradient() {
    return packed(weightGradient, l.c.classes, l.features);
  }

  float[] biasGradient() {
    return packed(biasGradient, 1, l.c.classes);
  }

  /** The values of the rows; fails if what is before them is written. */
  static float[] ofRows(float[] values, int rows) {
    for (int i = 0; i < AT; i++) {
      assertEquals(GUARD, values[i], "before the first row");
    }
    return Arrays.copyOfRange(values, AT, AT + rows);
  }

  /** All that was given has the bits of another run. */
  void assertSameBits(LinearRun expected, String where) {
    String all = where + ": " + l;
    assertEquals(expected.value, value, all);
    assertEquals(expected.rows.zLoss(), rows.zLoss(), all);
    assertEquals(expected.rows.correct(), rows.correct(), all);
    assertSameGradients(expected, all);
    Bits.assertSame(expected.rowLosses, rowLosses, all);
    Bits.assertSame(expected.zLosses, zLosses, all);
    Bits.assertSame(expected.logSumExp, logSumExp, all);
    Bits.assertSame(expected.entropy, entropy, all);
    assertArrayEquals(expected.argmax, argmax, all);
  }

  void assertSameGradients(LinearRun expected, String where) {
    Bits.assertSame(expected.inputGradient, inputGradient, where + ", dx");
    Bits.assertSame(expected.weightGradient, weightGradient, where + ", dW");
    Bits.assertSame(expected.biasGradient, biasGradient, where + ", db");
  }

  /** All is what the oracle says. */
  void check(String where) {
    String all = where + ": " + l;
    OptionedLoss c = l.c;
    if (Double.isFinite(c.loss)) {
      near(c.loss, value, LOSS, Math.abs(c.loss) + c.rows, all + ", loss");
      near(c.reducedZLoss, rows.zLoss(), LOSS, c.reducedZLoss + 0.01, all + ", z-loss");
    } else {
      assertEquals(c.loss, value, all);
    }
    near(c.rowLosses, ofRows(rowLosses, c.rows), LOSS, 1, all + ", row loss");
    near(c.zLosses, ofRows(zLosses, c.rows), LOSS, 1, all + ", z-loss of a row");
    near(c.logSumExps, ofRows(logSumExp, c.rows), 1e-6, 1, all + ", log-sum-exp");
    assertArrayEquals(c.argmax, argmax, all);
    if (rows.entropy.isGiven()) {
      near(c.entropies, ofRows(entropy, c.rows), 2e-6, 1, all + ", entropy");
      assertEquals(c.hasTargets ? -1 : c.correct, rows.correct(), all);
    }
    checkGradients(all);
  }

  void checkGradients(String where) {
    checkGradient(l.inputGradient, inputGradient(), l.inputSize, where + ", dx");
    checkGradient(l.weightGradient, weightGradient(), l.weightSize, where + ", dW");
    checkGradient(l.biasGradient, biasGradient(), l.biasSize, where + ", db");
  }

  private void checkGradient(double[] expected, float[] actual, double[] size, String where) {
    double bound = GRADIENT + 4 * l.logitError + 2 * l.c.logitError();
    for (int i = 0; i < expected.length; i++) {
      if (Double.isFinite(expected[i])) {
        double tolerance = bound * size[i] + 1e-30;
        String at = where + " " + i;
        assertTrue(Math.abs(expected[i] - actual[i]) <= tolerance, () -> at + " is off");
      } else {
        assertEquals(expected[i], actual[i], where);
      }
    }
  }

  private void near(double[] expected, float[] actual, double bound, double size, String where) {
    for (int i = 0; i < expected.length; i++) {
      near(expected[i], actual[i], bound, size, where + " " + i);
    }
  }

  private void near(double expected, double actual, double bound, double size, String where) {
    double all = bound + 8 * l.logitError + 2 * l.c.logitError();
    assertEquals(expected, actual, all * Math.max(size, Math.abs(expected)), where);
  }
}
