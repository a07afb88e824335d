package io.github.softmax4j.internal.vector;

import static io.github.softmax4j.internal.vector.math.Lanes.FLOATS;
import static io.github.softmax4j.internal.vector.math.Lanes.LANES;
import static io.github.softmax4j.internal.vector.math.Lanes.gap;
import static io.github.softmax4j.internal.vector.math.Lanes.load;
import static jdk.incubator.vector.FloatVector.zero;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.Matrix;
import io.github.softmax4j.internal.vector.lanewise.LanewiseOutputs;
import io.github.softmax4j.internal.vector.math.Exponential;
import io.github.softmax4j.internal.vector.math.Reduce;
import io.github.softmax4j.internal.vector.math.VectorSearch;
import io.github.softmax4j.internal.vector.tile.Sizes;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** Additional outputs of a loss, computed from one row of logits in the caller's array. */
public final class ExtraOutputs {

  private ExtraOutputs() {}

  /** Returns the maximum of a row whose classes are contiguous; NaN if a logit is. */
  public static float max(Call call, int row) {
    int from = call.logits.row(row);
    return VectorSearch.SCAN.max(call.logits.array, from, from + call.classes);
  }

  /** Returns the first class whose logit equals {@code max}, or -1 if there is none. */
  public static int argmax(Call call, int row, float max) {
    Matrix x = call.logits;
    boolean isLast = call.hasClassAxisLast();
    int before = isLast ? lengthBefore(x.array, x.row(row), call.classes, max) : 0;
    return LanewiseOutputs.argmax(call, row, max, before);
  }

  /** Returns the number of elements in the whole vectors before the first that has the value. */
  private static int lengthBefore(float[] x, int from, int n, float value) {
    int i = 0;
    while (i <= n - LANES && !load(x, from + i).eq(value).anyTrue()) {
      i += LANES;
    }
    return i;
  }

  /**
   * Returns the sum of {@code term * gap} over the classes, where the gap is {@code reference - x}.
   *
   * @param lanes a buffer of at least one vector
   */
  public static double gapOfTerms(Call call, int row, float reference, int offset, float[] lanes) {
    Matrix x = call.logits;
    int from = x.row(row);
    int c = 0;
    double total = 0;
    if (call.hasClassAxisLast()) {
      for (int whole = call.classes / LANES * LANES; c < whole; ) {
        int size = Math.min(whole - c, Sizes.ENTROPY_BLOCK_VECTORS * LANES);
        gapOfTerms(x.array, from + c, size, reference, offset, lanes);
        total += Reduce.sum(lanes, 0);
        c += size;
      }
    }
    for (; c < call.classes; c++) {
      float gap = reference - x.array[from + c * x.inner];
      float term = Exponential.of(gap, offset);
      total += term == 0 ? 0 : (double) term * gap;
    }
    return total;
  }

  /** Stores the sums of {@code term * gap} for each lane. */
  private static void gapOfTerms(
      float[] x, int from, int n, float reference, int offset, float[] lanes) {
    float magic = Exponential.magic(offset);
    IntVector limit = Exponential.limits(offset);
    FloatVector sum = zero(FLOATS);
    for (int i = 0; i < n; i += LANES) {
      // a clamped gap is finite, so a term of 0 contributes 0
      FloatVector gap = Exponential.clamp(gap(reference, x, from + i), limit);
      sum = Exponential.exp(gap, magic, false).mul(gap).add(sum);
    }
    zero(FLOATS).add(sum).intoArray(lanes, 0);
  }
}
