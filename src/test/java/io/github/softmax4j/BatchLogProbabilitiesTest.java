package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Log-probabilities as an output of the loss. That they change nothing else is tested with the
 * other outputs.
 */
@Tag("slow")
class BatchLogProbabilitiesTest {

  private static int[] severalClasses() {
    return Sizes.with(Sizes.around(), 25, 41, 100, 600, 9000);
  }

  @ParameterizedTest
  @EnumSource
  void areThoseOfLogSoftmax(LossOption option) {
    for (int classes : severalClasses()) {
      for (int inner : new int[] {1, 3, classes > 100 ? 5 : 300}) {
        for (int outer : new int[] {1, 2, inner == 1 ? 19 : 3}) {
          assertSame(option.of(outer * inner, classes, inner));
        }
      }
    }
  }

  /** Values without a softmax, probabilities of 0 or 1. */
  @ParameterizedTest
  @EnumSource
  void ofSpecialRows(LossOption option) {
    for (int classes : new int[] {5, 16, 24, 600, 9000}) {
      for (int inner : new int[] {1, 2}) {
        Batch special = SpecialRows.batch(classes);
        OptionedLoss c = option.of(special.rows(), classes, inner);
        for (int r = 0; r < c.rows; r++) {
          for (int k = 0; k < classes; k++) {
            c.logits[c.at(r, k)] = special.logits[r][k];
          }
        }
        assertSame(c);
      }
    }
  }

  /** Scaled logits that are beyond float. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void ofWideLogits(int inner) {
    for (int classes : severalClasses()) {
      OptionedLoss c = LossOption.PLAIN.of(2 * inner, classes, inner);
      c.scale = 64;
      for (int i = 0; i < c.logits.length; i++) {
        c.logits[i] = 3e38f - (i % 3) * 3e31f;
      }
      assertSame(c);
    }
  }

  private static void assertSame(OptionedLoss c) {
    float[] expected = logSoftmax(c);
    float[] rowLosses = new float[c.rows];
    float[] actual = new float[c.logits.length];
    Minibatch batch = c.minibatch().rowLosses(rowLosses).logProbabilities(actual);
    c.build().loss(batch);
    Bits.assertSame(expected, actual, c + ", of the loss");
    Arrays.fill(actual, 9);
    c.build().lossAndGradient(batch.gradient(new float[c.logits.length]));
    Bits.assertSame(expected, actual, c + ", with a gradient");
    float[] inPlace = c.logits.clone();
    Arrays.fill(actual, 9);
    c.build().lossAndGradient(batch.logits(inPlace).gradient(inPlace));
    Bits.assertSame(expected, actual, c + ", the gradient in place");
  }

  private static float[] logSoftmax(OptionedLoss c) {
    float[] out = new float[c.logits.length];
    MatrixView logits = MatrixView.ofBlocks(c.logits, c.rows / c.inner, c.classes, c.inner);
    MatrixView view = MatrixView.ofBlocks(out, c.rows / c.inner, c.classes, c.inner);
    if (c.scale == 1 && c.cap == 0) {
      Softmax.logSoftmax(logits, view);
      return out;
    }
    SoftmaxOptions.Builder options = SoftmaxOptions.builder().logitScale(c.scale);
    Softmax.logSoftmax(logits, view, (c.cap == 0 ? options : options.softCap(c.cap)).build());
    return out;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void areWithinTheirBounds(int seed) {
    Random random = new Random(seed);
    for (int classes : Sizes.with(Sizes.around(), 97)) {
      int inner = 1 + random.nextInt(4);
      OptionedLoss c = OptionedLoss.random(random, inner * 5, classes, inner).solve();
      float[] actual = new float[c.logits.length];
      float[] gradient = new float[c.logits.length];
      Minibatch batch = c.minibatch().gradient(gradient).rowLosses(new float[c.rows]);
      c.build().lossAndGradient(batch.logProbabilities(actual));
      for (int r = 0; r < c.rows; r++) {
        for (int k = 0; k < classes; k++) {
          double expected = c.isIgnored(r) ? 0 : Math.log(c.probability(r, k));
          double bound = 2.4e-6 * Math.max(1, -expected) + 2 * c.logitError();
          assertEquals(expected, actual[c.at(r, k)], bound, c::toString);
        }
      }
    }
  }

  /** The loss and its gradient are what they are elsewhere, though the logits are gone. */
  @ParameterizedTest
  @EnumSource
  void inTheLogitsPlace(LossOption option) {
    for (int classes : severalClasses()) {
      for (int inner : new int[] {1, 3}) {
        OptionedLoss c = option.of(6, classes, inner);
        float[] gradient = new float[c.logits.length];
        double loss = c.build().lossAndGradient(c.minibatch().gradient(gradient));
        float[] expected = logSoftmax(c);
        float[] logits = c.logits.clone();
        float[] other = new float[c.logits.length];
        Minibatch batch = c.minibatch().logits(logits).logProbabilities(logits).gradient(other);
        assertEquals(loss, c.build().lossAndGradient(batch), c::toString);
        Bits.assertSame(expected, logits, c.toString());
        Bits.assertSame(gradient, other, c.toString());
        logits = c.logits.clone();
        batch.logits(logits).logProbabilities(logits).gradient(logits);
        assertEquals(loss, c.build().loss(batch), "no gradient is wanted");
        Bits.assertSame(expected, logits, c + ", no gradient is wanted");
      }
    }
  }

