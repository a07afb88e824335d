package io.github.softmax4j.benchmarks;

import java.util.Arrays;

/**
 * What the operations must give for one row, straight from the definitions in double: it shares no
 * code with the library, not even with its scalar path.
 */
final class Oracle {

  private Oracle() {}

  static double logSumExp(double[] logits) {
    double max = Arrays.stream(logits).max().orElseThrow();
    return max + Math.log(Arrays.stream(logits).map(z -> Math.exp(z - max)).sum());
  }

  static double[] logSoftmax(double[] logits) {
    double logSumExp = logSumExp(logits);
    return Arrays.stream(logits).map(z -> z - logSumExp).toArray();
  }

  static double[] softmax(double[] logits) {
    return Arrays.stream(logSoftmax(logits)).map(Math::exp).toArray();
  }

  /** {@code -sum_c t_c ln a_c} for targets t and probabilities a. */
  static double loss(double[] logits, double[] targets) {
    double[] logProbabilities = logSoftmax(logits);
    double loss = 0;
    for (int c = 0; c < logits.length; c++) {
      loss -= targets[c] * logProbabilities[c];
    }
    return loss;
  }

  /** {@code a_c sum_k t_k - t_c}: the derivative of {@link #loss} by each logit. */
  static double[] gradient(double[] logits, double[] targets) {
    double mass = Arrays.stream(targets).sum();
    double[] gradient = softmax(logits);
    for (int c = 0; c < logits.length; c++) {
      gradient[c] = gradient[c] * mass - targets[c];
    }
    return gradient;
  }
}
