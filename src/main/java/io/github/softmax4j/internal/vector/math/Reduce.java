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
import static io.github.softmax4j.internal.vector.math.Lanes.crossed;
import static io.github.softmax4j.internal.vector.math.Lanes.load;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/**
 * Reductions across the lanes of as many vectors at once as there are lanes.
 *
 * <p>Each step joins pairs of vectors: one half of the lanes with the other half. The order of a
 * row's sum depends on nothing beside it. That of {@code reduceLanes} depends on the compiler.
 */
public final class Reduce {

  private Reduce() {}

  /**
   * Element {@code i} of the result is vector {@code i}'s largest lane, of the bits as integers.
   *
   * @param rows how many vectors there are; whole groups of as many as there are lanes are read
   */
  public static void largest(float[] lanes, int rows, float[] result) {
    if (rows <= LANES) { // within the loop, 2 rows of 20 classes took 1.04 of the time
      largestOfFew(lanes, rows, result);
      return;
    }
    for (int r = 0; r < rows; r += LANES) {
      all(lanes, r * LANES, true).intoArray(result, r);
    }
  }

  private static void largestOfFew(float[] lanes, int rows, float[] result) {
    if (rows > 0) {
      all(lanes, 0, true).intoArray(result, 0);
    }
  }

  /** Element {@code i} is the sum of vector {@code i}'s lanes: see {@link #largest}. */
  public static void sums(float[] lanes, int rows, float[] result) {
    if (rows <= LANES) {
      sumsOfFew(lanes, rows, result);
      return;
    }
    for (int r = 0; r < rows; r += LANES) {
      all(lanes, r * LANES, false).intoArray(result, r);
    }
  }

  private static void sumsOfFew(float[] lanes, int rows, float[] result) {
    if (rows > 0) {
      all(lanes, 0, false).intoArray(result, 0);
    }
  }

  /**
   * As many vectors as there are lanes become one.
   *
   * <p>Valid for 4, 8 and 16 lanes. A maximum is exact. A sum joins steps 8, 4, 2, 1 in this order.
   * Half the vectors at a time: what is not joined yet takes a few registers only.
   */
  @Inline
  private static FloatVector all(float[] lanes, int at, boolean largest) {
    FloatVector even = everySecond(lanes, at, largest);
    return pair(even, everySecond(lanes, at + LANES, largest), HAS_1, SWAP_1, largest);
  }

  @Inline
  private static FloatVector everySecond(float[] lanes, int at, boolean largest) {
    FloatVector even = everyFourth(lanes, at, largest);
    return pair(even, everyFourth(lanes, at + 2 * LANES, largest), HAS_2, SWAP_2, largest);
  }

  @Inline
  private static FloatVector everyFourth(float[] lanes, int at, boolean largest) {
    if (LANES == 4) {
      return load(lanes, at);
    }
    FloatVector even = everyEighth(lanes, at, largest);
    return pair(even, everyEighth(lanes, at + 4 * LANES, largest), HAS_4, SWAP_4, largest);
  }

  @Inline
  private static FloatVector everyEighth(float[] lanes, int at, boolean largest) {
    FloatVector v = load(lanes, at);
    return LANES == 8 ? v : pair(v, load(lanes, at + 8 * LANES), HAS_8, SWAP_8, largest);
  }

  /**
   * Joins each lane with that at a step: of {@code a} where the bit of the lane's number is clear,
   * of {@code b} where it is set.
   *
   * <p>Valid for all floats. A maximum is exact; a sum is rounded once. Two blends and one
   * permutation do the work of two vectors.
   */
  @Inline
  private static FloatVector pair(
      FloatVector a,
      FloatVector b,
      VectorMask<Float> has,
      VectorShuffle<Float> swap,
      boolean largest) {
    FloatVector crossed = crossed(a, b, has, swap);
    FloatVector kept = a.blend(b, has);
    return largest
        ? kept.reinterpretAsInts().max(crossed.reinterpretAsInts()).reinterpretAsFloats()
        : kept.add(crossed);
  }

  /** The sum of one vector's lanes: see {@link #sum(FloatVector)}. */
  public static float sum(float[] lanes, int at) {
    return sum(load(lanes, at));
  }

  /**
   * The sum of one vector's lanes.
   *
   * <p>Valid for 4, 8 and 16 lanes. Rounded in the order of {@link #sums}, to the same bits.
   */
  @Inline
  public static float sum(FloatVector v) {
    FloatVector s = v;
    if (LANES > 8) {
      s = s.add(s.rearrange(SWAP_8));
    }
    if (LANES > 4) {
      s = s.add(s.rearrange(SWAP_4));
    }
    s = s.add(s.rearrange(SWAP_2));
    return s.add(s.rearrange(SWAP_1)).lane(0);
  }

  /** The sum of one vector's lanes, one after the other in double. */
  public static double total(float[] lanes, int at) {
    double total = 0;
    for (int i = at; i < at + LANES; i++) {
      total += lanes[i];
    }
    return total;
  }
}
