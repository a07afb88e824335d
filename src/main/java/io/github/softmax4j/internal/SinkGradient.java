package io.github.softmax4j.internal;

import java.util.Arrays;

/** The gradient with respect to attention sinks. */
public final class SinkGradient {

  private SinkGradient() {}

  /**
   * Computes it from the probabilities in the place of the call's logits, their gradients, and
   * log-sum-exp in the place of the outputs of rows.
   */
  public static void compute(Call call, float[] gradient) {
    int number = call.sinks.length;
    Arrays.fill(gradient, 0, number, 0);
    int groups = (int) ((call.rows + call.rowsOfSink - 1L) / call.rowsOfSink);
    for (int s = 0; s < Math.min(number, groups); s++) {
      double sum = 0;
      for (long group = s; group < groups; group += number) {
        sum += ofGroup(call, (int) group);
      }
      gradient[s] = (float) (0 - sum); // not -0
    }
  }

  /** The sum over the rows, one after the other, that share a sink. */
  private static double ofGroup(Call call, int group) {
    long first = (long) group * call.rowsOfSink;
    long end = Math.min(first + call.rowsOfSink, call.rows);
    double sum = 0;
    for (int r = (int) first; r < end; r++) {
      float sink = call.sink(r);
      if (sink != Float.NEGATIVE_INFINITY) {
        double logSumExp = call.perRow.array[call.perRow.offset + r];
        sum += Math.exp(sink - logSumExp) * product(call, r);
      }
    }
    return sum;
  }

  /** The sum of a row's probabilities times their gradients. */
  private static double product(Call call, int r) {
    Matrix p = call.logits;
    Matrix g = call.outGradient;
    int i = p.row(r);
    int j = g.row(r);
    double even = 0;
    double odd = 0;
    int c = 0;
    for (; c < call.classes - 1; c += 2) {
      even += (double) p.array[i] * g.array[j];
      odd += (double) p.array[i + p.inner] * g.array[j + g.inner];
      i += 2 * p.inner;
      j += 2 * g.inner;
    }
    if (c < call.classes) {
      even += (double) p.array[i] * g.array[j];
    }
    return even + odd;
  }
}
