package io.github.softmax4j.internal.vector.rows;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.vector.math.Exponential;
import io.github.softmax4j.internal.vector.tile.ClassMajor;
import io.github.softmax4j.internal.vector.tile.Sizes;

/** The scalar kernel for single rows of few classes, with the order of {@link AcrossRows}. */
public final class SingleAcrossRow extends SingleRowKernel {

  private final Call call;

  /** A buffer for terms that are not results. */
  private final float[] unusedTerms = new float[ClassMajor.MAX_CLASSES];

  /** Makes the kernel of a call. */
  public SingleAcrossRow(Call call) {
    this.call = call;
  }

  @Override
  public float max(int r) {
    float[] x = call.logits.array;
    int from = call.logits.row(r);
    int largest = Integer.MIN_VALUE;
    int smallest = Integer.MAX_VALUE;
    for (int i = from; i < from + call.classes; i++) {
      int key = Float.floatToRawIntBits(x[i]);
      largest = Math.max(largest, key);
      smallest = Math.min(smallest, key);
    }
    return Float.intBitsToFloat(largest < 0 ? smallest : largest);
  }

  @Override
  public float terms(int r, float max, int offset) {
    return terms(r, max, call.out.array, call.out.row(r), offset);
  }

  @Override
  public float sum(int r, float max, int offset) {
    return terms(r, max, unusedTerms, 0, offset);
  }

  private float terms(int r, float max, float[] y, int to, int offset) {
    float[] x = call.logits.array;
    int from = call.logits.row(r);
    int n = call.classes;
    float reference = Rows.reference(max);
    float total = 0;
    for (int start = 0; start < n; start += Sizes.ACROSS_BLOCK) {
      float block = 0;
      int end = Math.min(start + Sizes.ACROSS_BLOCK, n);
      for (int c = start; c < end; c++) {
        float term = Exponential.of(reference - x[from + c], offset);
        y[to + c] = term;
        block += term;
      }
      total += block;
    }
    return total + (max - max);
  }

  @Override
  public void scale(int r, float factor) {
    float[] y = call.out.array;
    int to = call.out.row(r);
    for (int i = to; i < to + call.classes; i++) {
      y[i] *= factor;
    }
  }

  @Override
  public void gradient(int r, int label, float sum, float factor) {
    float[] y = call.out.array;
    int to = call.out.row(r);
    y[to + label] = 0;
    float others = 0;
    for (int i = to; i < to + call.classes; i++) {
      others += y[i];
      y[i] *= factor;
    }
    y[to + label] = 0 - others * factor; // 0 and not -0 if there is one class
  }

  @Override
  public void logSoftmax(int r, float reference, float logSum) {
    float[] x = call.logits.array;
    int from = call.logits.row(r);
    float[] y = call.out.array;
    int to = call.out.row(r);
    for (int c = 0; c < call.classes; c++) {
      y[to + c] = (x[from + c] - reference) - logSum;
    }
  }
}
