package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Loss, gradients and outputs of a linear layer's logits against an oracle in double. */
class LinearCrossEntropyTest {

  /** Rows, classes, features. */
  private static final int[][] SHAPES = {
    {0, 3, 3},
    {1, 1, 1},
    {1, 257, 64},
    {5, 3, 257},
    {5, 255, 3},
    {17, 17, 64},
    {17, 256, 65},
    {64, 257, 3},
    {64, 700, 1},
    {257, 17, 1},
    {300, 3, 64},
  };

  /** With more work. */
  private static final int[][] LARGE_SHAPES = {{300, 700, 257}, {257, 256, 64}, {64, 700, 64}};

  @ParameterizedTest
  @EnumSource
  void options(LossOption option) {
    for (int i = 0; i < SHAPES.length; i++) {
      check(option, SHAPES[i], i + option.ordinal());
    }
    check(option, new int[] {17, 700, 3}, option.ordinal());
  }

  @Tag("slow")
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void largeShapes(int shape) {
    check(LossOption.WEIGHTS_AND_SMOOTHING, LARGE_SHAPES[shape], shape + 2);
  }

  private static void check(LossOption option, int[] shape, int variant) {
    OptionedLoss c = option.of(shape[0], shape[1], 1);
    setting(shape[0], variant).set(c);
    check(new LinearCase(c, shape[2], variant % 3 > 0), variant % 2 * 3);
  }

  /** Those of several rows need as many. */
  private static LossSetting setting(int rows, int variant) {
    LossSetting[] settings =
        rows > 1
            ? LossSetting.values()
            : new LossSetting[] {LossSetting.SUM, LossSetting.MEAN, LossSetting.SCALED_AND_DIVIDED};
    return settings[variant % settings.length];
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void randomCombinations(int seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 12; i++) {
      int rows = 1 + random.nextInt(40);
      int classes = 2 + random.nextInt(i % 4 == 0 ? 700 : 40);
      OptionedLoss c = OptionedLoss.random(random, rows, classes, 1);
      check(new LinearCase(c, 1 + random.nextInt(20), random.nextBoolean()), random.nextInt(4));
    }
  }

  /** In both modes, with the usual budget and a small one. */
  private static void check(LinearCase l, int gap) {
    l.spoilIgnoredRows(Float.NaN);
    l.solve();
    CrossEntropy loss = l.c.build();
    LinearCrossEntropy held = LinearCrossEntropy.builder(loss).recompute(false).build();
    LinearRun usual = new LinearRun(l, gap).withEntropyAndCorrect().run(held);
    usual.check("held");
    assertEquals(usual.value, held.loss(usual.batch), l::toString);
    LinearRun small = new LinearRun(l, gap).withEntropyAndCorrect();
    small.budget(LinearNeeds.bytes(held, small.batch) * (1 + l.c.rows / 10)).run(held);
    small.assertSameBits(usual, "in small chunks");
    if (hasParts(l.c)) {
      LinearCrossEntropy recomputed = LinearCrossEntropy.builder(loss).recompute(true).build();
      new LinearRun(l, gap).run(recomputed).check("recomputed");
      LinearRun blocks = new LinearRun(l, gap);
      blocks.budget(LinearNeeds.bytes(recomputed, blocks.batch)).run(recomputed);
      blocks.check("recomputed block by block");
    }
  }

  private static boolean hasParts(OptionedLoss c) {
    return !c.hasTargets && c.gamma == 0 && c.cap == 0 && c.scale == 1;
  }

  /** Ignored rows in each pattern: scattered, runs, at either end, all and none. */
  @ParameterizedTest
  @ValueSource(
      strings = {"-x-x--xx-", "xxx------", "------xxx", "---xxx---", "xxxxxxxxx", "---------"})
  void ignoredRows(String pattern) {
    for (boolean byWeight : new boolean[] {false, true}) {
      OptionedLoss c = LossOption.SMOOTHING.of(9 * 7, 300, 1);
      c.ignores = true;
      c.rowWeights = OptionedLoss.weights(new Random(1), c.rows, false);
      for (int r = 0; r < c.rows; r++) {
        boolean isIgnored = pattern.charAt(r / 7) == 'x';
        c.labels[r] = isIgnored && !byWeight ? OptionedLoss.IGNORED : c.labels[r];
        c.rowWeights[r] = isIgnored && byWeight ? 0 : c.rowWeights[r];
      }
      check(new LinearCase(c, 13, true), 3);
    }
  }

  /** Targets have no ignore index, but rows of weight 0. */
  @Test
  void targetsOfWeightZero() {
    OptionedLoss c = LossOption.ALL_OF_TARGETS.of(40, 33, 1);
    c.rowWeights = OptionedLoss.weights(new Random(2), 40, true);
    for (float spoiler : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      LinearCase l = new LinearCase(c, 10, true);
      l.spoilIgnoredRows(spoiler);
      l.solve();
      LinearRun run = new LinearRun(l, 1).withEntropyAndCorrect();
      run.run(LinearCrossEntropy.of(c.build())).check("weight 0");
      for (int r = 0; r < 40; r++) {
        float[] ofRow = Arrays.copyOfRange(run.inputGradient(), r * 10, (r + 1) * 10);
        assertEquals(c.isIgnored(r), Arrays.equals(new float[10], ofRow), "row " + r);
      }
    }
  }

