package io.github.softmax4j;

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
        Softmax.logSoftmax(c.logits, c.logits, 40 / inner, 12, inner);
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

  @Test
  void impossibleLabel() {
    float inf = Float.POSITIVE_INFINITY;
    Minibatch batch = Minibatch.of(1, 2).logits(new float[] {-inf, 0}).labels(new int[1]);
    assertEquals(inf, CrossEntropy.builder().build().negativeLogLikelihood(batch));
    CrossEntropy zero = CrossEntropy.builder().classWeights(0, 1).build();
    assertEquals(0, zero.negativeLogLikelihood(batch.denominator(1)));
  }
}