  @Test
  void betweenTheRowsNothingChanges() {
    for (int inner : new int[] {1, 4}) {
      OptionedLoss c = LossOption.ALL_OF_LABELS.of(12, 21, inner);
      float[][] rows = new float[12][21];
      for (int i = 0; i < 12 * 21; i++) {
        rows[i / 21][i % 21] = c.logits[c.at(i / 21, i % 21)];
      }
      Blocks logits = new Blocks(12 / inner, 21, inner, 2, 3).fill(rows);
      Blocks out = new Blocks(12 / inner, 21, inner, 3, 4);
      Minibatch batch = c.minibatch().logits(logits.view()).logProbabilities(out.view());
      c.build().loss(batch);
      out.assertOnlyRowsWritten("log-probabilities");
      Blocks expected = new Blocks(12 / inner, 21, inner, 0, 0);
      System.arraycopy(logSoftmax(c), 0, expected.array, 0, 12 * 21);
      Bits.assertSame(expected.toRows(), out.toRows(), "inner " + inner);
      c.build().loss(batch.logProbabilities((float[]) null).logits(logits.view()));
    }
  }

  /** Their logits may be NaN. */
  @ParameterizedTest
  @EnumSource(
      value = LossOption.class,
      names = {"PLAIN", "ALL_OF_LABELS", "ALL_OF_TARGETS"})
  void ofIgnoredRows(LossOption option) {
    for (int classes : severalClasses()) {
      for (int inner : new int[] {1, 3}) {
        for (boolean inPlace : new boolean[] {false, true}) {
          OptionedLoss c = option.of(9, classes, inner);
          float[] expected = logSoftmax(c);
          c.rowWeights = new float[] {1, 0, 1, 2, 1, 1, 0, 1, 1};
          c.ignores = !c.hasTargets;
          c.labels[4] = OptionedLoss.IGNORED;
          for (int r = 0; r < 9; r++) {
            for (int k = 0; c.isIgnored(r) && k < classes; k++) {
              c.logits[c.at(r, k)] = Float.NaN;
              expected[c.at(r, k)] = 0;
            }
          }
          float[] actual = new float[c.logits.length];
          float[] logits = c.logits.clone();
          float[] gradient = inPlace ? logits : new float[c.logits.length];
          Minibatch batch = c.minibatch().logits(logits).gradient(gradient);
          c.build().lossAndGradient(batch.logProbabilities(actual));
          Bits.assertSame(expected, actual, c.toString());
        }
      }
    }
  }

