package io.github.softmax4j.kernel;

/**
 * A few rows of few classes, too few to fill the lanes, or one of many, one after the other: with
 * the arithmetic of other {@link Rows} operation by operation, so that a row's bits do not depend
 * on how many others come with it. Such a call is over before steps for many rows would pay.
 */
abstract sealed class LoneRows permits LoneNarrowRows, LoneMaskedRows, LoneWideRows {

  final Call call;

  LoneRows(Call call) {
    this.call = call;
  }

  final void softmax() {
    int headroom = Rows.headroom(call.classes, 1);
    for (int r = 0; r < call.rows; r++) {
      float sum = terms(r, max(r), headroom);
      scale(r, 1 / sum);
    }
  }

  final void logSoftmax() {
    int headroom = Rows.headroom(call.classes, 1);
    for (int r = 0; r < call.rows; r++) {
      float max = max(r);
      float logSum = Logarithm.of(sum(r, max, headroom), headroom);
      logSoftmax(r, Rows.reference(max), logSum);
    }
  }

  final double loss() {
    int headroom = Rows.headroom(call.classes, 1);
    double total = 0;
    for (int r = 0; r < call.rows; r++) {
      float max = max(r);
      total += loss(r, max, atLabel(r), sum(r, max, headroom), headroom);
    }
    return total;
  }

  final double lossAndGradient() {
    int headroom = Rows.headroom(call.classes, call.scale);
    double total = 0;
    for (int r = 0; r < call.rows; r++) {
      float max = max(r);
      float atLabel = atLabel(r); // before the terms, which may take the logits' place
      float sum = terms(r, max, headroom);
      total += loss(r, max, atLabel, sum, headroom);
      gradient(r, call.label(r), sum, (float) call.scale / sum);
    }
    return total;
  }

  private float atLabel(int r) {
    return call.logits.array[call.logits.row(r) + call.label(r)];
  }

  private double loss(int r, float max, float atLabel, float sum, int headroom) {
    return RowOutputs.keep(call, r, ((double) max - atLabel) + Logarithm.of(sum, headroom));
  }

  /** The largest logit; not finite if the row has no softmax. */
  abstract float max(int r);

  /** Finds the terms, and gives their sum; NaN if the row has no softmax. */
  abstract float terms(int r, float max, int headroom);

  /** The same sum alone. */
  abstract float sum(int r, float max, int headroom);

  /** Writes the terms times {@code factor}. */
  abstract void scale(int r, float factor);

  /**
   * The same, but at the label minus all others: where softmax is near 1, softmax - 1 would lose
   * digits.
   */
  abstract void gradient(int r, int label, float sum, float factor);

  /** Writes {@code (x - reference) - logSum}. */
  abstract void logSoftmax(int r, float reference, float logSum);
}
