package io.github.softmax4j.kernel;

import static io.github.softmax4j.kernel.Lanes.FLOATS;
import static io.github.softmax4j.kernel.Lanes.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * What a row's lanes give together, of as many rows at once as there are lanes: half of them are
 * folded onto the other half, each time in half as many vectors. A row's sum is added up in the
 * same order whatever is beside it, compiled or interpreted, which {@code reduceLanes} is not.
 *
 * <p>Eight vectors stay in registers meanwhile. Sixteen, with what is needed to fold them, do not:
 * four at a time become one, and these four one.
 */
final class Fold {

  private Fold() {}

  /**
   * Of the bits as integers, lane {@code i} of the result is vector {@code i}'s largest lane.
   *
   * @param folded receives the result, and has room for four vectors
   */
  static void largest(float[] lanes, int at, float[] folded) {
    if (LANES == 8) {
      largestOfEight(lanes, at, folded);
    } else if (LANES > 8) {
      for (int i = 0; i < 4 * LANES; i += LANES) {
        FloatVector a = FloatVector.fromArray(FLOATS, lanes, at + i);
        FloatVector b = FloatVector.fromArray(FLOATS, lanes, at + i + 8 * LANES);
        FloatVector c = FloatVector.fromArray(FLOATS, lanes, at + i + 4 * LANES);
        FloatVector d = FloatVector.fromArray(FLOATS, lanes, at + i + 12 * LANES);
        IntVector swapped = b.blend(a, Lanes.HAS_8).rearrange(Lanes.SWAP_8).reinterpretAsInts();
        a = a.blend(b, Lanes.HAS_8).reinterpretAsInts().max(swapped).reinterpretAsFloats();
        swapped = d.blend(c, Lanes.HAS_8).rearrange(Lanes.SWAP_8).reinterpretAsInts();
        c = c.blend(d, Lanes.HAS_8).reinterpretAsInts().max(swapped).reinterpretAsFloats();
        swapped = c.blend(a, Lanes.HAS_4).rearrange(Lanes.SWAP_4).reinterpretAsInts();
        a.blend(c, Lanes.HAS_4)
            .reinterpretAsInts()
            .max(swapped)
            .reinterpretAsFloats()
            .intoArray(folded, i);
      }
      largestOfFour(folded, 0, folded);
    } else {
      largestOfFour(lanes, at, folded);
    }
  }

  private static void largestOfFour(float[] lanes, int at, float[] folded) {
    FloatVector a = FloatVector.fromArray(FLOATS, lanes, at);
    FloatVector b = FloatVector.fromArray(FLOATS, lanes, at + 2 * LANES);
    FloatVector c = FloatVector.fromArray(FLOATS, lanes, at + LANES);
    FloatVector d = FloatVector.fromArray(FLOATS, lanes, at + 3 * LANES);
    IntVector swapped = b.blend(a, Lanes.HAS_2).rearrange(Lanes.SWAP_2).reinterpretAsInts();
    a = a.blend(b, Lanes.HAS_2).reinterpretAsInts().max(swapped).reinterpretAsFloats();
    swapped = d.blend(c, Lanes.HAS_2).rearrange(Lanes.SWAP_2).reinterpretAsInts();
    c = c.blend(d, Lanes.HAS_2).reinterpretAsInts().max(swapped).reinterpretAsFloats();
    swapped = c.blend(a, Lanes.HAS_1).rearrange(Lanes.SWAP_1).reinterpretAsInts();
    a.blend(c, Lanes.HAS_1)
        .reinterpretAsInts()
        .max(swapped)
        .reinterpretAsFloats()
        .intoArray(folded, 0);
  }

