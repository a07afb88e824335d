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
   * Lane {@code i} of the result is vector {@code i}'s largest lane, of the bits as integers.
   *
   * @param result receives the result, and has room for four vectors
   */
  static void largest(float[] lanes, int at, float[] result) {
    all(lanes, at, result, true);
  }

  /** Lane {@code i} of the result is the sum of vector {@code i}'s lanes: see {@link #largest}. */
  static void sums(float[] lanes, int at, float[] result) {
    all(lanes, at, result, false);
  }

  /**
   * Both reductions.
   *
   * <p>Valid for 4, 8 and 16 lanes. A maximum is exact. A sum joins distances 8, 4, 2, 1 in this
   * order. Eight vectors stay in registers; sixteen do not, so four at a time become one.
   */
  @Inline
  private static void all(float[] lanes, int at, float[] result, boolean largest) {
    if (LANES == 8) {
      FloatVector even = four(lanes, at, 2 * LANES, HAS_4, SWAP_4, HAS_2, SWAP_2, largest);
      FloatVector odd = four(lanes, at + LANES, 2 * LANES, HAS_4, SWAP_4, HAS_2, SWAP_2, largest);
      pair(even, odd, HAS_1, SWAP_1, largest).intoArray(result, 0);
    } else if (LANES > 8) {
      for (int i = 0; i < 4 * LANES; i += LANES) {
        four(lanes, at + i, 4 * LANES, HAS_8, SWAP_8, HAS_4, SWAP_4, largest).intoArray(result, i);
      }
      four(result, 0, LANES, HAS_2, SWAP_2, HAS_1, SWAP_1, largest).intoArray(result, 0);
    } else {
      four(lanes, at, LANES, HAS_2, SWAP_2, HAS_1, SWAP_1, largest).intoArray(result, 0);
    }
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
    FloatVector c = load(lanes, at + apart);
    FloatVector d = load(lanes, at + 3 * apart);
    return pair(even, pair(c, d, first, firstSwap, largest), second, secondSwap, largest);
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
