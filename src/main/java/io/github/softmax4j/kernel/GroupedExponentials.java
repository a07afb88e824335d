package io.github.softmax4j.kernel;

import static io.github.softmax4j.kernel.Lanes.FLOATS;
import static io.github.softmax4j.kernel.Lanes.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The passes of rows without weights. The exponential is written out: see {@link
 * ExponentialPasses}.
 */
final class GroupedExponentials extends GroupedPasses {

  GroupedExponentials(WideRows rows) {
    super(rows);
  }

  @Override
  void sumsOfPart(int start, int n) {
    float[] x = rows.call.logits.array;
    int stride = rows.call.logits.stride;
    int from = rows.from() + start;
    float[] lanes = rows.lanes;
    int count = rows.count;
    int whole = Lanes.wholeBeforeLast(n);
    int grouped = Lanes.wholeGroups(whole, GROUP);
    FloatVector magic = FloatVector.fromArray(FLOATS, Lanes.MAGIC, rows.headroom * LANES);
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
    FloatVector zero = FloatVector.zero(FLOATS);
    for (int r = 0; r < count; r++) {
      int row = from + r * stride;
      FloatVector reference = FloatVector.broadcast(FLOATS, rows.references[r]);
      zero.intoArray(groups, 0);
      zero.intoArray(groups, GROUP);
      zero.intoArray(groups, 2 * GROUP);
      zero.intoArray(groups, 3 * GROUP);
      for (int i = 0; i != grouped; ) {
        int turn = i & 3 * GROUP;
        int end = i + GROUP;
        FloatVector group = zero;
        do {
          FloatVector v = reference.sub(FloatVector.fromArray(FLOATS, x, row + i));
          v = v.reinterpretAsInts().min(limit).reinterpretAsFloats();
          FloatVector k = v.fma(log2e, magic);
          FloatVector q = v.fma(low, v.fma(log2e, magic.sub(k)));
          FloatVector p = q.fma(c5, c4).fma(q, c3).fma(q, c2).fma(q, c1).fma(q, c0);
          IntVector power =
              k.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
          group = p.fma(power.reinterpretAsFloats(), group);
          i += LANES;
        } while (i != end);
        FloatVector.fromArray(FLOATS, groups, turn).add(group).intoArray(groups, turn);
      }
      FloatVector rest = zero;
      for (int i = grouped; i < whole; i += LANES) {
        FloatVector v = reference.sub(FloatVector.fromArray(FLOATS, x, row + i));
        v = v.reinterpretAsInts().min(limit).reinterpretAsFloats();
        FloatVector k = v.fma(log2e, magic);
        FloatVector q = v.fma(low, v.fma(log2e, magic.sub(k)));
        FloatVector p = q.fma(c5, c4).fma(q, c3).fma(q, c2).fma(q, c1).fma(q, c0);
        IntVector power =
            k.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
        rest = p.fma(power.reinterpretAsFloats(), rest);
      }
      FloatVector v = reference.sub(FloatVector.fromArray(FLOATS, x, row + n - LANES));
      v = v.reinterpretAsInts().min(limit).reinterpretAsFloats();
      FloatVector k = v.fma(log2e, magic);
      FloatVector q = v.fma(low, v.fma(log2e, magic.sub(k)));
      FloatVector p = q.fma(c5, c4).fma(q, c3).fma(q, c2).fma(q, c1).fma(q, c0);
      IntVector power = k.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
      FloatVector e = p.mul(power.reinterpretAsFloats());
      FloatVector a = FloatVector.fromArray(FLOATS, groups, 0);
      FloatVector b = FloatVector.fromArray(FLOATS, groups, 2 * GROUP);
      a = a.add(FloatVector.fromArray(FLOATS, groups, GROUP));
      b = b.add(FloatVector.fromArray(FLOATS, groups, 3 * GROUP));
      e.fma(fresh, rest).add(a.add(b)).intoArray(lanes, r * LANES);
    }
  }