  private static void largestOfEight(float[] lanes, int at, float[] folded) {
    FloatVector a = FloatVector.fromArray(FLOATS, lanes, at);
    FloatVector b = FloatVector.fromArray(FLOATS, lanes, at + 4 * LANES);
    IntVector swapped = b.blend(a, Lanes.HAS_4).rearrange(Lanes.SWAP_4).reinterpretAsInts();
    FloatVector v0 = a.blend(b, Lanes.HAS_4).reinterpretAsInts().max(swapped).reinterpretAsFloats();
    a = FloatVector.fromArray(FLOATS, lanes, at + 2 * LANES);
    b = FloatVector.fromArray(FLOATS, lanes, at + 6 * LANES);
    swapped = b.blend(a, Lanes.HAS_4).rearrange(Lanes.SWAP_4).reinterpretAsInts();
    FloatVector v2 = a.blend(b, Lanes.HAS_4).reinterpretAsInts().max(swapped).reinterpretAsFloats();
    swapped = v2.blend(v0, Lanes.HAS_2).rearrange(Lanes.SWAP_2).reinterpretAsInts();
    v0 = v0.blend(v2, Lanes.HAS_2).reinterpretAsInts().max(swapped).reinterpretAsFloats();
    a = FloatVector.fromArray(FLOATS, lanes, at + LANES);
    b = FloatVector.fromArray(FLOATS, lanes, at + 5 * LANES);
    swapped = b.blend(a, Lanes.HAS_4).rearrange(Lanes.SWAP_4).reinterpretAsInts();
    FloatVector v1 = a.blend(b, Lanes.HAS_4).reinterpretAsInts().max(swapped).reinterpretAsFloats();
    a = FloatVector.fromArray(FLOATS, lanes, at + 3 * LANES);
    b = FloatVector.fromArray(FLOATS, lanes, at + 7 * LANES);
    swapped = b.blend(a, Lanes.HAS_4).rearrange(Lanes.SWAP_4).reinterpretAsInts();
    FloatVector v3 = a.blend(b, Lanes.HAS_4).reinterpretAsInts().max(swapped).reinterpretAsFloats();
    swapped = v3.blend(v1, Lanes.HAS_2).rearrange(Lanes.SWAP_2).reinterpretAsInts();
    v1 = v1.blend(v3, Lanes.HAS_2).reinterpretAsInts().max(swapped).reinterpretAsFloats();
    swapped = v1.blend(v0, Lanes.HAS_1).rearrange(Lanes.SWAP_1).reinterpretAsInts();
    v0 = v0.blend(v1, Lanes.HAS_1).reinterpretAsInts().max(swapped).reinterpretAsFloats();
    v0.intoArray(folded, 0);
  }

  /**
   * Lane {@code i} of the result is the sum of vector {@code i}'s lanes: a twin of {@link
   * #largest}.
   */
  static void sums(float[] lanes, int at, float[] folded) {
    if (LANES == 8) {
      sumsOfEight(lanes, at, folded);
    } else if (LANES > 8) {
      for (int i = 0; i < 4 * LANES; i += LANES) {
        FloatVector a = FloatVector.fromArray(FLOATS, lanes, at + i);
        FloatVector b = FloatVector.fromArray(FLOATS, lanes, at + i + 8 * LANES);
        FloatVector c = FloatVector.fromArray(FLOATS, lanes, at + i + 4 * LANES);
        FloatVector d = FloatVector.fromArray(FLOATS, lanes, at + i + 12 * LANES);
        FloatVector swapped = b.blend(a, Lanes.HAS_8).rearrange(Lanes.SWAP_8);
        a = a.blend(b, Lanes.HAS_8).add(swapped);
        swapped = d.blend(c, Lanes.HAS_8).rearrange(Lanes.SWAP_8);
        c = c.blend(d, Lanes.HAS_8).add(swapped);
        swapped = c.blend(a, Lanes.HAS_4).rearrange(Lanes.SWAP_4);
        a.blend(c, Lanes.HAS_4).add(swapped).intoArray(folded, i);
      }
      sumsOfFour(folded, 0, folded);
    } else {
      sumsOfFour(lanes, at, folded);
    }
  }

