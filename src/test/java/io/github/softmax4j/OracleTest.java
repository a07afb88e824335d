package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The oracle against decimal arithmetic, so that it is not believed blindly. */
class OracleTest {

  private static final MathContext DIGITS = new MathContext(60);
  private static final double ROUNDING = 4e-15;

  @ParameterizedTest(name = "logits {0}")
  @ValueSource(strings = {"2 3 4", "0", "-7.5 -7.5", "14 -4 0.125 -1.5", "-40 3 -2.25 60", "9 8 9"})
  void agreesWithDecimals(String text) {
    double[] logits = Arrays.stream(text.split(" ")).mapToDouble(Double::parseDouble).toArray();
    int classes = logits.length;
    BigDecimal[] exponentials = new BigDecimal[classes];
    BigDecimal sum = BigDecimal.ZERO;
    for (int c = 0; c < classes; c++) {
      exponentials[c] = exp(new BigDecimal(logits[c]));
      sum = sum.add(exponentials[c]);
    }
    double lse = ln(sum).doubleValue();

    Oracle oracle = new Oracle(logits);
    assertClose(lse, oracle.logSumExp(), "log-sum-exp");
    float[] targets = new float[classes];
    double targetLoss = 0;
    double mass = 0;
    for (int c = 0; c < classes; c++) {
      targets[c] = 0.25f * (c + 1);
      targetLoss += targets[c] * ln(sum.divide(exponentials[c], DIGITS)).doubleValue();
      mass += targets[c];
    }
    assertClose(targetLoss, oracle.loss(targets), "loss of targets");
    for (int c = 0; c < classes; c++) {
      BigDecimal p = exponentials[c].divide(sum, DIGITS);
      double loss = ln(sum.divide(exponentials[c], DIGITS)).doubleValue();
      assertClose(p.doubleValue(), oracle.softmax()[c], "softmax of class " + c);
      assertClose(-loss, oracle.logSoftmax()[c], "log-softmax of class " + c);
      assertClose(loss, oracle.loss(c), "loss of label " + c);
      // Relative also where the label's probability is within 1e-18 of 1.
      double atLabel = p.subtract(BigDecimal.ONE).doubleValue();
      assertEquals(atLabel, oracle.gradient(c)[c], Math.abs(atLabel) * ROUNDING, "at the label");
      assertClose(
          p.doubleValue() * mass - targets[c],
          oracle.gradient(targets)[c],
          "gradient of targets, class " + c);
    }
  }

  private static void assertClose(double expected, double actual, String what) {
    assertEquals(expected, actual, ROUNDING * Math.max(1, Math.abs(expected)), what);
  }

  /** The exponential series of x / 2^10, squared ten times. */
  private static BigDecimal exp(BigDecimal x) {
    MathContext wide = new MathContext(DIGITS.getPrecision() + 10);
    BigDecimal reduced = x.divide(BigDecimal.valueOf(1024), wide);
    BigDecimal term = BigDecimal.ONE;
    BigDecimal sum = BigDecimal.ONE;
    for (int n = 1; n < 60; n++) {
      term = term.multiply(reduced, wide).divide(BigDecimal.valueOf(n), wide);
      sum = sum.add(term, wide);
    }
    return sum.pow(1024, wide);
  }

  /** Newton's iteration on exp; each step doubles the correct digits of the double it starts at. */
  private static BigDecimal ln(BigDecimal y) {
    BigDecimal x = new BigDecimal(Math.log(y.doubleValue()));
    for (int i = 0; i < 2; i++) {
      x = x.add(y.divide(exp(x), DIGITS), DIGITS).subtract(BigDecimal.ONE, DIGITS);
    }
    return x;
  }
}
