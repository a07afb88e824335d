package io.github.softmax4j.benchmarks;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import java.util.stream.DoubleStream;

/**
 * What the operations must give for one row, straight from the definitions in double: it shares no
 * code with the library, not even with its scalar path.
 */
final class Oracle {
  private Oracle() {}

  static double logSumExp(double[] logits) {
    double max = DoubleStream.of(logits).max().orElseThrow();
    double sum = 0;
    for (double z : logits) {
      sum += Math.exp(z - max);
    }
    return max + Math.log(sum);
  }

  static double[] logSoftmax(double[] logits) {
    double logSumExp = logSumExp(logits);
    return each(logits, c -> logits[c] - logSumExp);
  }

  static double[] softmax(double[] logits) {
    double logSumExp = logSumExp(logits);
    return each(logits, c -> Math.exp(logits[c] - logSumExp));
  }

  /** {@code -sum_c t_c ln a_c} for targets t and probabilities a. */
  static double loss(double[] logits, double[] targets) {
    double[] logs = logSoftmax(logits);
    double loss = 0;
    for (int c = 0; c < logits.length; c++) {
      loss -= targets[c] * logs[c];
    }
    return loss;
  }

  /** {@code a_c sum_k t_k - t_c}: the derivative of {@link #loss} by each logit. */
  static double[] gradient(double[] logits, double[] targets) {
    double mass = DoubleStream.of(targets).sum();
    double[] a = softmax(logits);
    return each(a, c -> a[c] * mass - targets[c]);
  }

  /** {@code a_c (d_c - sum_k a_k d_k)}: the derivative through the softmax. */
  static double[] softmaxBackward(double[] probabilities, double[] upstream) {
    double mean = 0;
    for (int c = 0; c < upstream.length; c++) {
      mean += probabilities[c] * upstream[c];
    }
    double constant = mean;
    return each(upstream, c -> probabilities[c] * (upstream[c] - constant));
  }

  /** {@code d_c - a_c sum_k d_k}: the derivative through the log-softmax. */
  static double[] logSoftmaxBackward(double[] probabilities, double[] upstream) {
    double sum = DoubleStream.of(upstream).sum();
    return each(upstream, c -> upstream[c] - probabilities[c] * sum);
  }

  private static double[] each(double[] like, IntToDoubleFunction formula) {
    double[] values = new double[like.length];
    Arrays.setAll(values, formula);
    return values;
  }
}
