package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every option of the loss, alone and together, against the oracle of {@link OptionedLoss}. */
class LossOptionsTest {

  /** Of a row's loss; twice the plain loss's bound, as its parts are added up. */
  private static final double LOSS = 2e-6;

  private static final double GRADIENT = 2e-6;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void randomCombinations(int seed) {
    Random random = new Random(seed);
    for (int classes : Sizes.with(Sizes.small(), 97, 251, 1000)) {
      int inner = random.nextInt(4) == 0 ? 1 + random.nextInt(20) : 1;
      int rows = inner * (1 + random.nextInt(classes > 200 ? 3 : 30));
      check(OptionedLoss.random(random, rows, classes, inner));
    }
  }

  /** What a row gives, options and all, does not depend on the rows beside it. */
  @Test
  void rowsDoNotDependOnTheirPlace() {
    for (int classes : Sizes.with(Sizes.around(), 33, 100, 1009)) {
      OptionedLoss c = OptionedLoss.random(new Random(classes), 40, classes, 1);
      c.reduction = Reduction.SUM;
      CrossEntropy loss = c.build();
      float[] together = new float[c.logits.length];
      float[] rowLosses = new float[40];
      loss.lossAndGradient(c.minibatch().gradient(together).rowLosses(rowLosses));
      float[] parts = new float[c.logits.length];
      float[] partLosses = new float[40];
      for (int first = 0, rows; first < 40; first += rows) {
        rows = Math.min(1 + first % 7, 40 - first);
        loss.lossAndGradient(
            c.minibatch(first, rows, parts)
                .rowLosses(MatrixView.ofColumn(partLosses, first, rows)));
      }
      Bits.assertSame(together, parts, c.toString());
      Bits.assertSame(rowLosses, partLosses, c.toString());
    }
  }

  @Test
  void longRows() {
    Random random = new Random(9);
    for (int classes : new int[] {4099, 32000, 128256}) {
      for (int i = 0; i < 3; i++) {
        check(OptionedLoss.random(random, 2, classes, 1));
      }
    }
  }

  /** All that a batch gives, loss alone, with gradient and in place. */
  static void check(OptionedLoss c) {
    c.solve();
    CrossEntropy loss = c.build();
    Outputs alone = new Outputs(c);
    double value = loss.loss(alone.batch);
    alone.check(value, false);
    Outputs both = new Outputs(c);
    assertEquals(value, loss.lossAndGradient(both.batch), c + ": alone or with gradient");
    both.check(value, true);
    Outputs inPlace = new Outputs(c);
    float[] logits = c.logits.clone();
    assertEquals(value, loss.lossAndGradient(inPlace.batch.logits(logits).gradient(logits)));
    Bits.assertSame(both.gradient, logits, c + ", in place");
  }

  /** All that a batch can give. */
  private static final class Outputs {
    final OptionedLoss c;
    final Minibatch batch;
    final float[] gradient;
    final float[] rowLosses;
    final float[] zLosses;
    final float[] logSumExps;
    final float[] entropies;
    final int[] argmax;

    Outputs(OptionedLoss c) {
      this.c = c;
      gradient = new float[c.rows * c.classes];
      rowLosses = new float[c.rows];
      zLosses = new float[c.rows];
      logSumExps = new float[c.rows];
      entropies = new float[c.rows];
      argmax = new int[c.rows];
      for (float[] output : new float[][] {gradient, rowLosses, zLosses, logSumExps, entropies}) {
        Arrays.fill(output, Float.NaN);
      }
      batch =
          c.minibatch()
              .gradient(gradient)
              .rowLosses(rowLosses)
              .zLosses(zLosses)
              .logSumExp(logSumExps)
              .entropy(entropies)
              .argmax(argmax)
              .countCorrect(!c.hasTargets);
    }

