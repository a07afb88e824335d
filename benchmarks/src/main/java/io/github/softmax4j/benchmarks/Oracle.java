package io.github.softmax4j.benchmarks;

/**
 * What the operations must give for one row, straight from the definitions in double: it shares no
 * code with the library, not even with its scalar path.
 */
final class Oracle {

  private Oracle() {}

  static double logSumExp(double[] logits) {
    double max = Double.NEGATIVE_INFINITY;
    for (double z : logits) {
      max = Math.max(max, z);
    }
    double sum = 0;
    for (double z : logits) {
      sum += Math.exp(z - max);
    }
    return max + Math.log(sum);
  }

  static double[] logSoftmax(double[] logits) {
    double logSumExp = logSumExp(logits);
    double[] logProbabilities = new double[logits.length];
    for (int c = 0; c < logits.length; c++) {
      logProbabilities[c] = logits[c] - logSumExp;
    }
    return logProbabilities;
  }

  static double[] softmax(double[] logits) {
    double[] probabilities = logSoftmax(logits);
    for (int c = 0; c < logits.length; c++) {
      probabilities[c] = Math.exp(probabilities[c]);
    }
    return probabilities;
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
    double mass = 0;
    for (double t : targets) {
      mass += t;
    }
    double[] gradient = softmax(logits);
    for (int c = 0; c < logits.length; c++) {
      gradient[c] = gradient[c] * mass - targets[c];
    }
    return gradient;
  }
}
