package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A vocabulary divided among several gives what one would. */
class PartialsTest {

  @ParameterizedTest
  @ValueSource(ints = {2, 7, 20, 33, 100, 1000, 40000})
  void lossesOfPartsAddUp(int classes) {
    Random random = new Random(classes);
    OptionedLoss c = new OptionedLoss(random, classes > 10000 ? 3 : 21, classes, 1, false);
    c.classWeights = OptionedLoss.weights(random, classes, false);
    c.ignoreSome(random);
    c.smoothing = 0.1;
    c.zLoss = 1e-3;
    c.denominator = 17;
    c.zDenominator = 17;
    c.solve();
    int cut = 1 + random.nextInt(classes - 1);
    Partials whole = partials(c, 0, cut).merge(partials(c, cut, classes));
    float[] gradient = new float[c.logits.length];
    double loss = part(c, whole, gradient, 0, cut) + part(c, whole, gradient, cut, classes);
    assertEquals(c.loss, loss, 2e-6 * (c.rows + c.loss));
    for (int r = 0; r < c.rows; r++) {
      for (int k = 0; k < classes; k++) {
        double size = Math.max(c.gradientSize[r], 1e-30);
        assertEquals(c.gradient[r][k], gradient[c.at(r, k)], 2e-6 * size, "row " + r);
      }
      if (!c.isIgnored(r)) {
        assertEquals(c.logSumExps[r], whole.logSumExp(r), 1e-6 * Math.abs(c.logSumExps[r]));
      }
    }
  }

  private static Partials partials(OptionedLoss c, int from, int to) {
    return new Partials(c.rows).of(c.logits, from, c.classes, to - from);
  }

  private static double part(OptionedLoss c, Partials whole, float[] gradient, int from, int to) {
    return c.build()
        .lossAndGradient(
            Minibatch.of(c.rows, to - from)
                .logits(c.logits, from, c.classes)
                .labels(c.labels)
                .gradient(gradient, from, c.classes)
                .denominator(c.denominator)
                .part(whole, from, c.classes));
  }

  @Test
  void specialRows() {
    float inf = Float.POSITIVE_INFINITY;
    float[] a = {-inf, -inf, 1, 2, 3, inf, Float.NaN, 1};
    float[] b = {1, 2, -inf, -inf, 0, 0, 1, 1};
    Partials merged = new Partials(4).of(a, 2).merge(new Partials(4).of(b, 2));
    assertEquals(Math.log(Math.E + Math.exp(2)), merged.logSumExp(0), 1e-6);
    assertEquals(Math.log(Math.E + Math.exp(2)), merged.logSumExp(1), 1e-6);
    assertEquals(inf, merged.logSumExp(2));
    assertEquals(Double.NaN, merged.logSumExp(3));
    Partials nothing = new Partials(1).of(new float[] {-inf}, 1).merge(new Partials(1));
    assertEquals(-inf, nothing.logSumExp(0));
    assertEquals(0, nothing.sum(0));
  }

  @Test
  void badPartsAreRefused() {
    Minibatch batch = Minibatch.of(2, 3).logits(new float[6]).labels(new int[2]);
    CrossEntropy loss = CrossEntropy.builder().build();
    assertThrows(IllegalArgumentException.class, () -> batch.part(null, 2, 4));
    batch.part(null, 0, 6);
    assertThrows(IllegalStateException.class, () -> loss.loss(batch));
    batch.part(new Partials(3), 0, 6);
    assertThrows(IllegalArgumentException.class, () -> loss.loss(batch));
    assertThrows(IllegalArgumentException.class, () -> new Partials(2).merge(new Partials(3)));
  }
}
