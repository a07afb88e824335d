package io.github.softmax4j.internal.vector.lanewise;

import static io.github.softmax4j.internal.vector.math.Width.LANES;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.Matrix;
import io.github.softmax4j.internal.vector.math.Exponential;
import io.github.softmax4j.internal.vector.math.LaneSums;
import io.github.softmax4j.internal.vector.tile.Sizes;
import java.util.Arrays;

/** Additional outputs of a loss in plain Java, from one row of logits in the caller's array. */
public final class LanewiseOutputs {

  private LanewiseOutputs() {}

  /** Returns the maximum of a row whose classes are contiguous; NaN if a logit is. */
  public static float max(Call call, int row) {
    int from = call.logits.row(row);
    float max = Float.NEGATIVE_INFINITY;
    for (int i = from; i < from + call.classes; i++) {
      max = Math.max(max, call.logits.array[i]);
    }
    return max;
  }

  /** Returns the first class from {@code c} on whose logit equals {@code max}, or -1. */
  public static int argmax(Call call, int row, float max, int c) {
    Matrix x = call.logits;
    int from = x.row(row);
    for (; c < call.classes; c++) {
      if (x.array[from + c * x.inner] == max) {
        return c;
      }
    }
    return -1;
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
    int whole = call.hasClassAxisLast() ? call.classes / LANES * LANES : 0;
    while (c < whole) {
      int end = Math.min(whole, c + Sizes.ENTROPY_BLOCK_VECTORS * LANES);
      Arrays.fill(lanes, 0, LANES, 0);
      for (; c < end; c++) {
        float gap = Exponential.clamp(reference - x.array[from + c], offset);
        lanes[c % LANES] += Exponential.of(gap, offset) * gap;
      }
      total += LaneSums.sum(lanes, 0);
    }
    for (; c < call.classes; c++) {
      float gap = reference - x.array[from + c * x.inner];
      float term = Exponential.of(gap, offset);
      total += term == 0 ? 0 : (double) term * gap;
    }
    return total;
  }
}