  /** What follows is loaded before a store, as in {@link AheadExponentials#terms}. */
  @Override
  void termsOfPart(int start, int n) {
    float[] x = rows.call.logits.array;
    int stride = rows.call.logits.stride;
    int from = rows.from() + start;
    float[] y = rows.call.out.array;
    int yStride = rows.call.out.stride;
    int to = rows.to() + start;
    float[] lanes = rows.lanes;
    int count = rows.count;
    int whole = Lanes.wholeBeforeLast(n);
    int grouped = Lanes.wholeGroups(whole, GROUP);
    FloatVector magic = FloatVector.fromArray(FLOATS, Lanes.MAGIC, rows.headroom * LANES);
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
    FloatVector zero = FloatVector.zero(FLOATS);
    for (int r = 0; r < count; r++) {
      int row = from + r * stride;
      int yRow = to + r * yStride;
      FloatVector reference = FloatVector.broadcast(FLOATS, rows.references[r]);
      FloatVector following = reference.sub(FloatVector.fromArray(FLOATS, x, row));
      following = following.reinterpretAsInts().min(limit).reinterpretAsFloats();
      zero.intoArray(groups, 0);
      zero.intoArray(groups, GROUP);
      zero.intoArray(groups, 2 * GROUP);
      zero.intoArray(groups, 3 * GROUP);
      for (int i = 0; i < grouped; i += GROUP) {
        FloatVector group = zero;
        for (int j = 0; j < GROUP; j += LANES) {
          FloatVector v = following;
          int next = j < GROUP - LANES ? i + j + LANES : Math.min(i + GROUP, n - LANES);
          FloatVector ahead = reference.sub(FloatVector.fromArray(FLOATS, x, row + next));
          following = ahead.reinterpretAsInts().min(limit).reinterpretAsFloats();
          FloatVector k = log2e.fma(v, magic);
          FloatVector q = v.fma(low, v.fma(log2e, magic.sub(k)));
          FloatVector p = q.fma(c5, c4).fma(q, c3).fma(q, c2).fma(q, c1).fma(q, c0);
          IntVector power =
              k.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
          FloatVector e = p.mul(power.reinterpretAsFloats());
          e.intoArray(y, yRow + i + j);
          group = e.add(group);
        }
        int turn = i & 3 * GROUP;
        FloatVector.fromArray(FLOATS, groups, turn).add(group).intoArray(groups, turn);
      }
      FloatVector rest = zero;
      for (int i = grouped; i < whole; i += LANES) {
        FloatVector v = following;
        int next = Math.min(i, n - 2 * LANES) + LANES;
        FloatVector ahead = reference.sub(FloatVector.fromArray(FLOATS, x, row + next));
        following = ahead.reinterpretAsInts().min(limit).reinterpretAsFloats();
        FloatVector k = log2e.fma(v, magic);
        FloatVector q = v.fma(low, v.fma(log2e, magic.sub(k)));
        FloatVector p = q.fma(c5, c4).fma(q, c3).fma(q, c2).fma(q, c1).fma(q, c0);
        IntVector power =
            k.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
        FloatVector e = p.mul(power.reinterpretAsFloats());
        e.intoArray(y, yRow + i);
        rest = e.add(rest);
      }
      FloatVector v = following;
      FloatVector k = log2e.fma(v, magic);
      FloatVector q = v.fma(low, v.fma(log2e, magic.sub(k)));
      FloatVector p = q.fma(c5, c4).fma(q, c3).fma(q, c2).fma(q, c1).fma(q, c0);
      IntVector power = k.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
      FloatVector e = p.mul(power.reinterpretAsFloats());
      e.intoArray(y, yRow + n - LANES);
      FloatVector a = FloatVector.fromArray(FLOATS, groups, 0);
      FloatVector b = FloatVector.fromArray(FLOATS, groups, 2 * GROUP);
      a = a.add(FloatVector.fromArray(FLOATS, groups, GROUP));
      b = b.add(FloatVector.fromArray(FLOATS, groups, 3 * GROUP));
      e.fma(fresh, rest).add(a.add(b)).intoArray(lanes, r * LANES);
    }
  }
}
