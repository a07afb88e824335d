package io.github.softmax4j.kernel;

import static io.github.softmax4j.kernel.Lanes.FLOATS;
import static io.github.softmax4j.kernel.Lanes.LANES;

import jdk.incubator.vector.FloatVector;

/**
 * What a row's lanes give together, of as many rows at once as there are lanes: half of them are
 * folded onto the other half, each time in half as many vectors. A row's sum is added up in the
 * same order whatever is beside it, compiled or interpreted, which {@code reduceLanes} is not.
 */
final class Fold {

  private Fold() {}

  /**
   * Of the bits as integers, vector {@code i}'s largest lane becomes lane {@code i} of the first.
   */
  static void largest(float[] lanes, int at) {
    if (LANES > 8) {
      for (int i = at; i < at + 8 * LANES; i += LANES) {
        FloatVector a = FloatVector.fromArray(FLOATS, lanes, i);
        FloatVector b = FloatVector.fromArray(FLOATS, lanes, i + 8 * LANES);
        FloatVector c = b.blend(a, Lanes.HAS_8).rearrange(Lanes.SWAP_8);
        a.blend(b, Lanes.HAS_8)
            .reinterpretAsInts()
            .max(c.reinterpretAsInts())
            .reinterpretAsFloats()
            .intoArray(lanes, i);
      }
    }
    if (LANES > 4) {
      for (int i = at; i < at + 4 * LANES; i += LANES) {
        FloatVector a = FloatVector.fromArray(FLOATS, lanes, i);
        FloatVector b = FloatVector.fromArray(FLOATS, lanes, i + 4 * LANES);
        FloatVector c = b.blend(a, Lanes.HAS_4).rearrange(Lanes.SWAP_4);
        a.blend(b, Lanes.HAS_4)
            .reinterpretAsInts()
            .max(c.reinterpretAsInts())
            .reinterpretAsFloats()
            .intoArray(lanes, i);
      }
    }
    for (int i = at; i < at + 2 * LANES; i += LANES) {
      FloatVector a = FloatVector.fromArray(FLOATS, lanes, i);
      FloatVector b = FloatVector.fromArray(FLOATS, lanes, i + 2 * LANES);
      FloatVector c = b.blend(a, Lanes.HAS_2).rearrange(Lanes.SWAP_2);
      a.blend(b, Lanes.HAS_2)
          .reinterpretAsInts()
          .max(c.reinterpretAsInts())
          .reinterpretAsFloats()
          .intoArray(lanes, i);
    }
    for (int i = at; i < at + 1 * LANES; i += LANES) {
      FloatVector a = FloatVector.fromArray(FLOATS, lanes, i);
      FloatVector b = FloatVector.fromArray(FLOATS, lanes, i + 1 * LANES);
      FloatVector c = b.blend(a, Lanes.HAS_1).rearrange(Lanes.SWAP_1);
      a.blend(b, Lanes.HAS_1)
          .reinterpretAsInts()
          .max(c.reinterpretAsInts())
          .reinterpretAsFloats()
          .intoArray(lanes, i);
    }
  }

  /**
   * Vector {@code i}'s sum of lanes becomes lane {@code i} of the first: a twin of largest's loops.
   */
  static void sums(float[] lanes, int at) {
    if (LANES > 8) {
      for (int i = at; i < at + 8 * LANES; i += LANES) {
        FloatVector a = FloatVector.fromArray(FLOATS, lanes, i);
        FloatVector b = FloatVector.fromArray(FLOATS, lanes, i + 8 * LANES);
        FloatVector c = b.blend(a, Lanes.HAS_8).rearrange(Lanes.SWAP_8);
        a.blend(b, Lanes.HAS_8).add(c).intoArray(lanes, i);
      }
    }
    if (LANES > 4) {
      for (int i = at; i < at + 4 * LANES; i += LANES) {
        FloatVector a = FloatVector.fromArray(FLOATS, lanes, i);
        FloatVector b = FloatVector.fromArray(FLOATS, lanes, i + 4 * LANES);
        FloatVector c = b.blend(a, Lanes.HAS_4).rearrange(Lanes.SWAP_4);
        a.blend(b, Lanes.HAS_4).add(c).intoArray(lanes, i);
      }
    }
    for (int i = at; i < at + 2 * LANES; i += LANES) {
      FloatVector a = FloatVector.fromArray(FLOATS, lanes, i);
      FloatVector b = FloatVector.fromArray(FLOATS, lanes, i + 2 * LANES);
      FloatVector c = b.blend(a, Lanes.HAS_2).rearrange(Lanes.SWAP_2);
      a.blend(b, Lanes.HAS_2).add(c).intoArray(lanes, i);
    }
    for (int i = at; i < at + 1 * LANES; i += LANES) {
      FloatVector a = FloatVector.fromArray(FLOATS, lanes, i);
      FloatVector b = FloatVector.fromArray(FLOATS, lanes, i + 1 * LANES);
      FloatVector c = b.blend(a, Lanes.HAS_1).rearrange(Lanes.SWAP_1);
      a.blend(b, Lanes.HAS_1).add(c).intoArray(lanes, i);
    }
  }

  /** The sum of one vector's lanes, in the same order. */
  static float sum(float[] lanes, int at) {
    FloatVector s = FloatVector.fromArray(FLOATS, lanes, at);
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