  /** A small budget chooses recomputation by itself, if it can. */
  @ParameterizedTest
  @EnumSource
  void smallBudgetChooses(LossOption option) {
    OptionedLoss c = option.of(70, 700, 1);
    LinearCase l = new LinearCase(c, 5, true).solve();
    CrossEntropy loss = c.build();
    LinearRun chosen = new LinearRun(l, 0).budget(60 * 700 * 4).run(LinearCrossEntropy.of(loss));
    LinearCrossEntropy wanted =
        LinearCrossEntropy.builder(loss).recompute(option.hasParts()).build();
    LinearRun expected = new LinearRun(l, 0).budget(60 * 700 * 4).run(wanted);
    chosen.assertSameBits(expected, "chosen");
    LinearRun enough = new LinearRun(l, 0).budget(65 * 700 * 4).run(LinearCrossEntropy.of(loss));
    LinearCrossEntropy held = LinearCrossEntropy.builder(loss).recompute(false).build();
    enough.assertSameBits(new LinearRun(l, 0).run(held), "64 rows fit");
  }

  /** Each logit is there twice, so that two blocks have the largest. */
  @ParameterizedTest
  @EnumSource
  void severalBlocksAndChunks(LossOption option) {
    if (!option.hasParts()) {
      return;
    }
    OptionedLoss c = option.of(25, 2600, 1);
    LossSetting.ALL.set(c);
    LinearCase l = new LinearCase(c, 5, true);
    System.arraycopy(l.weights, 0, l.weights, 1300 * 5, 1300 * 5);
    System.arraycopy(l.bias, 0, l.bias, 1300, 1300);
    l.spoilIgnoredRows(Float.NaN);
    l.solve();
    LinearCrossEntropy loss = LinearCrossEntropy.builder(c.build()).recompute(true).build();
    for (long bytes : new long[] {3000, 10_000, 30_000}) {
      new LinearRun(l, 1).budget(bytes).run(loss).check(bytes + " bytes");
    }
  }

  /** A bias of -infinity masks classes: some, and whole blocks of them. */
  @ParameterizedTest
  @ValueSource(strings = {"100-500", "0-256", "256-512", "512-700", "0-699", "1-700"})
  void maskedClasses(String masked) {
    int from = Integer.parseInt(masked.split("-")[0]);
    int to = Integer.parseInt(masked.split("-")[1]);
    OptionedLoss c = LossOption.Z_LOSS.of(10, 700, 1);
    Arrays.fill(c.labels, from == 0 ? 699 : 0);
    LinearCase l = new LinearCase(c, 5, true);
    Arrays.fill(l.bias, from, to, Float.NEGATIVE_INFINITY);
    check(l, 1);
  }

  @Test
  void eachGradientAlone() {
    OptionedLoss c = LossOption.Z_LOSS.of(70, 300, 1);
    c.ignoreSome(new Random(3));
    LinearCase l = new LinearCase(c, 21, true);
    for (boolean recomputes : new boolean[] {false, true}) {
      LinearCrossEntropy loss = LinearCrossEntropy.builder(c.build()).recompute(recomputes).build();
      LinearRun all = new LinearRun(l, 2).run(loss);
      LinearRun x = new LinearRun(l, 2);
      x.batch.weightGradient(null).biasGradient(null);
      Bits.assertSame(all.inputGradient, x.run(loss).inputGradient, "dx alone");
      LinearRun w = new LinearRun(l, 2);
      w.batch.inputGradient(null).biasGradient(null);
      Bits.assertSame(all.weightGradient, w.run(loss).weightGradient, "dW alone");
      LinearRun b = new LinearRun(l, 2);
      b.batch.inputGradient(null).weightGradient(null);
      Bits.assertSame(all.biasGradient, b.run(loss).biasGradient, "db alone");
      assertEquals(all.value, x.value);
      assertEquals(all.value, w.value);
      assertEquals(all.value, b.value);
    }
  }

