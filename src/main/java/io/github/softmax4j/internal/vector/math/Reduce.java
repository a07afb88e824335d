package io.github.softmax4j.internal.vector.math;

import static io.github.softmax4j.internal.vector.math.Lanes.HAS_1;
import static io.github.softmax4j.internal.vector.math.Lanes.HAS_2;
import static io.github.softmax4j.internal.vector.math.Lanes.HAS_4;
import static io.github.softmax4j.internal.vector.math.Lanes.HAS_8;
import static io.github.softmax4j.internal.vector.math.Lanes.LANES;
import static io.github.softmax4j.internal.vector.math.Lanes.SWAP_1;
import static io.github.softmax4j.internal.vector.math.Lanes.SWAP_2;
import static io.github.softmax4j.internal.vector.math.Lanes.SWAP_4;
import static io.github.softmax4j.internal.vector.math.Lanes.SWAP_8;
import static io.github.softmax4j.internal.vector.math.Lanes.exchanged;
import static io.github.softmax4j.internal.vector.math.Lanes.load;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/**
 * Reductions across the lanes. One reduction takes as many vectors as there are lanes.
 *
 * <p>Each step joins halves of two vectors. A row's order of additions is always the same, other
 * than in {@code reduceLanes} (C2-9).
 */
public final class Reduce {

  private Reduce() {}

  /**
   * Element {@code i} of the result is the largest lane of vector {@code i}, by bits as integers.
   *
   * @param rows the number of vectors, which is rounded up to a multiple of the number of lanes
   */
  public static void largest(float[] lanes, int rows, float[] result) {
    if (rows <= LANES) { // the loop costs 4 % with 2 rows of 20 classes
      largestOfOneGroup(lanes, rows, result);
      return;
    }
    for (int r = 0; r < rows; r += LANES) {
      reduce(lanes, r * LANES, true).intoArray(result, r);
    }
  }

  private static void largestOfOneGroup(float[] lanes, int rows, float[] result) {
    if (rows > 0) {
      reduce(lanes, 0, true).intoArray(result, 0);
    }
  }

  /** Element {@code i} of the result is the sum of vector {@code i}, as in {@link #largest}. */
  public static void sums(float[] lanes, int rows, float[] result) {
    if (rows <= LANES) {
      sumsOfOneGroup(lanes, rows, result);
      return;
    }
    for (int r = 0; r < rows; r += LANES) {
      reduce(lanes, r * LANES, false).intoArray(result, r);
    }
  }

  private static void sumsOfOneGroup(float[] lanes, int rows, float[] result) {
    if (rows > 0) {
      reduce(lanes, 0, false).intoArray(result, 0);
    }
  }

  /**
   * Lane {@code i} of the result is the reduction of vector {@code i}.
   *
   * <p>Valid for 4, 8 and 16 lanes. A maximum is exact. A sum is rounded in steps of 8, 4, 2 and 1
   * lanes. The recursion keeps one vector for each step, and so takes few registers.
   */
  @Inline
  private static FloatVector reduce(float[] lanes, int start, boolean isMax) {
    FloatVector even = everySecond(lanes, start, isMax);
    return join(even, everySecond(lanes, start + LANES, isMax), HAS_1, SWAP_1, isMax);
  }

  @Inline
  private static FloatVector everySecond(float[] lanes, int start, boolean isMax) {
    FloatVector even = everyFourth(lanes, start, isMax);
    return join(even, everyFourth(lanes, start + 2 * LANES, isMax), HAS_2, SWAP_2, isMax);
  }

  @Inline
  private static FloatVector everyFourth(float[] lanes, int start, boolean isMax) {
    if (LANES == 4) {
      return load(lanes, start);
    }
    FloatVector even = everyEighth(lanes, start, isMax);
    return join(even, everyEighth(lanes, start + 4 * LANES, isMax), HAS_4, SWAP_4, isMax);
  }

  @Inline
  private static FloatVector everyEighth(float[] lanes, int start, boolean isMax) {
    FloatVector v = load(lanes, start);
    return LANES == 8 ? v : join(v, load(lanes, start + 8 * LANES), HAS_8, SWAP_8, isMax);
  }

  /**
   * Joins lanes whose numbers differ in one bit. Those of {@code a} go where the bit is clear,
   * those of {@code b} where it is set.
   *
   * <p>Valid for all floats. A maximum is exact; a sum is rounded once. Two blends and one
   * permutation serve two vectors.
   */
  @Inline
  private static FloatVector join(
      FloatVector a,
      FloatVector b,
      VectorMask<Float> has,
      VectorShuffle<Float> swap,
      boolean isMax) {
    FloatVector exchanged = exchanged(a, b, has, swap);
    FloatVector kept = a.blend(b, has);
    return isMax
        ? kept.reinterpretAsInts().max(exchanged.reinterpretAsInts()).reinterpretAsFloats()
        : kept.add(exchanged);
  }

  /** The sum of one vector in an array, as {@link #sum(FloatVector)}. */
  public static float sum(float[] lanes, int start) {
    return sum(load(lanes, start));
  }

  /**
   * The sum of one vector's lanes.
   *
   * <p>Valid for 4, 8 and 16 lanes. The order of {@link #sums}, with equal bits.
   */
  @Inline
  public static float sum(FloatVector v) {
    FloatVector sum = v;
    if (LANES > 8) {
      sum = sum.add(sum.rearrange(SWAP_8));
    }
    if (LANES > 4) {
      sum = sum.add(sum.rearrange(SWAP_4));
    }
    sum = sum.add(sum.rearrange(SWAP_2));
    return sum.add(sum.rearrange(SWAP_1)).lane(0);
  }
}
