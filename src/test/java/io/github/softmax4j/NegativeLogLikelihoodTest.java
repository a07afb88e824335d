package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NegativeLogLikelihoodTest {

  /** The loss of logits is that of their log-softmax. */
  @ParameterizedTest
  @EnumSource
  void isTheLossOfLogSoftmax(Reduction reduction) {
    for (int inner : new int[] {1, 5}) {
      OptionedLoss c = new OptionedLoss(new Random(1), 40, 12, inner, false);
      c.reduction = reduction;
      c.classWeights = OptionedLoss.weights(new Random(2), 12, true);
      c.rowWeights = OptionedLoss.weights(new Random(3), 40, true);
      c.ignoreSome(new Random(4));
      CrossEntropy loss = c.build();
      float[] expected = new float[40];
      double ofLogits = loss.loss(c.minibatch().rowLosses(expected));
      if (inner == 1) {
        Softmax.logSoftmax(c.logits, c.logits, 40, 12);
      } else {
        Softmax.logSoftmax(
            MatrixView.ofBlocks(c.logits, 40 / inner, 12, inner),
            MatrixView.ofBlocks(c.logits, 40 / inner, 12, inner));
      }
      float[] actual = new float[40];
      float[] gradient = new float[480];
      Minibatch batch = c.minibatch().rowLosses(actual).gradient(gradient);
      assertEquals(ofLogits, loss.negativeLogLikelihood(batch), 1e-5);
      assertEquals(ofLogits, loss.negativeLogLikelihoodAndGradient(batch), 1e-5);
      for (int r = 0; r < 40; r++) {
        assertEquals(expected[r], actual[r], 2e-6 * (1 + expected[r]));
      }
      assertGradient(c, loss, gradient);
    }
  }

  private static void assertGradient(OptionedLoss c, CrossEntropy loss, float[] gradient) {
    for (int r = 0; r < c.rows; r++) {
      for (int k = 0; k < c.classes; k++) {
        int i = c.at(r, k);
        float old = c.logits[i];
        double before = loss.negativeLogLikelihood(c.minibatch().rowLosses(new float[c.rows]));
        c.logits[i] = old + 1;
        double after = loss.negativeLogLikelihood(c.minibatch().rowLosses(new float[c.rows]));
        c.logits[i] = old;
        assertEquals(after - before, gradient[i], 1e-5);
      }
    }
  }

  /** Row and class weights, the upstream gradient, its scale, a denominator. */
  @ParameterizedTest
  @EnumSource
  void gradientHasItsFactors(LossSetting setting) {
    for (int inner : new int[] {1, 5}) {
      OptionedLoss c = LossOption.CLASS_WEIGHTS.of(40, 12, inner);
      setting.set(c);
      c.hasLongLabels = inner == 5;
      float[] gradient = gradientOf(c);
      for (int r = 0; r < 40; r++) {
        for (int k = 0; k < 12; k++) {
          double slope = c.labels[r] == k ? slopeAtLabel(c, r) : 0;
          assertEquals(slope, gradient[c.at(r, k)], 1e-6 * Math.abs(slope), c::toString);
        }
      }
    }
  }

  private static float[] gradientOf(OptionedLoss c) {
    float[] gradient = new float[c.logits.length];
    Minibatch batch = c.minibatch().gradient(gradient).rowLosses(new float[c.rows]);
    c.build().negativeLogLikelihoodAndGradient(batch);
    return gradient;
  }

  private static double slopeAtLabel(OptionedLoss c, int r) {
    double mean = 0;
    for (int i = 0; i < c.rows; i++) {
      mean += c.isIgnored(i) ? 0 : weight(c, i);
    }
    mean = c.reduction != Reduction.MEAN ? 1 : Double.isNaN(c.denominator) ? mean : c.denominator;
    double upstream = c.upstream == null ? 1 : c.upstream[r];
    return c.isIgnored(r) ? 0 : -c.gradientScale * upstream * weight(c, r) / mean;
  }

  private static double weight(OptionedLoss c, int r) {
    return c.classWeights[c.labels[r]] * (c.rowWeights == null ? 1 : c.rowWeights[r]);
  }

  @Test
  void givenDenominator() {
    OptionedLoss c = LossOption.CLASS_WEIGHTS.of(20, 5, 1);
    c.reduction = Reduction.SUM;
    double sum = c.build().negativeLogLikelihood(c.minibatch());
    c.reduction = Reduction.MEAN;
    c.denominator = 7;
    assertEquals(sum / 7, c.build().negativeLogLikelihood(c.minibatch()), 1e-12 * Math.abs(sum));
  }

  @Test
  void stridesAndIgnoredRows() {
    float nan = Float.NaN;
    float[] logP = {9, -1, -2, 9, nan, nan, 9, -3, -4};
    float[] gradient = {9, 9, 9, 9, 9, 9, 9, 9};
    float[] rowLosses = {9, 9, 9};
    Minibatch batch =
        Minibatch.of(3, 2)
            .logits(MatrixView.of(logP, 1, 3, 3, 2))
            .labels(IntView.ofColumn(new long[] {5, 1, -100, 0}, 1, 3))
            .gradient(MatrixView.of(gradient, 0, 3, 3, 2))
            .rowLosses(rowLosses);
    CrossEntropy loss = CrossEntropy.builder().ignoreIndex(-100).build();
    assertEquals(2.5, loss.negativeLogLikelihoodAndGradient(batch));
    assertArrayEquals(new float[] {0, -0.5f, 9, 0, 0, 9, -0.5f, 0}, gradient);
    assertArrayEquals(new float[] {2, 0, 3}, rowLosses);
    assertEquals(2.5, loss.negativeLogLikelihood(batch));
  }

  @Test
  void whatIsAboutLogitsIsRefused() {
    Minibatch batch = Minibatch.of(1, 2).logits(new float[2]).labels(new int[1]);
    CrossEntropy smooth = CrossEntropy.builder().labelSmoothing(0.1).build();
    assertThrows(IllegalStateException.class, () -> smooth.negativeLogLikelihood(batch));
    CrossEntropy plain = CrossEntropy.builder().build();
    assertEquals(0, plain.negativeLogLikelihood(batch));
    batch.logSumExp(new float[1]);
    assertThrows(IllegalStateException.class, () -> plain.negativeLogLikelihood(batch));
    Minibatch targets = Minibatch.of(1, 2).logits(new float[2]).targets(new float[2]);
    assertThrows(IllegalStateException.class, () -> plain.negativeLogLikelihood(targets));
  }

  /** 0 divided by 0 at each label, unless that is asked to be 0, and 0 in ignored rows. */
  @Test
  void meanOverWeightsOfZero() {
    float nan = Float.NaN;
    CrossEntropy.Builder builder = CrossEntropy.builder().classWeights(0, 1).ignoreIndex(-1);
    float[] logP = {-1, -2, -3, -4};
    float[] gradient = new float[4];
    Minibatch batch = Minibatch.of(2, 2).logits(logP).labels(new int[2]).gradient(gradient);
    assertEquals(Double.NaN, builder.build().negativeLogLikelihoodAndGradient(batch));
    assertArrayEquals(new float[] {nan, 0, nan, 0}, gradient);
    batch.labels(new int[] {-1, 0});
    assertEquals(Double.NaN, builder.build().negativeLogLikelihoodAndGradient(batch));
    assertArrayEquals(new float[] {0, 0, nan, 0}, gradient);
    batch.rowWeights(new float[] {1, 0});
    assertEquals(Double.NaN, builder.build().negativeLogLikelihoodAndGradient(batch));
    assertArrayEquals(new float[4], gradient, "all are ignored");
    CrossEntropy zero = builder.emptyMeanIsZero(true).build();
    assertEquals(0, zero.negativeLogLikelihoodAndGradient(batch.rowWeights((float[]) null)));
    assertArrayEquals(new float[4], gradient);
  }

  /** A class weight of 0 gives a gradient of 0, and not -0, whatever is upstream. */
  @Test
  void classWeightOfZero() {
    CrossEntropy loss = CrossEntropy.builder().classWeights(0, 1).reduction(Reduction.SUM).build();
    float[] gradient = {9, 9, 9, 9};
    Minibatch batch =
        Minibatch.of(2, 2)
            .logits(new float[] {Float.NaN, -1, -2, -3})
            .labels(new int[] {0, 1})
            .upstream(new float[] {-3, 2})
            .gradient(gradient);
    assertEquals(3, loss.negativeLogLikelihoodAndGradient(batch));
    assertArrayEquals(new float[] {0, 0, 0, -2}, gradient);
  }

  /** What the batch tells of the last loss of logits stays. */
  @Test
  void leavesWhatTheBatchTells() {
    float[] rowLosses = new float[2];
    Minibatch batch =
        Minibatch.of(2, 2)
            .logits(new float[] {3, 2, 1, 2})
            .labels(new int[2])
            .gradient(new float[4])
            .rowLosses(rowLosses)
            .countCorrect(true);
    CrossEntropy.builder().zLoss(0.5).build().loss(batch);
    double zLoss = batch.zLoss();
    assertEquals(1, batch.correct());
    CrossEntropy plain = CrossEntropy.builder().build();
    plain.negativeLogLikelihood(batch.countCorrect(false));
    plain.negativeLogLikelihoodAndGradient(batch);
    assertEquals(1, batch.correct());
    assertEquals(zLoss, batch.zLoss());
  }

  @Test
  void impossibleLabel() {
    float inf = Float.POSITIVE_INFINITY;
    Minibatch batch = Minibatch.of(1, 2).logits(new float[] {-inf, 0}).labels(new int[1]);
    assertEquals(inf, CrossEntropy.builder().build().negativeLogLikelihood(batch));
    CrossEntropy zero = CrossEntropy.builder().classWeights(0, 1).build();
    assertEquals(0, zero.negativeLogLikelihood(batch.denominator(1)));
  }
}
