package io.github.softmax4j;

import static java.lang.Float.NEGATIVE_INFINITY;
import static java.lang.Float.POSITIVE_INFINITY;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a batch tells of each row beside its loss, and how it lies in memory. */
class RowOutputsTest {

  /** The sign of a NaN says nothing, but sorts it below all numbers where bits are compared. */
  private static final float NAN_WITH_SIGN = Float.intBitsToFloat(0xffc00000);

  private static final float GUARD = 77;

  private static int[] severalClasses() {
    return Sizes.with(Sizes.around(), 100, 8209);
  }

  /** Of equal logits the first is the most probable. */
  @ParameterizedTest
  @EnumSource
  void ties(LossOption option) {
    for (int classes : severalClasses()) {
      for (int inner : new int[] {1, 3}) {
        OptionedLoss c = option.of(6, classes, inner);
        Random random = new Random(classes);
        for (int i = 0; i < c.logits.length; i++) {
          c.logits[i] = random.nextInt(3) - 1;
        }
        c.solve();
        int[] argmax = new int[6];
        Minibatch batch = c.minibatch().argmax(argmax).countCorrect(!c.hasTargets);
        c.build().loss(batch);
        assertArrayEquals(c.argmax, argmax, c::toString);
        assertEquals(c.hasTargets ? -1 : c.correct, batch.correct(), c::toString);
      }
    }
  }

  /** One class left, and half of them. */
  @Test
  void entropyWithMinusInfinity() {
    for (int classes : severalClasses()) {
      float[] logits = new float[2 * classes];
      Arrays.fill(logits, NEGATIVE_INFINITY);
      logits[classes / 2] = 3;
      int some = (classes + 1) / 2;
      Arrays.fill(logits, classes, classes + some, -2);
      float[] entropy = new float[2];
      float[] logSumExp = new float[2];
      int[] argmax = new int[2];
      Minibatch batch = Minibatch.of(2, classes).logits(logits).labels(new int[2]);
      CrossEntropy.builder()
          .build()
          .loss(batch.entropy(entropy).logSumExp(logSumExp).argmax(argmax));
      assertEquals(0, entropy[0], "nothing is uncertain");
      assertEquals(Math.log(some), entropy[1], 2e-6 * Math.max(1, Math.log(some)));
      assertEquals(3, logSumExp[0]);
      assertEquals(Math.log(some) - 2, logSumExp[1], 1e-5);
      assertArrayEquals(new int[] {classes / 2, 0}, argmax);
    }
  }

  /** A class may be the one to ignore. */
  @ParameterizedTest
  @EnumSource
  void ignoredClass(LossOption option) {
    OptionedLoss c = option.of(40, 5, 1);
    if (option.hasTargets) {
      return;
    }
    float[] ofClass = new float[200];
    float[] usual = new float[200];
    Minibatch batch = c.minibatch().gradient(ofClass).countCorrect(true);
    double value = ignoring(c, 2).lossAndGradient(batch);
    int correct = batch.correct();
    assertEquals(value, ignoring(c, 2).loss(c.minibatch()), "alone");
    c.ignores = true;
    for (int r = 0; r < 40; r++) {
      c.labels[r] = c.labels[r] == 2 ? OptionedLoss.IGNORED : c.labels[r];
    }
    batch = c.minibatch().gradient(usual).countCorrect(true);
    assertEquals(c.build().lossAndGradient(batch), value, c::toString);
    assertEquals(batch.correct(), correct, c::toString);
    Bits.assertSame(usual, ofClass, c.toString());
  }

  private static CrossEntropy ignoring(OptionedLoss c, int label) {
    return c.builder().ignoreIndex(label).build();
  }

  /** Rows, or blocks, that do not follow each other closely; nothing between them is touched. */
  @ParameterizedTest
  @EnumSource
  void strides(LossOption option) {
    for (int classes : severalClasses()) {
      for (int inner : new int[] {1, 3}) {
        int outer = classes > 1000 ? 2 : 7;
        OptionedLoss c = option.of(outer * inner, classes, inner);
        c.reduction = Reduction.SUM;
        float[] gradient = new float[c.logits.length];
        double value = c.build().lossAndGradient(c.minibatch().gradient(gradient));
        int width = classes * inner;
        float[] spaced = new float[2 + outer * (width + 3)];
        Arrays.fill(spaced, GUARD);
        Minibatch batch =
            c.minibatch()
                .logits(blocks(spread(c.logits, width, 5), width + 5, c))
                .gradient(blocks(spaced, width + 3, c));
        if (c.hasTargets) {
          batch.targets(blocks(spread(c.targets, width, 1), width + 1, c));
        }
        assertEquals(value, c.build().lossAndGradient(batch), c::toString);
        Bits.assertSame(spread(gradient, width, 3), spaced, c.toString());
      }
    }
  }

  /** From 2 on, with so many guards after each row. */
  private static float[] spread(float[] values, int width, int gap) {
    float[] spread = new float[2 + values.length / width * (width + gap)];
    Arrays.fill(spread, GUARD);
    for (int r = 0; r < values.length / width; r++) {
      System.arraycopy(values, r * width, spread, 2 + r * (width + gap), width);
    }
    return spread;
  }