  /** Two halves of a batch, the second accumulated, give the sums of the whole to the bit. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void accumulates(boolean recomputes) {
    OptionedLoss c = LossOption.PLAIN.of(40, 300, 1);
    c.reduction = Reduction.SUM;
    LinearCase l = new LinearCase(c, 21, true);
    LinearCrossEntropy loss = LinearCrossEntropy.builder(c.build()).recompute(recomputes).build();
    LinearRun whole = new LinearRun(l, 2).run(loss);
    LinearRun halves = new LinearRun(l, 2);
    MatrixView x = halves.batch.input;
    MatrixView dx = halves.batch.inputGradient;
    Minibatch first = Minibatch.of(13, 300).labels(c.labels);
    Minibatch second = Minibatch.of(27, 300).labels(IntView.ofColumn(c.labels, 13, 27));
    double sum = loss.lossAndGradients(withRows(halves, first, x.slice(0, 13), dx.slice(0, 13)));
    LinearBatch rest = withRows(halves, second, x.slice(13, 27), dx.slice(13, 27));
    sum += loss.lossAndGradients(rest.accumulate(true));
    assertEquals(whole.value, sum, 1e-9 * whole.value);
    halves.assertSameGradients(whole, "halves");
  }

  private static LinearBatch withRows(LinearRun run, Minibatch rows, MatrixView x, MatrixView dx) {
    return LinearBatch.of(rows, x, run.batch.weights)
        .bias(run.batch.bias)
        .inputGradient(dx)
        .weightGradient(run.batch.weightGradient)
        .biasGradient(run.batch.biasGradient);
  }

  /** What the loss leaves alone. */
  @Test
  void lossAloneWritesNoGradient() {
    OptionedLoss c = LossOption.ALL_OF_LABELS.of(30, 20, 1);
    c.ignoreSome(new Random(4));
    LinearRun run = new LinearRun(new LinearCase(c, 7, true).solve(), 1);
    LinearRun untouched = new LinearRun(run.l, 1);
    double value = LinearCrossEntropy.of(c.build()).loss(run.batch);
    assertEquals(c.loss, value, 1e-5 * c.loss);
    run.assertSameGradients(untouched, "loss alone");
  }

  static Stream<Arguments> optionsAndSettings() {
    return SlopeTest.optionsAndSettings();
  }

  /** Differences of the losses in double, for each input, weight and bias. */
  @ParameterizedTest
  @MethodSource("optionsAndSettings")
  void gradientsAreSlopes(LossOption option, LossSetting setting) {
    OptionedLoss c = option.of(6, 5, 1);
    setting.set(c);
    LinearCase l = new LinearCase(c, 3, true).solve();
    LinearRun run = new LinearRun(l, 1).run(LinearCrossEntropy.of(c.build()));
    double[] x = Oracle.toDouble(l.input);
    double[] w = Oracle.toDouble(l.weights);
    double[] b = Oracle.toDouble(l.bias);
    assertSlopes(run.inputGradient(), l.inputSize, x, () -> l.objective(x, w, b), l + ", dx");
    assertSlopes(run.weightGradient(), l.weightSize, w, () -> l.objective(x, w, b), l + ", dW");
    assertSlopes(run.biasGradient(), l.biasSize, b, () -> l.objective(x, w, b), l + ", db");
  }

  private static void assertSlopes(
      float[] gradient, double[] size, double[] values, DoubleSupplier objective, String where) {
    double step = 1e-4;
    for (int i = 0; i < values.length; i++) {
      double old = values[i];
      values[i] = old + step;
      double above = objective.getAsDouble();
      values[i] = old - step;
      double below = objective.getAsDouble();
      values[i] = old;
      double slope = (above - below) / (2 * step);
      assertEquals(slope, gradient[i], 1e-5 * size[i] + 1e-6, where + " " + i);
    }
  }

  /** The worked example: logits 2, 3, 4 and label 1. */
  @Test
  void workedExample() {
    float[] dx = new float[1];
    float[] dw = new float[3];
    float[] db = new float[3];
    LinearBatch batch =
        LinearBatch.of(
                Minibatch.of(1, 3).labels(new int[] {1}),
                MatrixView.ofRow(new float[] {2}),
                MatrixView.of(new float[] {1, 1, 1}, 3, 1))
            .bias(MatrixView.ofRow(new float[] {0, 1, 2}))
            .inputGradient(MatrixView.ofRow(dx))
            .weightGradient(MatrixView.of(dw, 3, 1))
            .biasGradient(MatrixView.ofRow(db));
    double value = LinearCrossEntropy.of(CrossEntropy.builder().build()).lossAndGradients(batch);
    assertEquals(-Math.log(0.24472847), value, 1e-6);
    float[] expected = {0.09003057f, -0.75527153f, 0.66524096f};
    for (int k = 0; k < 3; k++) {
      assertEquals(expected[k], db[k], 3e-7);
      assertEquals(2 * expected[k], dw[k], 6e-7);
    }
    assertEquals(0, dx[0], 3e-7);
  }

  /** A z-loss beyond float stays what it is in double. */
  @Test
  void zLossBeyondFloat() {
    CrossEntropy loss = CrossEntropy.builder().zLoss(1).build();
    LinearBatch batch =
        LinearBatch.of(
            Minibatch.of(1, 2).labels(new int[1]),
            MatrixView.ofRow(new float[] {1e20f}),
            MatrixView.of(new float[] {1, 1}, 2, 1));
    assertEquals(1e40, LinearCrossEntropy.of(loss).loss(batch), 1e34);
  }
}
