package io.github.softmax4j.kernel;

import static io.github.softmax4j.kernel.Lanes.FLOATS;
import static io.github.softmax4j.kernel.Lanes.LANES;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.zero;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link AheadExponentials} for 16 vector registers: without a look ahead, and with one sum, not
 * four. The exponential is written out: see {@link ExponentialPasses}.
 *
 * <p>C2 must work on one vector after the other. Left to itself it works on two at once, has no
 * registers for the constants of the exponential then, and loads them again and again. So the loop
 * over a group counts up to a number with {@code !=}, which C2 does not unroll, and what is needed
 * once a group may be in memory meanwhile.
 */
final class GroupedExponentials implements ExponentialPasses {

  /**
   * As many elements are added up before their sum joins the others, whose rounding errors are kept
   * and made good: equal terms would all be rounded to the same side.
   */
  static final int GROUP = 16 * LANES;

  private final WideRows rows;

  GroupedExponentials(WideRows rows) {
    this.rows = rows;
  }

  @Override
  public void sums() {
    float[] x = rows.call.logits.array;
    int stride = rows.call.logits.stride;
    int from = rows.from();
    float[] lanes = rows.lanes;
    int n = rows.length();
    int count = rows.count;
    int whole = Lanes.wholeBeforeLast(n);
    float magic = Lanes.magicOf(rows.headroom);
    IntVector limit =
        FloatVector.fromArray(FLOATS, Lanes.LIMITS, rows.headroom * LANES).reinterpretAsInts();
    FloatVector log2e = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.LOG2_E);
    FloatVector low = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.LOG2_E_LOW);
    FloatVector c5 = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.C5);
    FloatVector c4 = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.C4);
    FloatVector c3 = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.C3);
    FloatVector c2 = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.C2);
    FloatVector c1 = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.C1);
    FloatVector c0 = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.C0);
    FloatVector fresh = FloatVector.fromArray(FLOATS, Lanes.FRESH, n - whole);
    FloatVector zero = zero(FLOATS);
    for (int r = 0; r < count; r++) {
      int row = from + r * stride;
      float reference = rows.references[r];
      FloatVector sum = zero;
      FloatVector lost = zero;
      for (int i = 0; i != whole; ) {
        int end = Math.min(i + GROUP, whole);
        FloatVector group = zero;
        do {
          FloatVector v =
              broadcast(FLOATS, reference).sub(FloatVector.fromArray(FLOATS, x, row + i));
          v = v.reinterpretAsInts().min(limit).reinterpretAsFloats();
          FloatVector k = v.fma(log2e, broadcast(FLOATS, magic));
          FloatVector q = v.fma(low, v.fma(log2e, broadcast(FLOATS, magic).sub(k)));
          FloatVector p = q.fma(c5, c4).fma(q, c3).fma(q, c2).fma(q, c1).fma(q, c0);
          IntVector power =
              k.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
          group = p.fma(power.reinterpretAsFloats(), group);
          i += LANES;
        } while (i != end);
        FloatVector joined = group.add(sum);
        lost = group.sub(joined.sub(sum)).add(lost);
        sum = joined;
      }
      FloatVector v =
          broadcast(FLOATS, reference).sub(FloatVector.fromArray(FLOATS, x, row + n - LANES));
      v = v.reinterpretAsInts().min(limit).reinterpretAsFloats();
      FloatVector k = v.fma(log2e, broadcast(FLOATS, magic));
      FloatVector q = v.fma(low, v.fma(log2e, broadcast(FLOATS, magic).sub(k)));
      FloatVector p = q.fma(c5, c4).fma(q, c3).fma(q, c2).fma(q, c1).fma(q, c0);
      IntVector power = k.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
      FloatVector e = p.mul(power.reinterpretAsFloats());
      e.fma(fresh, lost).add(sum).intoArray(lanes, r * LANES);
    }
  }

  /** What follows is loaded before a store, as in {@link AheadExponentials#terms}. */
  @Override
  public void terms() {
    float[] x = rows.call.logits.array;
    int stride = rows.call.logits.stride;
    int from = rows.from();
    float[] y = rows.call.out.array;
    int yStride = rows.call.out.stride;
    int to = rows.to();
    float[] lanes = rows.lanes;
    int n = rows.length();
    int count = rows.count;
    int whole = Lanes.wholeBeforeLast(n);
    float magic = Lanes.magicOf(rows.headroom);
    IntVector limit =
        FloatVector.fromArray(FLOATS, Lanes.LIMITS, rows.headroom * LANES).reinterpretAsInts();
    FloatVector log2e = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.LOG2_E);
    FloatVector low = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.LOG2_E_LOW);
    FloatVector c5 = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.C5);
    FloatVector c4 = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.C4);
    FloatVector c3 = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.C3);
    FloatVector c2 = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.C2);
    FloatVector c1 = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.C1);
    FloatVector c0 = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.C0);
    FloatVector fresh = FloatVector.fromArray(FLOATS, Lanes.FRESH, n - whole);
    FloatVector zero = zero(FLOATS);
    for (int r = 0; r < count; r++) {
      int row = from + r * stride;
      int yRow = to + r * yStride;
      float reference = rows.references[r];
      FloatVector following =
          broadcast(FLOATS, reference).sub(FloatVector.fromArray(FLOATS, x, row));
      following = following.reinterpretAsInts().min(limit).reinterpretAsFloats();
      FloatVector sum = zero;
      FloatVector lost = zero;
      for (int i = 0; i != whole; ) {
        int end = Math.min(i + GROUP, whole);
        FloatVector group = zero;
        do {
          FloatVector v = following;
          int next = Math.min(i, n - 2 * LANES) + LANES;
          FloatVector ahead =
              broadcast(FLOATS, reference).sub(FloatVector.fromArray(FLOATS, x, row + next));
          following = ahead.reinterpretAsInts().min(limit).reinterpretAsFloats();
          FloatVector k = log2e.fma(v, broadcast(FLOATS, magic));
          FloatVector q = v.fma(low, v.fma(log2e, broadcast(FLOATS, magic).sub(k)));
          FloatVector p = q.fma(c5, c4).fma(q, c3).fma(q, c2).fma(q, c1).fma(q, c0);
          IntVector power =
              k.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
          FloatVector e = p.mul(power.reinterpretAsFloats());
          e.intoArray(y, yRow + i);
          group = e.add(group);
          i += LANES;
        } while (i != end);
        FloatVector joined = group.add(sum);
        lost = group.sub(joined.sub(sum)).add(lost);
        sum = joined;
      }
      FloatVector v = following;
      FloatVector k = log2e.fma(v, broadcast(FLOATS, magic));
      FloatVector q = v.fma(low, v.fma(log2e, broadcast(FLOATS, magic).sub(k)));
      FloatVector p = q.fma(c5, c4).fma(q, c3).fma(q, c2).fma(q, c1).fma(q, c0);
      IntVector power = k.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
      FloatVector e = p.mul(power.reinterpretAsFloats());
      e.intoArray(y, yRow + n - LANES);
      e.fma(fresh, lost).add(sum).intoArray(lanes, r * LANES);
    }
  }
}
