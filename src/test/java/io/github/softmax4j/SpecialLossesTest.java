package io.github.softmax4j;

import static java.lang.Float.NEGATIVE_INFINITY;
import static java.lang.Float.POSITIVE_INFINITY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** NaN, infinities and weights of zero together with the options of the loss. */
class SpecialLossesTest {

  /** Of several blocks. */
  private static final int LONG = 8209;

  private static int rowsOf(int classes) {
    return classes == LONG ? 3 : Math.min(Sizes.LANES + 3, 12);
  }

  private static int[] severalClasses() {
    return Sizes.with(IntStream.of(Sizes.around()).filter(c -> c > 1).toArray(), LONG);
  }

  /** What a row becomes that has no softmax. */
  enum Spoiler {
    NAN(Float.NaN),
    PLUS_INFINITY(POSITIVE_INFINITY),
    ALL_MINUS_INFINITY(NEGATIVE_INFINITY);

    private final float value;

    Spoiler(float value) {
      this.value = value;
    }

    /** At one class, unless all are meant. */
    void spoil(OptionedLoss c, int row, int at) {
      for (int k = 0; k < c.classes; k++) {
        if (this == ALL_MINUS_INFINITY || k == at) {
          c.logits[c.at(row, k)] = value;
        }
      }
    }
  }

  /** However little smoothing gives to a class, that of a logit of -infinity is infinite. */
  @ParameterizedTest
  @ValueSource(doubles = {1e-10, 1e-40, 1e-45, 1e-50, 1e-300, Double.MIN_VALUE})
  void littleSmoothingOfAnImpossibleClass(double smoothing) {
    for (boolean hasTargets : new boolean[] {false, true}) {
      for (boolean weighs : new boolean[] {false, true}) {
        for (int inner : new int[] {1, 3}) {
          for (int classes : severalClasses()) {
            OptionedLoss c = new OptionedLoss(new Random(1), 3, classes, inner, hasTargets);
            c.smoothing = smoothing;
            c.classWeights = weighs ? smallWeights(classes) : null;
            Arrays.fill(c.targets, 0);
            for (int r = 0; r < 3; r++) {
              c.targets[c.at(r, 0)] = 1;
              c.labels[r] = 0;
            }
            c.logits[c.at(1, classes - 1)] = NEGATIVE_INFINITY;
            assertImpossible(c);
          }
        }
      }
    }
  }

  private static float[] smallWeights(int classes) {
    float[] weights = new float[classes];
    Arrays.fill(weights, 1e-10f);
    weights[0] = 1;
    return weights;
  }

