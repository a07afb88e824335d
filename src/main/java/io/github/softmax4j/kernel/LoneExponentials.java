package io.github.softmax4j.kernel;

import static io.github.softmax4j.kernel.Lanes.FLOATS;
import static io.github.softmax4j.kernel.Lanes.LANES;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.zero;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link LookAheadPass} of one row alone, to the bit: a twin, since such a call spends a third of
 * its time on what many rows need. The exponential is written out: see {@link ExponentialPasses}.
 */
final class LoneExponentials {

  private LoneExponentials() {}

  /** Whether there are such rows of so many classes. */
  static boolean fit(int classes) {
    return WideRows.MANY_REGISTERS && LookAheadPass.isOnePart(classes);
  }

  /** The sum of {@code 2^-headroom exp(max - x)}; NaN if the row has no softmax. */
  static float sum(Call call, float max, int headroom) {
    float[] x = call.logits.array;
    int row = call.logits.offset;
    int n = call.classes;
    int whole = Lanes.wholeBeforeLast(n);
    float magic = Lanes.magicOf(headroom);
    IntVector limit =
        FloatVector.fromArray(FLOATS, Lanes.LIMITS, headroom * LANES).reinterpretAsInts();
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
    float reference = Rows.reference(max);
    FloatVector a = zero;
    FloatVector b = zero;
    FloatVector c = zero;
    FloatVector d = zero;
    for (int i = 0; i < whole; i += LANES) {
      FloatVector v = broadcast(FLOATS, reference).sub(FloatVector.fromArray(FLOATS, x, row + i));
      v = v.reinterpretAsInts().min(limit).reinterpretAsFloats();
      FloatVector k = v.fma(log2e, broadcast(FLOATS, magic));
      FloatVector q = v.fma(low, v.fma(log2e, broadcast(FLOATS, magic).sub(k)));
      FloatVector p = q.fma(c5, c4).fma(q, c3).fma(q, c2).fma(q, c1).fma(q, c0);
      IntVector power = k.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
      FloatVector next = p.fma(power.reinterpretAsFloats(), d);
      d = c;
      c = b;
      b = a;
      a = next;
    }
    FloatVector part = zero(FLOATS).add(a).add(b);
    part = part.add(zero(FLOATS).add(c).add(d));
    FloatVector v =
        broadcast(FLOATS, reference).sub(FloatVector.fromArray(FLOATS, x, row + n - LANES));
    v = v.reinterpretAsInts().min(limit).reinterpretAsFloats();
    FloatVector k = v.fma(log2e, broadcast(FLOATS, magic));
    FloatVector q = v.fma(low, v.fma(log2e, broadcast(FLOATS, magic).sub(k)));
    FloatVector p = q.fma(c5, c4).fma(q, c3).fma(q, c2).fma(q, c1).fma(q, c0);
    IntVector power = k.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
    FloatVector s = p.mul(power.reinterpretAsFloats()).fma(fresh, part);
    return Reduce.sum(s) + (max - max);
  }

  /** The same sum, and the terms go to {@link Call#out}: a twin, for want of a free store. */
  static float terms(Call call, float max, int headroom) {
    float[] x = call.logits.array;
    int row = call.logits.offset;
    float[] y = call.out.array;
    int yRow = call.out.offset;
    int n = call.classes;
    int whole = Lanes.wholeBeforeLast(n);
    float magic = Lanes.magicOf(headroom);
    IntVector limit =
        FloatVector.fromArray(FLOATS, Lanes.LIMITS, headroom * LANES).reinterpretAsInts();
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
    float reference = Rows.reference(max);
    FloatVector following = FloatVector.fromArray(FLOATS, x, row);
    FloatVector a = zero;
    FloatVector b = zero;
    FloatVector c = zero;
    FloatVector d = zero;
    for (int i = 0; i < whole; i += LANES) {
      FloatVector v = broadcast(FLOATS, reference).sub(following);
      int next = Math.min(i, n - 2 * LANES) + LANES;
      following = FloatVector.fromArray(FLOATS, x, row + next);
      v = v.reinterpretAsInts().min(limit).reinterpretAsFloats();
      FloatVector k = v.fma(log2e, broadcast(FLOATS, magic));
      FloatVector q = v.fma(low, v.fma(log2e, broadcast(FLOATS, magic).sub(k)));
      FloatVector p = q.fma(c5, c4).fma(q, c3).fma(q, c2).fma(q, c1).fma(q, c0);
      IntVector power = k.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
      FloatVector e = p.mul(power.reinterpretAsFloats());
      e.intoArray(y, yRow + i);
      FloatVector added = e.add(d);
      d = c;
      c = b;
      b = a;
      a = added;
    }
    FloatVector part = zero(FLOATS).add(a).add(b);
    part = part.add(zero(FLOATS).add(c).add(d));
    FloatVector v =
        broadcast(FLOATS, reference)
            .sub(following)
            .reinterpretAsInts()
            .min(limit)
            .reinterpretAsFloats();
    FloatVector k = v.fma(log2e, broadcast(FLOATS, magic));
    FloatVector q = v.fma(low, v.fma(log2e, broadcast(FLOATS, magic).sub(k)));
    FloatVector p = q.fma(c5, c4).fma(q, c3).fma(q, c2).fma(q, c1).fma(q, c0);
    IntVector power = k.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
    FloatVector e = p.mul(power.reinterpretAsFloats());
    e.intoArray(y, yRow + n - LANES);
    FloatVector s = e.fma(fresh, part);
    return Reduce.sum(s) + (max - max);
  }
}