  /** A row's place in a block is of no consequence, nor whether the gradient is wanted. */
  @Tag("slow")
  @ParameterizedTest
  @EnumSource
  void rowsOfAMiddleAxisDoNotDependOnTheirPlace(LossOption option) {
    for (int classes : new int[] {3, 10, 33, 150, 1009, 5000}) {
      OptionedLoss c = option.of(20, classes, 20);
      c.reduction = Reduction.SUM;
      float[] together = new float[20];
      double value = c.build().loss(c.minibatch().rowLosses(together));
      float[] gradient = new float[c.logits.length];
      float[] withGradient = new float[20];
      Minibatch batch = c.minibatch().gradient(gradient).rowLosses(withGradient);
      assertEquals(value, c.build().lossAndGradient(batch), c + ": alone or with gradient");
      Bits.assertSame(together, withGradient, c + ": alone or with gradient");
      for (int inner : new int[] {2, 5, 10}) {
        OptionedLoss other = regrouped(c, option, inner);
        float[] regrouped = new float[c.logits.length];
        float[] rowLosses = new float[20];
        other.build().lossAndGradient(other.minibatch().gradient(regrouped).rowLosses(rowLosses));
        Bits.assertSame(together, rowLosses, other.toString());
        for (int r = 0; r < 20; r++) {
          for (int k = 0; k < classes; k++) {
            assertEquals(gradient[c.at(r, k)], regrouped[other.at(r, k)], other::toString);
          }
        }
      }
    }
  }

  private static OptionedLoss regrouped(OptionedLoss c, LossOption option, int inner) {
    OptionedLoss other = option.of(c.rows, c.classes, inner);
    other.reduction = c.reduction;
    for (int r = 0; r < c.rows; r++) {
      for (int k = 0; k < c.classes; k++) {
        other.logits[other.at(r, k)] = c.logits[c.at(r, k)];
        other.targets[other.at(r, k)] = c.targets[c.at(r, k)];
      }
    }
    return other;
  }

  @Test
  void nanWithSignHasNoArgmax() {
    assertNoArgmax(NAN_WITH_SIGN, false);
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, POSITIVE_INFINITY})
  void rowWithoutSoftmaxHasNoArgmax(float spoiler) {
    assertNoArgmax(spoiler, false);
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, POSITIVE_INFINITY, NEGATIVE_INFINITY})
  void rowOfNothingElseHasNoArgmax(float spoiler) {
    assertNoArgmax(spoiler, true);
  }

  /** Nor is it correct, wherever the one that spoils it stands. */
  private static void assertNoArgmax(float spoiler, boolean everywhere) {
    for (LossOption option : LossOption.values()) {
      for (int classes : severalClasses()) {
        for (int at = 0; at < classes; at += 1 + classes / 5) {
          OptionedLoss c = option.of(3, classes, 1);
          Arrays.fill(c.logits, classes, 2 * classes, everywhere ? spoiler : -3);
          c.logits[classes] = everywhere ? spoiler : 5;
          c.logits[classes + at] = spoiler;
          c.labels[1] = spoiler == POSITIVE_INFINITY ? at : 0;
          boolean isCapped = !Float.isNaN(spoiler) && !option.keepsInfinity();
          if (!isCapped) {
            assertNoArgmax(c, spoiler + " at " + at + " of " + c);
          }
        }
      }
    }
  }

  private static void assertNoArgmax(OptionedLoss c, String where) {
    int[] argmax = new int[3];
    Minibatch batch = c.minibatch().argmax(argmax).countCorrect(!c.hasTargets);
    c.build().loss(batch);
    assertEquals(-1, argmax[1], where);
    int others = (argmax[0] == c.labels[0] ? 1 : 0) + (argmax[2] == c.labels[2] ? 1 : 0);
    assertEquals(c.hasTargets ? -1 : others, batch.correct(), where);
  }

  /** Beside an infinity, which might pass for the largest of all. */
  @ParameterizedTest
  @ValueSource(floats = {POSITIVE_INFINITY, NEGATIVE_INFINITY})
  void logSumExpOfNanWithSign(float infinity) {
    for (int classes : Sizes.with(Sizes.around(), 100, 5003, 20011)) {
      for (int at = 0; at < classes; at += 1 + classes / 5) {
        float[] logits = new float[3 * classes];
        Arrays.fill(logits, classes, 2 * classes, infinity);
        logits[classes + at] = NAN_WITH_SIGN;
        String where = "%s, at %d of %d".formatted(infinity, at, classes);
        assertLogSumExps(logits, classes, where);
      }
    }
  }

  private static void assertLogSumExps(float[] logits, int classes, String where) {
    float[] plain = new float[3];
    Softmax.logSumExp(logits, plain, 3, classes);
    assertMiddleIsNaN(classes, plain, where);
    float[] scaled = new float[3];
    SoftmaxOptions options = SoftmaxOptions.builder().mask(Mask.bias(new float[classes])).build();
    Softmax.logSumExp(
        MatrixView.of(logits, 3, classes), MatrixView.ofColumn(scaled, 0, 3), options);
    assertMiddleIsNaN(classes, scaled, where + ", with options");
    float[] ofBatch = new float[3];
    Minibatch batch = Minibatch.of(3, classes).logits(logits).labels(new int[3]);
    CrossEntropy.builder().build().loss(batch.logSumExp(ofBatch));
    assertMiddleIsNaN(classes, ofBatch, where + ", of a batch");
  }

  private static void assertMiddleIsNaN(int classes, float[] actual, String where) {
    float ofZeros = (float) Math.log(classes);
    float[] expected = {ofZeros, Float.NaN, ofZeros};
    assertArrayEquals(expected, actual, 1e-5f, where);
  }

  private static MatrixView blocks(float[] array, int stride, OptionedLoss c) {
    return MatrixView.ofBlocks(array, 2, stride, c.rows / c.inner, c.classes, c.inner);
  }
}