  private static void assertImpossible(OptionedLoss c) {
    float[] rowLosses = new float[3];
    float[] gradient = new float[c.logits.length];
    Minibatch batch = c.minibatch().rowLosses(rowLosses).gradient(gradient);
    assertEquals(POSITIVE_INFINITY, c.build().lossAndGradient(batch), c::toString);
    assertEquals(POSITIVE_INFINITY, rowLosses[1], c::toString);
    assertTrue(Float.isFinite(rowLosses[0]) && Float.isFinite(rowLosses[2]), c::toString);
    for (float g : gradient) {
      assertTrue(Float.isFinite(g), c::toString);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aRowWithoutSoftmaxIsNanAndNoOther(LossOption option) {
    for (Spoiler spoiler : Spoiler.values()) {
      if (spoiler == Spoiler.NAN || option.keepsInfinity()) {
        for (int classes : severalClasses()) {
          assertSpoilsItsRow(option, spoiler, classes, 1);
        }
        assertSpoilsItsRow(option, spoiler, 10, rowsOf(10));
      }
    }
  }

  private static void assertSpoilsItsRow(
      LossOption option, Spoiler spoiler, int classes, int inner) {
    int rows = rowsOf(classes);
    OptionedLoss sound = option.of(rows, classes, inner);
    sound.reduction = Reduction.SUM;
    Given expected = new Given(sound, false);
    for (int at = 0, row = 0; at < classes; at += 1 + classes / 9, row = (row + 1) % rows) {
      OptionedLoss c = option.of(rows, classes, inner);
      c.reduction = Reduction.SUM;
      spoiler.spoil(c, row, at);
      String where = "%s, %s at %d of row %d".formatted(c, spoiler, at, row);
      assertEquals(Double.NaN, new Given(c, true).value, where);
      Given given = new Given(c, false);
      assertEquals(Double.NaN, given.value, where);
      for (int r = 0; r < rows; r++) {
        if (r == row) {
          assertTrue(Float.isNaN(given.rowLosses[r]), where);
          assertAllNaN(given.gradientOf(r), where);
        } else {
          assertEquals(expected.rowLosses[r], given.rowLosses[r], where);
          Bits.assertSame(expected.gradientOf(r), given.gradientOf(r), where);
        }
      }
    }
  }

  private static void assertAllNaN(float[] values, String where) {
    float[] nan = new float[values.length];
    Arrays.fill(nan, Float.NaN);
    Bits.assertSame(nan, values, where);
  }

  /** What a batch gives, in the logits' place or beside. */
  private static final class Given {
    final OptionedLoss c;
    final float[] gradient;
    final float[] rowLosses;
    final double value;

    Given(OptionedLoss c, boolean inPlace) {
      this.c = c;
      float[] logits = c.logits.clone();
      gradient = inPlace ? logits : new float[logits.length];
      rowLosses = new float[c.rows];
      Minibatch batch = c.minibatch().logits(logits).gradient(gradient).rowLosses(rowLosses);
      value = c.build().lossAndGradient(batch);
    }

    float[] gradientOf(int row) {
      float[] gradientOfRow = new float[c.classes];
      for (int k = 0; k < c.classes; k++) {
        gradientOfRow[k] = gradient[c.at(row, k)];
      }
      return gradientOfRow;
    }

    double gradientAt(int row, int k) {
      return gradient[c.at(row, k)];
    }

    void assertSame(Given other, String where) {
      assertEquals(value, other.value, where);
      Bits.assertSame(rowLosses, other.rowLosses, where);
      Bits.assertSame(gradient, other.gradient, where);
    }
  }

  /** Some logits are -infinity, under labels too, some weights 0; rows of all kinds together. */
  @ParameterizedTest
  @EnumSource
  void minusInfinityAmongOthers(LossOption option) {
    for (Reduction reduction : Reduction.values()) {
      for (int classes : severalClasses()) {
        Random random = new Random(classes);
        OptionedLoss c = option.of(rowsOf(classes), classes, 1);
        c.reduction = reduction;
        excludeSome(c, random);
        LossOptionsTest.check(c);
      }
      for (int classes : new int[] {2, 3, 10, 33, 67}) {
        Random random = new Random(classes);
        OptionedLoss c = option.of(2 * rowsOf(classes), classes, 2);
        c.reduction = reduction;
        c.classWeights = OptionedLoss.weights(random, classes, true);
        excludeSome(c, random);
        LossOptionsTest.check(c);
      }
    }
  }

  private static void excludeSome(OptionedLoss c, Random random) {
    for (int r = 0; r < c.rows; r++) {
      int kept = random.nextInt(c.classes);
      for (int k = 0; k < c.classes; k++) {
        if (k != kept && random.nextInt(3) == 0) {
          c.logits[c.at(r, k)] = NEGATIVE_INFINITY;
          c.targets[c.at(r, k)] = random.nextInt(50) == 0 ? 1 : 0;
        }
      }
    }
  }

  /** All kinds in one batch, ignored ones among them. */
  @ParameterizedTest
  @EnumSource
  void specialRowsAmongOthers(LossOption option) {
    for (int classes : severalClasses()) {
      for (int inner : classes == LONG ? new int[] {1} : new int[] {1, 8}) {
        OptionedLoss c = option.of(8, classes, inner);
        c.reduction = Reduction.NONE;
        c.rowWeights = OptionedLoss.weights(new Random(1), 8, false);
        c.rowWeights[6] = 0;
        int at = 1;
        for (Spoiler spoiler : Spoiler.values()) {
          spoiler.spoil(c, at++, classes / 2);
        }
        Spoiler.NAN.spoil(c, 6, 0);
        LossOptionsTest.check(c);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.MATCH_NONE, names = "TARGETS.*|SOFT_CAP|ALL_OF.*")
  void labelOnMinusInfinity(LossOption option) {
    for (int classes : severalClasses()) {
      OptionedLoss c = option.of(2, classes, 1);
      c.reduction = Reduction.SUM;
      int label = c.labels[1];
      c.logits[c.at(1, label)] = NEGATIVE_INFINITY;
      Given given = new Given(c, false);
      assertEquals(Double.POSITIVE_INFINITY, given.value, c::toString);
      assertEquals(POSITIVE_INFINITY, given.rowLosses[1], c::toString);
      assertTrue(Float.isFinite(given.rowLosses[0]), c::toString);
      for (int k = 0; k < classes; k++) {
        assertTrue(Double.isFinite(given.gradientAt(1, k)), c::toString);
      }
      assertTrue(given.gradientAt(1, label) < 0, "the label still pulls");
    }
  }

  /** A logit that stays infinite has no slope, and its gradient is 0 times that. */
  @Test
  void scaledMinusInfinityHasGradientZero() {
    for (int classes : severalClasses()) {
      for (int inner : new int[] {1, 2}) {
        OptionedLoss c = LossOption.LOGIT_SCALE.of(2, classes, inner);
        c.labels[0] = 0;
        c.logits[c.at(0, classes - 1)] = NEGATIVE_INFINITY;
        c.labels[1] = 0;
        Given given = new Given(c, false);
        assertTrue(Double.isFinite(given.value), c::toString);
        assertEquals(0, Math.abs(given.gradientAt(0, classes - 1)), c::toString);
      }
    }
  }

  @Test
  void labelOfWeightZeroOnMinusInfinity() {
    for (int classes : severalClasses()) {
      for (double zLoss : new double[] {0, 0.5}) {
        OptionedLoss c = LossOption.CLASS_WEIGHTS.of(2, classes, 1);
        c.labels[0] = 0;
        c.labels[1] = 1;
        c.classWeights[1] = 0;
        c.zLoss = zLoss;
        c.logits[c.at(1, 1)] = NEGATIVE_INFINITY;
        Given given = new Given(c, false);
        LossOptionsTest.check(c);
        assertTrue(Double.isFinite(given.value), c::toString);
        assertEquals(0, given.gradientAt(1, 1), 1e-6, "at the label");
        for (int k = 0; k < classes && zLoss == 0; k++) {
          assertEquals(0, Math.abs(given.gradientAt(1, k)), "a row of weight 0");
        }
      }
    }
  }

  /** The even part asks for what cannot be. */
  @Test
  void smoothingWithMinusInfinity() {
    for (int classes : severalClasses()) {
      OptionedLoss c = LossOption.SMOOTHING.of(1, classes, 1);
      c.labels[0] = 0;
      c.logits[classes - 1] = NEGATIVE_INFINITY;
      Given given = new Given(c, false);
      assertEquals(Double.POSITIVE_INFINITY, given.value);
      double sum = 0;
      for (int k = 0; k < classes; k++) {
        sum += given.gradientAt(0, k);
      }
      assertEquals(0, sum, 1e-5, "slopes of a row add up to 0");
      assertEquals(-0.25 / classes, given.gradientAt(0, classes - 1), 1e-7);
    }
  }

  @Test
  void targetOfZeroOnMinusInfinity() {
    for (int classes : severalClasses()) {
      OptionedLoss c = LossOption.ALL_OF_TARGETS.of(3, classes, 1);
      c.cap = 0; // which would make it finite
      c.smoothing = 0;
      for (int r = 0; r < 3; r++) {
        c.logits[c.at(r, r % classes)] = NEGATIVE_INFINITY;
        c.targets[c.at(r, r % classes)] = 0;
      }
      Given given = new Given(c, false);
      assertTrue(Double.isFinite(given.value), c::toString);
      assertEquals(0, Math.abs(given.gradientAt(0, 0)), c::toString);
      LossOptionsTest.check(c);
      c.targets[c.at(2, 2 % classes)] = 0.5f;
      assertEquals(POSITIVE_INFINITY, new Given(c, false).rowLosses[2], c::toString);
      c.classWeights[2 % classes] = 0;
      LossOptionsTest.check(c);
      assertTrue(Double.isFinite(new Given(c, false).value), "nor what has no weight");
    }
  }

  @Test
  void allClassWeightsZero() {
    for (int classes : severalClasses()) {
      OptionedLoss c = LossOption.PLAIN.of(3, classes, 1);
      c.classWeights = new float[classes];
      Given nothing = new Given(c, false);
      assertEquals(Double.NaN, nothing.value);
      assertAllNaN(nothing.gradient, "mean of no weight");
      c.emptyMeanIsZero = true;
      assertZero(new Given(c, false), "mean of no weight is 0");
      c.reduction = Reduction.SUM;
      assertZero(new Given(c, false), "sum of no weight");
      c.reduction = Reduction.MEAN;
      c.zLoss = 0.5;
      LossOptionsTest.check(c);
      assertTrue(new Given(c, false).value > 0, "the z-loss has its own mean");
    }
  }

  private static void assertZero(Given given, String where) {
    assertEquals(0, given.value, where);
    for (float g : given.gradient) {
      assertEquals(0, Math.abs(g), where);
    }
  }

  /** Labels or targets whose rows all have the weight 0, with z-loss or without. */
  @ParameterizedTest
  @EnumSource
  void meanOfRowsOfWeightZero(LossOption option) {
    for (int classes : severalClasses()) {
      OptionedLoss c = option.of(3, classes, 1);
      c.rowWeights = new float[3];
      Arrays.fill(c.logits, Float.NaN);
      Given nothing = new Given(c, false);
      assertEquals(Double.NaN, nothing.value, c::toString);
      Bits.assertSame(new float[3], nothing.rowLosses, c.toString());
      Bits.assertSame(new float[3 * classes], nothing.gradient, c.toString());
      c.emptyMeanIsZero = true;
      assertZero(new Given(c, false), c.toString());
      Minibatch batch = c.minibatch();
      c.build().loss(batch);
      assertEquals(0, batch.zLoss(), c::toString);
    }
  }

  @ParameterizedTest
  @EnumSource
  void meanOfNoRows(LossOption option) {
    OptionedLoss c = option.of(0, 5, 1);
    assertEquals(Double.NaN, c.build().loss(c.minibatch()));
    c.emptyMeanIsZero = true;
    assertEquals(0, c.build().loss(c.minibatch()));
    c.emptyMeanIsZero = false;
    c.reduction = Reduction.SUM;
    assertEquals(0, c.build().loss(c.minibatch()));
  }

  /** Of labels by their index, of labels and targets by their weight; also in the middle. */
  @Tag("slow")
  @ParameterizedTest
  @EnumSource
  void logitsOfIgnoredRowsCountForNothing(LossOption option) {
    for (int inner : new int[] {1, 5, Sizes.LANES + 1}) {
      for (int classes : new int[] {2, 3, 10, 20, 33, 100, 5000}) {
        int rows = inner * 4;
        OptionedLoss c = option.of(rows, classes, inner);
        c.ignoreSome(new Random(1));
        c.rowWeights = OptionedLoss.weights(new Random(2), rows, true);
        Given expected = new Given(c, false);
        assertTrue(c.ignores && Double.isFinite(expected.value), c::toString);
        for (int r = 0; r < rows; r++) {
          for (int k = 0; c.isIgnored(r) && k < classes; k++) {
            c.logits[c.at(r, k)] = k % 3 == r % 3 ? POSITIVE_INFINITY : Float.NaN;
          }
        }
        new Given(c, false).assertSame(expected, c.toString());
        new Given(c, true).assertSame(expected, c + ", in place");
      }
    }
  }

  /** The probability is 1 whatever the logit, unless there is none. */
  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, POSITIVE_INFINITY, NEGATIVE_INFINITY})
  void oneClassWithoutSoftmax(float logit) {
    for (LossOption option : LossOption.values()) {
      if (Float.isNaN(logit) || option.keepsInfinity()) {
        OptionedLoss c = option.of(3, 1, 1);
        c.reduction = Reduction.SUM;
        c.logits[1] = logit;
        Given given = new Given(c, false);
        Bits.assertSame(new float[] {Float.NaN}, given.gradientOf(1), c.toString());
        assertTrue(Float.isNaN(given.rowLosses[1]), c::toString);
        assertTrue(Float.isFinite(given.rowLosses[0]), c::toString);
      }
    }
  }
}