    void check(double value, boolean withGradient) {
      assertArrayEquals(c.argmax, argmax, c::toString);
      assertEquals(c.hasTargets ? -1 : c.correct, batch.correct(), c::toString);
      for (int r = 0; r < c.rows; r++) {
        within(c.rowLosses[r], rowLosses[r], LOSS, 1, "row loss");
        within(c.zLosses[r], zLosses[r], LOSS, 0.01, "z-loss");
        within(c.logSumExps[r], logSumExps[r], 1e-6, 1, "log-sum-exp");
        within(c.entropies[r], entropies[r], 2e-6, 1, "entropy");
        for (int k = 0; withGradient && k < c.classes; k++) {
          float actual = gradient[c.at(r, k)];
          if (c.isIgnored(r)) {
            assertEquals(0f, actual, c::toString);
          } else if (Double.isFinite(c.gradientSize[r])) {
            within(c.gradient[r][k], actual, GRADIENT, c.gradientSize[r], "gradient");
          }
        }
      }
      if (Double.isFinite(c.loss)) {
        double size = Math.abs(c.loss) + c.rows;
        within(c.loss, value, LOSS, size, "loss");
        within(c.reducedZLoss, batch.zLoss(), LOSS, Math.abs(c.reducedZLoss) + 0.01, "its z-loss");
      } else {
        assertEquals(c.loss, value, c::toString);
      }
    }

    private void within(double expected, double actual, double bound, double size, String what) {
      if (!Double.isFinite(expected)) {
        assertEquals(expected, actual, () -> what + " of " + c);
        return;
      }
      double tolerance = (bound + 2 * c.logitError()) * Math.max(size, Math.abs(expected));
      if (!(Math.abs(actual - expected) <= tolerance)) {
        throw new AssertionError("%s of %s: %s, should be %s".formatted(what, c, actual, expected));
      }
    }
  }

