package io.github.softmax4j.kernel;

/**
 * A few rows of few classes, too few to fill the lanes, one after the other: the arithmetic of
 * {@link NarrowRows} operation by operation, so that a row's bits do not depend on how many others
 * come with it. Such a call is over before a step that is not inlined would pay.
 */
final class LoneRows {

  /** Up to this many rows, one after the other is faster than all across the lanes. */
  private static final int MOST_ROWS = 4;

  /** Where terms go that nobody wants. */
  private final float[] aside = new float[NarrowRows.MOST_CLASSES];

  private final Call call;

  LoneRows(Call call) {
    this.call = call;
  }

  /** Whether they are so few, and nothing is wanted that only other {@link Rows} know. */
  boolean fit() {
    return call.rows <= MOST_ROWS
        && NarrowRows.fits(call.classes)
        && !call.hasMore()
        && !call.targets.isGiven
        && call.inner == 1
        && call.out.inner == 1;
  }

  void softmax() {
    for (int r = 0; r < call.rows; r++) {
      float[] y = call.out.array;
      int to = call.out.row(r);
      float sum = terms(r, max(r), y, to, Rows.headroom(call.classes, 1));
      scale(y, to, 1 / sum);
    }
  }

  void logSoftmax() {
    int headroom = Rows.headroom(call.classes, 1);
    for (int r = 0; r < call.rows; r++) {
      float max = max(r);
      float logSum = Lanes.ln(terms(r, max, aside, 0, headroom), headroom);
      logSoftmax(r, Rows.reference(max), logSum);
    }
  }

  private void logSoftmax(int r, float reference, float logSum) {
    float[] x = call.logits.array;
    int from = call.logits.row(r);
    float[] y = call.out.array;
    int to = call.out.row(r);
    for (int c = 0; c < call.classes; c++) {
      y[to + c] = (x[from + c] - reference) - logSum;
    }
  }

  double loss() {
    int headroom = Rows.headroom(call.classes, 1);
    double total = 0;
    for (int r = 0; r < call.rows; r++) {
      float max = max(r);
      total += loss(r, max, atLabel(r), terms(r, max, aside, 0, headroom), headroom);
    }
    return total;
  }

  double lossAndGradient() {
    float[] y = call.out.array;
    int headroom = Rows.headroom(call.classes, call.scale);
    double total = 0;
    for (int r = 0; r < call.rows; r++) {
      int to = call.out.row(r);
      float max = max(r);
      float atLabel = atLabel(r); // before the terms, which may take the logits' place
      float sum = terms(r, max, y, to, headroom);
      total += loss(r, max, atLabel, sum, headroom);
      gradient(y, to, call.label(r), (float) call.scale / sum);
    }
    return total;
  }

  private float atLabel(int r) {
    return call.logits.array[call.logits.row(r) + call.label(r)];
  }

  private double loss(int r, float max, float atLabel, float sum, int headroom) {
    return call.keep(r, ((double) max - atLabel) + Lanes.ln(sum, headroom));
  }

  private float max(int r) {
    float[] x = call.logits.array;
    int from = call.logits.row(r);
    int most = Integer.MIN_VALUE;
    int least = Integer.MAX_VALUE;
    for (int i = from; i < from + call.classes; i++) {
      int key = Float.floatToRawIntBits(x[i]);
      most = Math.max(most, key);
      least = Math.min(least, key);
    }
    return Float.intBitsToFloat(most < 0 ? least : most);
  }

  /** Their sum, too; NaN if the row has no softmax. */
  private float terms(int r, float max, float[] y, int to, int headroom) {
    float[] x = call.logits.array;
    int from = call.logits.row(r);
    int n = call.classes;
    float reference = Rows.reference(max);
    float magic = Lanes.magicOf(headroom);
    int limit = Lanes.limitOf(headroom);
    float total = 0;
    for (int start = 0; start < n; start += NarrowRows.PART) {
      float part = 0;
      int end = Math.min(start + NarrowRows.PART, n);
      for (int c = start; c < end; c++) {
        float e = Lanes.exp(reference - x[from + c], magic, limit);
        y[to + c] = e;
        part += e;
      }
      total += part;
    }
    return total + (max - max);
  }

  private void scale(float[] y, int to, float factor) {
    for (int i = to; i < to + call.classes; i++) {
      y[i] *= factor;
    }
  }

  /** At the label minus all others: where softmax is near 1, softmax - 1 would lose digits. */
  private void gradient(float[] y, int to, int label, float factor) {
    y[to + label] = 0;
    float others = 0;
    for (int i = to; i < to + call.classes; i++) {
      others += y[i];
      y[i] *= factor;
    }
    y[to + label] = 0 - others * factor; // of no others 0, and not -0
  }
}
