package io.github.softmax4j.kernel;

/**
 * Losses of log-probabilities that are given: one element of each row is read, which is nothing to
 * do with vectors.
 */
public final class LogLikelihood {

  private LogLikelihood() {}

  /**
   * Each row's loss is {@code -weight * logits[label]}, its gradient {@code -scale * weight} at the
   * label and 0 elsewhere.
   *
   * @return the sum of the losses, in double
   */
  public static double losses(Call call, boolean withGradient) {
    double total = 0;
    for (int r = 0; r < call.rows; r++) {
      double weight = call.isIgnored(r) ? 0 : rowAndClassWeight(call, r);
      double loss = weight == 0 ? 0 : -weight * call.logits.array[atLabel(call, call.logits, r)];
      if (withGradient) {
        call.clearOut(r);
        if (weight != 0) {
          double slope = -call.scale * call.upstream(r) * weight;
          call.out.array[atLabel(call, call.out, r)] = (float) slope;
        }
      }
      total += call.keep(r, loss);
    }
    return total;
  }

  private static double rowAndClassWeight(Call call, int r) {
    return call.rowWeight(r) * call.options.weight(call.label(r));
  }

  private static int atLabel(Call call, Matrix matrix, int r) {
    return matrix.row(r) + call.label(r) * matrix.inner;
  }
}