  /** The slope of the loss along each logit, by differences of the library's own losses. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void gradientIsTheSlope(int seed) {
    Random random = new Random(seed);
    OptionedLoss c = OptionedLoss.random(random, 3, 2 + random.nextInt(40), 1);
    c.upstream = null;
    c.gradientScale = 1;
    c.reduction = Reduction.SUM;
    c.denominator = Double.NaN;
    CrossEntropy loss = c.build();
    float[] gradient = new float[c.logits.length];
    loss.lossAndGradient(c.minibatch().gradient(gradient));
    float step = 1f / 32;
    for (int i = 0; i < c.logits.length; i++) {
      float old = c.logits[i];
      c.logits[i] = old + step;
      double above = loss.loss(c.minibatch());
      float up = c.logits[i];
      c.logits[i] = old - step;
      double below = loss.loss(c.minibatch());
      double slope = (above - below) / ((double) up - c.logits[i]);
      c.logits[i] = old;
      assertEquals(slope, gradient[i], 2e-3 * (1 + Math.abs(slope)), c + ", logit " + i);
    }
  }

  @Test
  void longLabelsAreTheSame() {
    OptionedLoss c = new OptionedLoss(new Random(1), 40, 12, 1, false);
    c.ignoreSome(new Random(2));
    float[] ofInts = new float[480];
    float[] ofLongs = new float[480];
    double value = c.build().lossAndGradient(c.minibatch().gradient(ofInts));
    long[] labels = IntStream.of(c.labels).asLongStream().toArray();
    Minibatch batch = c.minibatch().labels(labels).gradient(ofLongs);
    assertEquals(value, c.build().lossAndGradient(batch));
    Bits.assertSame(ofInts, ofLongs, "long labels");
    CrossEntropy plain = CrossEntropy.builder().build();
    long[] sound = LongLabels.of(40, 12);
    Minibatch plainBatch = Minibatch.of(40, 12).logits(c.logits).labels(sound);
    int[] same = Arrays.stream(sound).mapToInt(Math::toIntExact).toArray();
    assertEquals(plain.loss(c.logits, same, 40, 12), plain.loss(plainBatch));
    sound[7] = 1L << 32;
    String message =
        assertThrows(IllegalArgumentException.class, () -> plain.loss(plainBatch)).getMessage();
    assertEquals("labels: row 7 has label 4294967296, outside [0, 12)", message);
  }

  private static final class LongLabels {
    static long[] of(int rows, int classes) {
      return new Random(3).longs(rows, 0, classes).toArray();
    }
  }

  @Test
  void staticFormsHaveTheOptionsToo() {
    OptionedLoss c = new OptionedLoss(new Random(4), 21, 33, 1, false);
    c.classWeights = OptionedLoss.weights(new Random(5), 33, false);
    c.ignoreSome(new Random(6));
    c.smoothing = 0.1;
    c.zLoss = 1e-3;
    CrossEntropy loss = c.build();
    float[] gradient = new float[c.logits.length];
    float[] ofBatch = new float[c.logits.length];
    double value = loss.lossAndGradient(c.minibatch().gradient(ofBatch));
    assertEquals(value, loss.lossAndGradient(c.logits, c.labels, gradient, 21, 33));
    Bits.assertSame(ofBatch, gradient, "static form");
    assertEquals(value, loss.loss(c.logits, c.labels, 21, 33));
  }

  @Test
  void ignoredRowsAreNeverRead() {
    for (int classes : new int[] {3, 20, 100, 5000}) {
      OptionedLoss c = new OptionedLoss(new Random(7), 20, classes, 1, false);
      c.ignoreSome(new Random(8));
      c.smoothing = 0.1;
      c.zLoss = 1e-3;
      float[] sound = new float[c.logits.length];
      double value = c.build().lossAndGradient(c.minibatch().gradient(sound));
      for (int r = 0; r < c.rows; r++) {
        if (c.isIgnored(r)) {
          Arrays.fill(c.logits, r * classes, (r + 1) * classes, Float.NaN);
        }
      }
      float[] spoilt = new float[c.logits.length];
      assertEquals(value, c.build().lossAndGradient(c.minibatch().gradient(spoilt)));
      Bits.assertSame(sound, spoilt, classes + " classes");
      assertTrue(Double.isFinite(value));
    }
  }

  @Test
  void meanOfNothing() {
    int[] ignored = {-100, -100};
    float[] logits = {1, 2, 3, 4};
    float[] gradient = {5, 5, 5, 5};
    CrossEntropy usual = CrossEntropy.builder().ignoreIndex(-100).build();
    assertEquals(Double.NaN, usual.lossAndGradient(logits, ignored, gradient, 2, 2));
    assertArrayEquals(new float[4], gradient);
    CrossEntropy zero = CrossEntropy.builder().ignoreIndex(-100).emptyMeanIsZero(true).build();
    assertEquals(0, zero.loss(logits, ignored, 2, 2));
    assertEquals(0, zero.loss(logits, new int[0], 0, 2));
    assertEquals(
        Double.NaN, CrossEntropy.builder().build().loss(logits, new int[0], 0, 2), "by default");
  }

  @Test
  void specialLogits() {
    float inf = Float.POSITIVE_INFINITY;
    CrossEntropy smooth = CrossEntropy.builder().labelSmoothing(0.1).build();
    assertEquals(inf, smooth.loss(new float[] {1, -inf, 2}, new int[] {0}, 1, 3));
    CrossEntropy weighted =
        CrossEntropy.builder().labelSmoothing(0.1).classWeights(1, 0, 1).build();
    double lse = Math.log(Math.E + Math.exp(2));
    double expected = 0.9 * (lse - 1) + 0.1 / 3 * ((lse - 1) + (lse - 2));
    float[] masked = {1, -inf, 2};
    assertEquals(expected, weighted.loss(masked, new int[] {0}, 1, 3), 1e-6);
    CrossEntropy zeroWeight = CrossEntropy.builder().classWeights(1, 0, 1).build();
    Minibatch sum = Minibatch.of(2, 3).logits(new float[] {1, -inf, 2, 1, 2, 3});
    sum.labels(new int[] {1, 0}).denominator(1);
    assertEquals(Math.log(1 + Math.E + Math.E * Math.E), zeroWeight.loss(sum), 1e-6);
    CrossEntropy focal = CrossEntropy.builder().focalGamma(0.5).build();
    float[] gradient = new float[3];
    assertEquals(0, focal.lossAndGradient(new float[] {200, 0, 0}, new int[] {0}, gradient, 1, 3));
    assertArrayEquals(new float[3], gradient);
    assertEquals(inf, focal.loss(masked, new int[] {1}, 1, 3));
    assertEquals(Double.NaN, smooth.loss(new float[] {1, Float.NaN, 2}, new int[] {0}, 1, 3));
  }

  @Test
  void infiniteLogitsBecomeTheCap() {
    float inf = Float.POSITIVE_INFINITY;
    CrossEntropy loss = CrossEntropy.builder().softCap(2).build();
    float[] gradient = new float[3];
    double expected = Math.log(Math.exp(2) + 1 + Math.exp(-2));
    double value = loss.lossAndGradient(new float[] {inf, 0, -inf}, new int[] {1}, gradient, 1, 3);
    assertEquals(expected, value, 1e-6);
    assertEquals(0f, gradient[0]);
    assertEquals(0f, gradient[2]);
    assertEquals(1 / Math.exp(expected) - 1, gradient[1], 1e-6);
    float[] nan = {Float.NaN, 0, 0};
    assertEquals(Double.NaN, loss.lossAndGradient(nan, new int[] {1}, gradient, 1, 3));
    assertTrue(Float.isNaN(gradient[0]) && Float.isNaN(gradient[1]) && Float.isNaN(gradient[2]));
  }

  /** Over the whole range, near 0 too, where the exponential would lose digits. */
  @Test
  void capIsTheHyperbolicTangent() {
    float[] logits = new float[4000];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) ((i % 2 == 0 ? 1 : -1) * Math.exp(-20 + i * 0.006));
    }
    float cap = 3;
    CrossEntropy loss = CrossEntropy.builder().softCap(cap).reduction(Reduction.NONE).build();
    float[] rowLosses = new float[1];
    for (int i = 0; i < logits.length; i++) {
      loss.loss(
          Minibatch.of(1, 2)
              .logits(new float[] {logits[i], -2})
              .labels(new int[] {1})
              .rowLosses(rowLosses));
      double first = cap * Math.tanh((double) logits[i] / cap);
      double second = cap * Math.tanh(-2.0 / cap);
      assertEquals(Math.log1p(Math.exp(first - second)), rowLosses[0], 1.5e-6);
    }
  }

  @Test
  void optionsWithoutMeaningAreRefused() {
    CrossEntropy.Builder b = CrossEntropy.builder();
    refused("labelSmoothing: must be from 0 to 1, is 1.5", () -> b.labelSmoothing(1.5));
    refused("logitScale: must be finite and above 0, is 0.0", () -> b.logitScale(0));
    refused("softCap: must be finite and above 0, is NaN", () -> b.softCap(Float.NaN));
    refused("labelSmoothing: must be from 0 to 1, is NaN", () -> b.labelSmoothing(Double.NaN));
    refused("zLoss: must be finite and not negative, is -1.0", () -> b.zLoss(-1));
    refused(
        "focalGamma: must be finite and not negative, is Infinity",
        () -> b.focalGamma(Double.POSITIVE_INFINITY));
    refused(
        "classWeights: the weight of class 1 must be finite and not negative, is -1.0",
        () -> b.classWeights(1, -1));
    refused(
        "focalGamma: has no meaning with labelSmoothing, whose targets have no one probability",
        () -> CrossEntropy.builder().focalGamma(2).labelSmoothing(0.1).build());
    float[] x = new float[6];
    refused(
        "classWeights: there are 2, but 3 classes",
        () -> CrossEntropy.builder().classWeights(1, 1).build().loss(x, new int[2], 2, 3));
    refused(
        "rowWeights: the weight of row 1 must be finite and not negative, is NaN",
        () ->
            b.build()
                .loss(
                    Minibatch.of(2, 3)
                        .logits(x)
                        .labels(new int[2])
                        .rowWeights(new float[] {1, Float.NaN})));
    refused(
        "labels: row 1 has label -1, outside [0, 3)",
        () -> CrossEntropy.builder().ignoreIndex(-2).build().loss(x, new int[] {-2, -1}, 2, 3));
    CrossEntropy focal = CrossEntropy.builder().focalGamma(2).build();
    assertThrows(IllegalStateException.class, () -> focal.loss(x, x.clone(), 2, 3));
    assertThrows(IllegalStateException.class, () -> b.build().loss(Minibatch.of(2, 3)));
    assertThrows(IllegalStateException.class, () -> b.build().loss(Minibatch.of(2, 3).logits(x)));
  }

  private static void refused(String message, Runnable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call::run).getMessage());
  }

  /** A refused batch must not leave anything for the next call to stumble over. */
  @Test
  void nothingIsLeftOfARefusedBatch() {
    float[] x = {1, 2, 3, 4, 5, 6};
    int[] labels = {0, 1};
    CrossEntropy smooth = CrossEntropy.builder().labelSmoothing(0.1).build();
    double expected = smooth.loss(x, labels, 2, 3);
    Minibatch bad = Minibatch.of(2, 3).logits(x).labels(labels).rowWeights(new float[] {3, 3});
    bad.logSumExp(x);
    assertThrows(IllegalArgumentException.class, () -> smooth.loss(bad));
    assertEquals(expected, smooth.loss(x, labels, 2, 3));
  }
}
