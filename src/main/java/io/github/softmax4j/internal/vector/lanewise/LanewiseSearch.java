package io.github.softmax4j.internal.vector.lanewise;

import static io.github.softmax4j.internal.vector.math.Width.LANES;

import io.github.softmax4j.internal.ScalarSearch;
import io.github.softmax4j.internal.vector.math.LaneSums;

/** Searches in plain Java with the bits of {@code VectorSearch}. Only its sum is not exact. */
public final class LanewiseSearch extends ScalarSearch {

  /** The lanes of a sum, then those of its rounding errors. */
  private final float[] lanes = new float[2 * LANES];

  /** Makes searches for one thread at a time. */
  public LanewiseSearch() {}

  @Override
  public double sumAbove(float[] x, int from, float bound, float[] p, int start, int end) {
    int whole = start + Math.max(0, end - start) / (2 * LANES) * (2 * LANES);
    for (int lane = 0; lane < LANES; lane++) {
      addLane(x, from, bound, p, start, whole, lane);
    }
    double total = LaneSums.total(lanes, 0) + LaneSums.total(lanes, LANES);
    return total + super.sumAbove(x, from, bound, p, whole, end);
  }

  private void addLane(float[] x, int from, float bound, float[] p, int start, int end, int lane) {
    float a = 0;
    float b = 0;
    float error = 0;
    for (int i = start + lane; i < end; i += 2 * LANES) {
      float first = x[from + i] <= bound ? 0 : p[i];
      float next = first + a;
      error += LaneSums.lost(first, a, next);
      a = next;
      float second = x[from + i + LANES] <= bound ? 0 : p[i + LANES];
      next = second + b;
      error += LaneSums.lost(second, b, next);
      b = next;
    }
    float sum = a + b;
    lanes[lane] = sum;
    lanes[LANES + lane] = LaneSums.lost(b, a, sum) + error;
  }
}