  private static void sumsOfFour(float[] lanes, int at, float[] folded) {
    FloatVector a = FloatVector.fromArray(FLOATS, lanes, at);
    FloatVector b = FloatVector.fromArray(FLOATS, lanes, at + 2 * LANES);
    FloatVector c = FloatVector.fromArray(FLOATS, lanes, at + LANES);
    FloatVector d = FloatVector.fromArray(FLOATS, lanes, at + 3 * LANES);
    FloatVector swapped = b.blend(a, Lanes.HAS_2).rearrange(Lanes.SWAP_2);
    a = a.blend(b, Lanes.HAS_2).add(swapped);
    swapped = d.blend(c, Lanes.HAS_2).rearrange(Lanes.SWAP_2);
    c = c.blend(d, Lanes.HAS_2).add(swapped);
    swapped = c.blend(a, Lanes.HAS_1).rearrange(Lanes.SWAP_1);
    a.blend(c, Lanes.HAS_1).add(swapped).intoArray(folded, 0);
  }

  private static void sumsOfEight(float[] lanes, int at, float[] folded) {
    FloatVector a = FloatVector.fromArray(FLOATS, lanes, at);
    FloatVector b = FloatVector.fromArray(FLOATS, lanes, at + 4 * LANES);
    FloatVector swapped = b.blend(a, Lanes.HAS_4).rearrange(Lanes.SWAP_4);
    FloatVector v0 = a.blend(b, Lanes.HAS_4).add(swapped);
    a = FloatVector.fromArray(FLOATS, lanes, at + 2 * LANES);
    b = FloatVector.fromArray(FLOATS, lanes, at + 6 * LANES);
    swapped = b.blend(a, Lanes.HAS_4).rearrange(Lanes.SWAP_4);
    FloatVector v2 = a.blend(b, Lanes.HAS_4).add(swapped);
    swapped = v2.blend(v0, Lanes.HAS_2).rearrange(Lanes.SWAP_2);
    v0 = v0.blend(v2, Lanes.HAS_2).add(swapped);
    a = FloatVector.fromArray(FLOATS, lanes, at + LANES);
    b = FloatVector.fromArray(FLOATS, lanes, at + 5 * LANES);
    swapped = b.blend(a, Lanes.HAS_4).rearrange(Lanes.SWAP_4);
    FloatVector v1 = a.blend(b, Lanes.HAS_4).add(swapped);
    a = FloatVector.fromArray(FLOATS, lanes, at + 3 * LANES);
    b = FloatVector.fromArray(FLOATS, lanes, at + 7 * LANES);
    swapped = b.blend(a, Lanes.HAS_4).rearrange(Lanes.SWAP_4);
    FloatVector v3 = a.blend(b, Lanes.HAS_4).add(swapped);
    swapped = v3.blend(v1, Lanes.HAS_2).rearrange(Lanes.SWAP_2);
    v1 = v1.blend(v3, Lanes.HAS_2).add(swapped);
    swapped = v1.blend(v0, Lanes.HAS_1).rearrange(Lanes.SWAP_1);
    v0.blend(v1, Lanes.HAS_1).add(swapped).intoArray(folded, 0);
  }

  /** The sum of one vector's lanes, in the same order. */
  static float sum(float[] lanes, int at) {
    return sum(Lanes.load(lanes, at));
  }

  /** The same of a vector that would wait for a store of its lanes. */
  @Inline
  static float sum(FloatVector s) {
    if (LANES > 8) {
      s = s.add(s.rearrange(Lanes.SWAP_8));
    }
    if (LANES > 4) {
      s = s.add(s.rearrange(Lanes.SWAP_4));
    }
    s = s.add(s.rearrange(Lanes.SWAP_2));
    s = s.add(s.rearrange(Lanes.SWAP_1));
    return s.lane(0);
  }
}