  /** As if there were only the other classes; a row without others is ignored. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 300})
  void ofLeftOutClasses(int inner) {
    for (int classes : Sizes.with(Sizes.around(), 100)) {
      OptionedLoss c = LossOption.TARGETS.of(2 * inner, classes, inner);
      c.scale = 0.625f;
      boolean[] keep = new boolean[c.rows * classes];
      Random random = new Random(classes);
      for (int i = 0; i < keep.length; i++) {
        int r = i / classes;
        keep[i] = r == 1 || r > 0 && random.nextInt(3) > 0;
        c.targets[c.at(r, i % classes)] = keep[i] ? 0.5f : Float.NaN;
      }
      SoftmaxOptions options =
          SoftmaxOptions.builder().logitScale(c.scale).mask(Mask.keep(keep)).build();
      float[] expected = new float[c.logits.length];
      MatrixView logits = MatrixView.ofBlocks(c.logits, 2, classes, inner);
      Softmax.logSoftmax(logits, MatrixView.ofBlocks(expected, 2, classes, inner), options);
      for (int i = 0; i < expected.length; i++) {
        expected[i] = Float.isNaN(expected[i]) ? 0 : expected[i]; // nothing is left
      }
      float[] actual = new float[c.logits.length];
      CrossEntropy loss = c.builder().leaveOutNanTargets(true).build();
      loss.loss(c.minibatch().logProbabilities(actual));
      Bits.assertSame(expected, actual, c.toString());
    }
  }

  /** Relative to all parts. */
  @ParameterizedTest
  @ValueSource(ints = {2, 7, 20, 33, 100, 1000, 20000})
  void ofParts(int classes) {
    for (int inner : new int[] {1, 3}) {
      OptionedLoss c = LossOption.SMOOTHING.of(6, classes, inner);
      Parts parts = Parts.at(c, classes / 2);
      float[] whole = logSoftmax(c);
      int outer = 6 / inner;
      int stride = classes * inner;
      for (int p = 0; p < parts.number(); p++) {
        int n = parts.logits(p).length / 6;
        int at = p * (classes / 2) * inner;
        MatrixView logits = MatrixView.ofBlocks(c.logits, at, stride, outer, n, inner);
        float[] expected = new float[6 * n];
        float[] actual = new float[6 * n];
        Softmax.logSoftmax(logits, MatrixView.ofBlocks(expected, outer, n, inner), parts.whole);
        c.build().lossAndGradient(parts.minibatch(p).logProbabilities(actual));
        Bits.assertSame(expected, actual, "part " + p);
        for (int r = 0; r < 6; r++) {
          float found = actual[(r / inner * n) * inner + r % inner];
          float all = whole[c.at(r, p * (classes / 2))];
          assertEquals(all, found, 5e-6 * Math.max(1, -all), "part " + p);
        }
      }
    }
  }

  @Test
  void ofAStudent() {
    OptionedLoss c = LossOption.LOGIT_SCALE.of(5, 20, 1);
    float[] teacher = new float[100];
    float[] actual = new float[100];
    Minibatch batch = Minibatch.of(5, 20).logits(c.logits).teacherLogits(teacher);
    batch.gradient(new float[100]).logProbabilities(actual);
    CrossEntropy loss = c.builder().divergence(true).build();
    loss.lossAndGradient(batch);
    Bits.assertSame(logSoftmax(c), actual, "of the student");
    batch.logProbabilities(teacher);
    String says = assertThrows(IllegalArgumentException.class, () -> loss.loss(batch)).getMessage();
    assertTrue(says.contains("teacherLogits") && says.contains("logProbabilities"), says);
  }

  @Test
  void notOfLogProbabilities() {
    Minibatch batch = Minibatch.of(1, 2).logits(new float[2]).labels(new int[1]);
    batch.logProbabilities(new float[2]);
    CrossEntropy loss = CrossEntropy.builder().build();
    String says =
        assertThrows(IllegalStateException.class, () -> loss.negativeLogLikelihood(batch))
            .getMessage();
    assertTrue(says.startsWith("negativeLogLikelihood: "), says);
  }
}
