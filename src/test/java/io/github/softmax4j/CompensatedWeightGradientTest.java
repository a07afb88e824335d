package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A weight gradient that keeps the rounding errors of its additions. */
class CompensatedWeightGradientTest {

  private static LinearCrossEntropy loss(CrossEntropy loss, boolean compensates) {
    return LinearCrossEntropy.builder(loss)
        .recompute(false)
        .compensateWeightGradient(compensates)
        .build();
  }

  /** Rows whose second half takes back almost all that the first half gives. */
  private static LinearCase cancelling() {
    int rows = 10_000;
    OptionedLoss c = LossOption.PLAIN.of(rows, 5, 1);
    c.reduction = Reduction.SUM;
    c.upstream = new float[rows];
    Arrays.fill(c.upstream, 0, rows / 2, 1);
    Arrays.fill(c.upstream, rows / 2, rows, -1.0001f);
    LinearCase l = new LinearCase(c, 7, false);
    for (int r = 0; r < rows / 2; r++) {
      c.labels[r + rows / 2] = c.labels[r] = r % 2;
      for (int h = 0; h < 7; h++) {
        float x = Math.abs(l.input[r * 7 + h]);
        l.input[r * 7 + h] = x;
        l.input[(r + rows / 2) * 7 + h] = x;
      }
    }
    return l;
  }

  @Test
  void isCloserToTheSumInDouble() {
    LinearCase l = cancelling();
    CrossEntropy loss = l.c.build();
    LinearRun plain = new LinearRun(l, 0).run(loss(loss, false));
    LinearRun compensated = new LinearRun(l, 0).run(loss(loss, true));
    double[] exact = exactWeightGradient(l);
    double plainError = error(exact, plain.weightGradient);
    double compensatedError = error(exact, compensated.weightGradient);
    String errors = compensatedError + " against " + plainError;
    assertTrue(compensatedError < plainError / 8, errors);
    Bits.assertSame(plain.inputGradient, compensated.inputGradient, "dx");
    Bits.assertSame(plain.biasGradient, compensated.biasGradient, "db");
    assertEquals(plain.value, compensated.value);
  }

  /** Of the gradients with respect to the logits as the library has them. */
  private static double[] exactWeightGradient(LinearCase l) {
    OptionedLoss c = l.c;
    float[] z = new float[c.rows * c.classes];
    Linear.forward(l.input, l.weights, null, z, c.rows, l.features, c.classes);
    c.build().lossAndGradient(c.minibatch().logits(z).gradient(z));
    double[] sums = new double[c.classes * l.features];
    for (int r = 0; r < c.rows; r++) {
      for (int i = 0; i < sums.length; i++) {
        double g = z[r * c.classes + i / l.features];
        sums[i] += g * l.input[r * l.features + i % l.features];
      }
    }
    return sums;
  }

  private static double error(double[] exact, float[] actual) {
    double error = 0;
    for (int i = 0; i < exact.length; i++) {
      error += Math.abs(exact[i] - actual[i]);
    }
    return error;
  }

  /** Chunks of 256 rows or more, with ignored rows among them, and classes in several groups. */
  @ParameterizedTest
  @ValueSource(ints = {3, 3000})
  void doesNotDependOnTheBudget(int features) {
    int rows = features == 3 ? 1500 : 300;
    OptionedLoss c = LossOption.SMOOTHING.of(rows, 30, 1);
    LossSetting.ALL.set(c);
    LinearCase l = new LinearCase(c, features, true);
    LinearCrossEntropy loss = loss(c.build(), true);
    LinearRun usual = new LinearRun(l, 0).budget(1L << 30).run(loss);
    LinearRun least = new LinearRun(l, 0);
    long bytes = LinearNeeds.bytes(loss, least.batch);
    for (long more : new long[] {0, 1000, 10_000, 100_000}) {
      LinearRun small = new LinearRun(l, 0).budget(bytes + more).run(loss);
      small.assertSameBits(usual, more + " bytes more than needed");
    }
  }

  @Test
  void accumulates() {
    LinearCase l = cancelling();
    LinearCrossEntropy loss = loss(l.c.build(), true);
    LinearRun once = new LinearRun(l, 0).run(loss);
    LinearRun twice = new LinearRun(l, 0).run(loss);
    twice.batch.accumulate(true);
    twice.run(loss);
    for (int i = 0; i < once.weightGradient.length; i++) {
      float expected = 2 * once.weightGradient[i];
      assertEquals(expected, twice.weightGradient[i], 1e-3, "element " + i);
    }
  }

  /** One feature is so large that its sums overflow; its weights are 0. */
  @Test
  void infiniteAndNaNSumsStay() {
    int rows = 600;
    OptionedLoss c = LossOption.PLAIN.of(rows, 3, 1);
    c.reduction = Reduction.SUM;
    Arrays.fill(c.labels, 0);
    LinearCase l = new LinearCase(c, 2, false);
    for (int r = 0; r < rows; r++) {
      l.input[2 * r] = 3e38f;
    }
    for (int k = 0; k < 3; k++) {
      l.weights[2 * k] = 0;
    }
    LinearRun run = new LinearRun(l, 0).run(loss(c.build(), true));
    LinearRun plain = new LinearRun(l, 0).run(loss(c.build(), false));
    assertEquals(Float.NEGATIVE_INFINITY, run.weightGradient[0]);
    assertEquals(Float.POSITIVE_INFINITY, run.weightGradient[2]);
    for (int k = 0; k < 3; k++) {
      float expected = plain.weightGradient[2 * k + 1];
      assertEquals(expected, run.weightGradient[2 * k + 1], 1e-3 * Math.abs(expected));
    }
    l.input[1] = Float.NaN;
    for (float sum : new LinearRun(l, 0).run(loss(c.build(), true)).weightGradient) {
      assertEquals(Float.NaN, sum);
    }
  }

  /** All rows are ignored: the gradient is 0, or what was there. */
  @Test
  void noRows() {
    OptionedLoss c = LossOption.PLAIN.of(4, 3, 1);
    c.ignores = true;
    Arrays.fill(c.labels, OptionedLoss.IGNORED);
    LinearRun run = new LinearRun(new LinearCase(c, 2, true), 0).budget(1);
    float[] before = run.weightGradient.clone();
    run.batch.accumulate(true);
    run.run(loss(c.build(), true));
    Bits.assertSame(before, run.weightGradient, "accumulated");
    run.batch.accumulate(false);
    Bits.assertSame(new float[6], run.run(loss(c.build(), true)).weightGradient, "set");
  }
}
