package io.github.softmax4j.internal.vector.math;

import static io.github.softmax4j.internal.vector.math.Width.LANES;

/** Sums of the lanes of a vector in an array, without vectors. */
public final class LaneSums {

  private LaneSums() {}

  /** The sum of one vector's lanes in double, in the order of the lanes. */
  public static double total(float[] lanes, int start) {
    double total = 0;
    for (int i = start; i < start + LANES; i++) {
      total += lanes[i];
    }
    return total;
  }

  /**
   * The sum of one vector's lanes in float, in steps of 8, 4, 2 and 1 lanes: the order of {@code
   * Reduce.sum}, with equal bits. It overwrites the lanes.
   */
  public static float sum(float[] lanes, int start) {
    for (int step = LANES / 2; step > 0; step /= 2) {
      for (int i = start; i < start + step; i++) {
        lanes[i] += lanes[i + step];
      }
    }
    return lanes[start];
  }

  /**
   * The rounding error of {@code total = addend + sum}, with the bits of {@code Compensation.lost}.
   */
  public static float lost(float addend, float sum, float total) {
    float addendInTotal = total - sum;
    float sumError = total - addendInTotal - sum;
    return addend - addendInTotal - sumError;
  }
}
