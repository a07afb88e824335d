package io.github.softmax4j.kernel;

/**
 * One row of few classes at a time, where there are too few rows to fill the lanes: the arithmetic
 * of {@link NarrowRows} operation by operation, so that a row's bits do not depend on how many
 * others come with it.
 */
final class LoneRow extends Rows {

  /** Up to this many rows, one after the other is faster than all across the lanes. */
  static final int MOST_ROWS = 3;

  private final float[] terms = new float[NarrowRows.MOST_CLASSES];

  LoneRow(Call call) {
    super(call);
  }

  @Override
  int atOnce() {
    return 1;
  }

  @Override
  void nextMaxima() {
    maxima();
  }

  @Override
  void maxima() {
    float[] x = call.logits.array;
    int from = call.logits.row(first);
    int most = Integer.MIN_VALUE;
    int least = Integer.MAX_VALUE;
    for (int c = 0; c < classes; c++) {
      int key = Float.floatToRawIntBits(x[from + c]);
      most = Math.max(most, key);
      least = Math.min(least, key);
    }
    max[0] = Float.intBitsToFloat(most < 0 ? least : most);
  }

  @Override
  void sums() {
    terms();
  }

  @Override
  void terms() {
    float[] x = call.logits.array;
    int from = call.logits.row(first);
    float reference = references[0];
    if (weights != null) {
      weightedDistance(x, from, reference);
    }
    float magic = Lanes.magicOf(headroom);
    int limit = Lanes.limitOf(headroom);
    float total = 0;
    float part = 0;
    for (int c = 0; c < classes; c++) {
      if (c > 0 && c % NarrowRows.PART == 0) {
        total += part;
        part = 0;
      }
      float e = Lanes.exp(reference - x[from + c], magic, limit);
      terms[c] = e;
      part += e;
    }
    sum[0] = total + part + (max[0] - max[0]);
  }

  /** As {@link NarrowRows} has it. */
  private void weightedDistance(float[] x, int from, float reference) {
    float sum = 0;
    float errors = 0;
    for (int c = 0; c < classes; c++) {
      float far = (reference - x[from + c]) * weights[weightsAt + c];
      float next = far + sum;
      float added = next - sum;
      errors += (far - added) - (next - added - sum);
      sum = next;
    }
    distance[0] = (double) sum + (Float.isFinite(sum) ? errors : 0);
  }

  @Override
  void scale() {
    for (int c = 0; c < classes; c++) {
      terms[c] *= factor[0];
    }
  }

  @Override
  void scaleMinusLabels(float[] weights, int at) {
    float others = factor[0] - factor[0]; // NaN where there is no softmax
    for (int c = 0; c < classes; c++) {
      terms[c] *= factor[0];
      others += c == label[0] ? 0 : terms[c];
      if (weights != null) {
        terms[c] = Math.fma(shift[0], -weights[at + c], terms[c]);
      }
    }
    if (label[0] >= 0) {
      terms[label[0]] = beyond[0] - others;
    }
  }

  @Override
  void logSoftmax() {
    float[] x = call.logits.array;
    int from = call.logits.row(first);
    float reference = references[0];
    for (int c = 0; c < classes; c++) {
      terms[c] = (x[from + c] - reference) - logSum[0];
    }
    store();
  }

  @Override
  void store() {
    System.arraycopy(terms, 0, call.out.array, call.out.row(first), classes);
  }

  @Override
  void logitsAtLabels() {
    atLabel[0] = call.logits.array[call.logits.row(first) + label[0]];
  }

  @Override
  void scaleMinusTarget(int r, float[] t, int target, int step, double scale) {
    for (int c = 0; c < classes; c++) {
      float wanted = (float) (scale * t[target + c]);
      terms[c] = terms[c] * factor[0] - wanted;
    }
  }
}
