package io.github.softmax4j;

import io.github.softmax4j.cli.Operation;
import java.util.Arrays;
import java.util.Random;

/** Rows that end with the longest array there is give what they give elsewhere. */
final class LastElementsProbe {

  private static final int LENGTH = Integer.MAX_VALUE - 2;

  private static final float[] LONGEST = new float[LENGTH];

  private static final int[] CLASSES =
      Sizes.with(Sizes.around(), 12, 15, 33, 100, 129, 600, 3000, 8193, 9000);

  private LastElementsProbe() {}

  public static void main(String[] args) {
    for (int classes : CLASSES) {
      for (int rows : new int[] {1, 2, 5, 37}) {
        for (Operation operation : Forms.OPERATIONS) {
          check(operation, Batch.of(Family.GAUSSIAN, rows, classes));
        }
        for (Backward backward : Backward.values()) {
          check(backward, rows, classes);
        }
      }
      for (LossOption option : LossOption.values()) {
        for (int inner : new int[] {1, 2, 37}) {
          check(option.of(2 * inner, classes, inner));
        }
      }
      selected(classes);
    }
    if (Sizes.LANES > 1) {
      rowOfAll();
    }
    columnOfAll();
  }

  /** With the logits last, in place or behind the output, and with the output last. */
  private static void check(Operation operation, Batch batch) {
    Outcome expected = Call.run(operation, batch);
    int size = batch.rows() * batch.classes;
    for (boolean inPlace : new boolean[] {false, true}) {
      for (boolean outIsLast : new boolean[] {false, true}) {
        Call call = new Call(operation, batch, Layout.TIGHT, inPlace, Reduction.SUM);
        place(call.logits, LENGTH - (outIsLast && !inPlace ? 2 : 1) * size);
        if (call.out != null && !inPlace) {
          place(call.out, LENGTH - (outIsLast ? 1 : 2) * size);
        }
        double value = Forms.call(call);
        float[] perRow = call.perRow == null ? null : call.perRow.array;
        float[][] out = call.out == null ? new float[0][] : call.out.toRows();
        String what = "%s of %d x %d".formatted(operation, batch.rows(), batch.classes);
        new Outcome(value, out, perRow).assertSameBits(expected, what);
      }
    }
  }

  private static void place(Matrix matrix, int offset) {
    System.arraycopy(matrix.array, 0, LONGEST, offset, matrix.array.length);
    matrix.array = LONGEST;
    matrix.offset = offset;
  }

  private static void check(Backward backward, int rows, int classes) {
    float[][] forward = backward.forward(Family.GAUSSIAN, rows, classes);
    float[][] upstream = Backward.upstream(Family.GAUSSIAN, rows, classes);
    float[][] expected = backward.run(forward, upstream);
    Backward.Arguments a =
        new Backward.Arguments(forward, upstream, Layout.TIGHT, Backward.Place.OVER_UPSTREAM);
    place(a.forward, LENGTH - 2 * rows * classes);
    place(a.upstream, LENGTH - rows * classes);
    backward.call(a);
    Bits.assertSame(expected, a.out.toRows(), backward + " of " + classes);
  }

  /** Some rows are ignored. The gradient is last. */
  private static void check(OptionedLoss c) {
    c.rowWeights = OptionedLoss.weights(new Random(1), c.rows, true);
    c.rowWeights[c.rows - 1] = 0;
    int size = c.logits.length;
    float[] gradient = new float[size];
    double value = c.build().lossAndGradient(c.minibatch().gradient(gradient));
    int at = LENGTH - size;
    int stride = c.classes * c.inner;
    System.arraycopy(c.logits, 0, LONGEST, at - size, size);
    int outer = c.rows / c.inner;
    Minibatch batch =
        c.minibatch()
            .logits(MatrixView.ofBlocks(LONGEST, at - size, stride, outer, c.classes, c.inner))
            .gradient(MatrixView.ofBlocks(LONGEST, at, stride, outer, c.classes, c.inner));
    double far = c.build().lossAndGradient(batch);
    if (Double.compare(value, far) != 0) { // NaN if all rows are ignored
      throw new AssertionError(c + ": another loss");
    }
    Bits.assertSame(gradient, Arrays.copyOfRange(LONGEST, at, LENGTH), c.toString());
  }

  private static void selected(int classes) {
    float[] logits = Batch.of(Family.GAUSSIAN, 1, classes).logits[0];
    int at = LENGTH - classes;
    System.arraycopy(logits, 0, LONGEST, at, classes);
    Sampler sampler = Sampler.builder().topP(0.9).minP(0.01).build();
    int near = sampler.sample(logits, 0, classes, new Random(1));
    int far = sampler.sample(LONGEST, at, classes, new Random(1));
    int[] indices = new int[2];
    float[] top = new float[2];
    Softmax.topLogProbabilities(logits, 1, indices, top, 1, classes);
    Softmax.topLogProbabilities(
        MatrixView.of(LONGEST, at, classes, 1, classes),
        IntView.of(indices, 1, 1, 1, 1),
        MatrixView.of(top, 1, 1, 1, 1));
    if (near != far || indices[0] != indices[1] || top[0] != top[1]) {
      throw new AssertionError("other classes of " + classes);
    }
  }

  /** As many classes as there are elements, all alike. */
  private static void rowOfAll() {
    Arrays.fill(LONGEST, 0);
    float p = (float) (1.0 / LENGTH);
    float[] entropy = new float[1];
    int[] argmax = new int[1];
    Minibatch batch = Minibatch.of(1, LENGTH).logits(LONGEST).labels(new int[] {LENGTH - 1});
    CrossEntropy loss = CrossEntropy.builder().build();
    near(Math.log(LENGTH), loss.loss(batch.entropy(entropy).argmax(argmax)), "loss");
    near(Math.log(LENGTH), entropy[0], "entropy");
    near(0, argmax[0], "most probable class");
    loss.lossAndGradient(batch.gradient(LONGEST));
    near(p, LONGEST[LENGTH - 2], "last but one");
    near(p - 1, LONGEST[LENGTH - 1], "gradient at the label");
    Arrays.fill(LONGEST, 1);
    Softmax.softmaxBackward(LONGEST, LONGEST, LONGEST, 1, LENGTH);
    near(1.0 - LENGTH, LONGEST[LENGTH - 1], "backward");
  }

  /** As many rows as there are elements, which are summed up. */
  private static void columnOfAll() {
    Arrays.fill(LONGEST, 0);
    LONGEST[0] = 2;
    LONGEST[LENGTH - 1] = 3;
    float[] sum = new float[1];
    Linear.biasGradient(LONGEST, sum, false, LENGTH, 1);
    near(5, sum[0], "sum of a column");
    MatrixView column = MatrixView.of(LONGEST, LENGTH, 1);
    Linear.weightGradient(column, column, MatrixView.of(sum, 1, 1), false);
    near(13, sum[0], "sum of squares");
    MatrixView row = MatrixView.of(LONGEST, 1, LENGTH);
    Linear.forward(row, row, null, MatrixView.of(sum, 1, 1));
    near(13, sum[0], "product of a row with itself");
  }

  private static void near(double expected, double actual, String what) {
    if (!(Math.abs(actual - expected) <= 1e-5 * Math.abs(expected))) {
      throw new AssertionError("%s: is %s, should be %s".formatted(what, actual, expected));
    }
  }
}
