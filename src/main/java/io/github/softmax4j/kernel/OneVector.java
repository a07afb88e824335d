package io.github.softmax4j.kernel;

import static io.github.softmax4j.kernel.Lanes.FLOATS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** A row that fits one vector; apart from {@link Blocks} for the reasons given there. */
final class OneVector {

  private OneVector() {}

  /**
   * The maximum of {@code n <= LANES} logits and {@code 2^-headroom sum(exp(x - max))}; the terms
   * go to {@code y} unless that is {@code null}.
   */
  static long maxAndExponentials(
      float[] x, int from, int n, float[] y, int to, int headroom, float[] lanes) {
    assert n > 0 && n <= Lanes.LANES : "a row of " + n;
    assert from >= 0 && from + n <= x.length : "a row at " + from + " in " + x.length;
    assert y == null || to >= 0 && to + n <= y.length : "a row to " + to + " in " + y.length;
    assert headroom >= 0 && headroom < Integer.SIZE : "headroom of " + headroom;
    assert lanes.length >= Lanes.LANES : "scratch of " + lanes.length;
    VectorMask<Float> inRow = FLOATS.indexInRange(0, n);
    FloatVector z =
        Lanes.constant(Lanes.NEGATIVE_INFINITY)
            .blend(FloatVector.fromArray(FLOATS, x, from, inRow), inRow);
    IntVector keys = z.reinterpretAsInts();
    int key = keys.reduceLanes(VectorOperators.MAX);
    float max = Float.intBitsToFloat(key >= 0 ? key : keys.reduceLanes(VectorOperators.MIN));
    // of nothing but -inf: the exponentials are then 0, and not NaN
    FloatVector m = FloatVector.broadcast(FLOATS, Math.max(max, -Float.MAX_VALUE));
    FloatVector e =
        Lanes.exp(
            m.sub(z),
            Lanes.magic(headroom),
            Lanes.limit(headroom),
            Lanes.constant(Lanes.LOG2_E),
            Lanes.constant(Lanes.LN2_HIGH),
            Lanes.constant(Lanes.LN2_LOW),
            Lanes.constant(Lanes.C5),
            Lanes.constant(Lanes.C4),
            Lanes.constant(Lanes.C3),
            Lanes.constant(Lanes.C2),
            Lanes.constant(Lanes.C1),
            Lanes.constant(Lanes.C0));
    if (y != null) {
      e.intoArray(y, to, inRow);
    }
    e.intoArray(lanes, 0);
    return Blocks.pack(max, Lanes.sum(lanes));
  }
}
