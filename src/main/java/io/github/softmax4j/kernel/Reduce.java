package io.github.softmax4j.kernel;

import static io.github.softmax4j.kernel.Lanes.HAS_1;
import static io.github.softmax4j.kernel.Lanes.HAS_2;
import static io.github.softmax4j.kernel.Lanes.HAS_4;
import static io.github.softmax4j.kernel.Lanes.HAS_8;
import static io.github.softmax4j.kernel.Lanes.LANES;
import static io.github.softmax4j.kernel.Lanes.SWAP_1;
import static io.github.softmax4j.kernel.Lanes.SWAP_2;
import static io.github.softmax4j.kernel.Lanes.SWAP_4;
import static io.github.softmax4j.kernel.Lanes.SWAP_8;
import static io.github.softmax4j.kernel.Lanes.crossed;
import static io.github.softmax4j.kernel.Lanes.load;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/**
 * Reductions across the lanes of as many vectors at once as there are lanes.
 *
 * <p>Each step joins pairs of vectors: one half of the lanes with the other half. A row's sum has
 * the same order whatever is beside it, compiled or interpreted. {@code reduceLanes} has not.
 */
final class Reduce {

  private Reduce() {}

  /**
   * Element {@code i} of the result is vector {@code i}'s largest lane, of the bits as integers.
   *
   * @param rows how many vectors there are; whole groups of as many as there are lanes are read
   */
  static void largest(float[] lanes, int rows, float[] result) {
    for (int r = 0; r < rows; r += LANES) {
      group(lanes, r * LANES, true).intoArray(result, r);
    }
  }

  /** Element {@code i} is the sum of vector {@code i}'s lanes: see {@link #largest}. */
  static void sums(float[] lanes, int rows, float[] result) {
    for (int r = 0; r < rows; r += LANES) {
      group(lanes, r * LANES, false).intoArray(result, r);
    }
  }

  /**
   * As many vectors as there are lanes become one.
   *
   * <p>Valid for 4, 8 and 16 lanes. A maximum is exact. A sum joins distances 8, 4, 2, 1 in this
   * order. Of sixteen vectors, four become one before the next four are loaded: few registers.
   */
  @Inline
  private static FloatVector group(float[] lanes, int at, boolean largest) {
    if (LANES == 4) {
      return four(lanes, at, LANES, HAS_2, SWAP_2, HAS_1, SWAP_1, largest);
    }
    if (LANES == 8) {
      FloatVector even = four(lanes, at, 2 * LANES, HAS_4, SWAP_4, HAS_2, SWAP_2, largest);
      FloatVector odd = four(lanes, at + LANES, 2 * LANES, HAS_4, SWAP_4, HAS_2, SWAP_2, largest);
      return pair(even, odd, HAS_1, SWAP_1, largest);
    }
    FloatVector even = eight(lanes, at, largest);
    FloatVector odd = eight(lanes, at + LANES, largest);
    return pair(even, odd, HAS_1, SWAP_1, largest);
  }

  /** Every second of sixteen vectors. */
  @Inline
  private static FloatVector eight(float[] lanes, int at, boolean largest) {
    FloatVector even = four(lanes, at, 4 * LANES, HAS_8, SWAP_8, HAS_4, SWAP_4, largest);
    FloatVector odd = four(lanes, at + 2 * LANES, 4 * LANES, HAS_8, SWAP_8, HAS_4, SWAP_4, largest);
    return pair(even, odd, HAS_2, SWAP_2, largest);
  }

  /** Two steps, which make one vector of four that are {@code apart} elements apart. */
  @Inline
  private static FloatVector four(
      float[] lanes,
      int at,
      int apart,
      VectorMask<Float> first,
      VectorShuffle<Float> firstSwap,
      VectorMask<Float> second,
      VectorShuffle<Float> secondSwap,
      boolean largest) {
    FloatVector a = load(lanes, at);
    FloatVector b = load(lanes, at + 2 * apart);
    FloatVector even = pair(a, b, first, firstSwap, largest);
    a = load(lanes, at + apart);
    b = load(lanes, at + 3 * apart);
    return pair(even, pair(a, b, first, firstSwap, largest), second, secondSwap, largest);
  }

  /**
   * Joins each lane with that at a distance: of {@code a} where the bit of the lane's number is
   * clear, of {@code b} where it is set.
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
  static float sum(float[] lanes, int at) {
    return sum(load(lanes, at));
  }

  /**
   * The sum of one vector's lanes.
   *
   * <p>Valid for 4, 8 and 16 lanes. Rounded in the order of {@link #sums}, to the same bits.
   */
  @Inline
  static float sum(FloatVector v) {
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
}
