package io.github.softmax4j.internal;

/**
 * Losses of given log-probabilities. They read one element of each row, so both paths share this
 * code.
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
      float rowWeight = RowWeights.of(call, r);
      double weight = rowWeight == 0 ? 0 : weight(call, r, rowWeight);
      double loss = weight == 0 ? 0 : -weight * call.logits.array[atLabel(call, call.logits, r)];
      if (withGradient) {
        call.out.clearRow(r, call.classes);
        if (rowWeight != 0) { // also a class weight of 0: a mean over nothing is NaN
          double slope = 0 - call.scale * call.loss.upstream(r) * weight; // never -0
          call.out.array[atLabel(call, call.out, r)] = (float) slope;
        }
      }
      total += RowOutputs.keep(call, r, loss);
    }
    return total;
  }

  /** Weight of the row times the class weight of its label. */
  private static double weight(Call call, int r, float rowWeight) {
    return rowWeight * call.loss.options.weight(call.label(r));
  }

  private static int atLabel(Call call, Matrix matrix, int r) {
    return matrix.row(r) + call.label(r) * matrix.inner;
  }
}
