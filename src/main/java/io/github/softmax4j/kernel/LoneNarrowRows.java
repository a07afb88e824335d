package io.github.softmax4j.kernel;

/** {@link NarrowRows}, a few of them, with scalars. */
final class LoneNarrowRows extends LoneRows {

  /** Where terms go that nobody wants. */
  private final float[] aside = new float[NarrowRows.MOST_CLASSES];

  LoneNarrowRows(Call call) {
    super(call);
  }

  @Override
  float max(int r) {
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

  @Override
  float terms(int r, float max, int headroom) {
    return terms(r, max, call.out.array, call.out.row(r), headroom);
  }

  @Override
  float sum(int r, float max, int headroom) {
    return terms(r, max, aside, 0, headroom);
  }

  private float terms(int r, float max, float[] y, int to, int headroom) {
    float[] x = call.logits.array;
    int from = call.logits.row(r);
    int n = call.classes;
    float reference = Rows.reference(max);
    float total = 0;
    for (int start = 0; start < n; start += NarrowRows.PART) {
      float part = 0;
      int end = Math.min(start + NarrowRows.PART, n);
      for (int c = start; c < end; c++) {
        float e = Exponential.of(reference - x[from + c], headroom);
        y[to + c] = e;
        part += e;
      }
      total += part;
    }
    return total + (max - max);
  }

  @Override
  void scale(int r, float factor) {
    float[] y = call.out.array;
    int to = call.out.row(r);
    for (int i = to; i < to + call.classes; i++) {
      y[i] *= factor;
    }
  }

  @Override
  void gradient(int r, int label, float sum, float factor) {
    float[] y = call.out.array;
    int to = call.out.row(r);
    y[to + label] = 0;
    float others = 0;
    for (int i = to; i < to + call.classes; i++) {
      others += y[i];
      y[i] *= factor;
    }
    y[to + label] = 0 - others * factor; // of no others 0, and not -0
  }

  @Override
  void logSoftmax(int r, float reference, float logSum) {
    float[] x = call.logits.array;
    int from = call.logits.row(r);
    float[] y = call.out.array;
    int to = call.out.row(r);
    for (int c = 0; c < call.classes; c++) {
      y[to + c] = (x[from + c] - reference) - logSum;
    }
  }
}
