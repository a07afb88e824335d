package io.github.softmax4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** The oracle against figures worked out by hand: logits 2, 3, 4, the true class is the second. */
class OracleTest {
  private static final double FOUR_DECIMALS = 0.5e-4;
  private static final double[] LOGITS = {2, 3, 4};
  private static final double[] SECOND_CLASS = {0, 1, 0};

  @Test
  void probabilitiesAndTheirLogarithms() {
    assertNear(Oracle.softmax(LOGITS), 0.0900, 0.2447, 0.6652);
    assertNear(Oracle.logSoftmax(LOGITS), -2.4076, -1.4076, -0.4076);
    assertEquals(4.4076, Oracle.logSumExp(LOGITS), FOUR_DECIMALS);
    assertEquals(1000 + Math.log(2), Oracle.logSumExp(new double[] {1000, 1000}), 1e-12);
  }

  @Test
  void lossAndItsGradient() {
    assertEquals(1.4076, Oracle.loss(LOGITS, SECOND_CLASS), FOUR_DECIMALS);
    assertNear(Oracle.gradient(LOGITS, SECOND_CLASS), 0.0900, -0.7553, 0.6652);
    assertNear(Oracle.gradient(LOGITS, new double[] {0, 2, 0}), 0.1801, -1.5105, 1.3305);
  }

  /** The loss is the log-softmax with an upstream gradient of -1 at the label. */
  @Test
  void backward() {
    double[] a = Oracle.softmax(LOGITS);
    assertNear(Oracle.logSoftmaxBackward(a, new double[] {0, -1, 0}), 0.0900, -0.7553, 0.6652);
    assertNear(Oracle.softmaxBackward(a, new double[] {0, -1 / a[1], 0}), 0.0900, -0.7553, 0.6652);
  }

  private static void assertNear(double[] actual, double... expected) {
    assertArrayEquals(expected, actual, FOUR_DECIMALS);
  }
}
