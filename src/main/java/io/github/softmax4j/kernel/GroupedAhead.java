package io.github.softmax4j.kernel;

import static io.github.softmax4j.kernel.GroupedExponentials.GROUP;
import static io.github.softmax4j.kernel.Lanes.FLOATS;
import static io.github.softmax4j.kernel.Lanes.INTS;
import static io.github.softmax4j.kernel.Lanes.LANES;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.zero;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * As {@link GroupedExponentials}, but finds the next rows' maxima beside its own work, as there
 * must be some: a twin, because that is slower where none come next, or where they are in L2 and
 * what writes results finds them.
 */
final class GroupedAhead implements ExponentialPasses {

  private final WideRows rows;

  GroupedAhead(WideRows rows) {
    this.rows = rows;
  }

  @Override
  public void sums() {
    int ahead = rows.ahead();
    int aheadFrom = rows.aheadFrom();
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
    for (int r = 0; r < count; r++) {
      int row = from + r * stride;
      int stop = row + whole;
      int toAhead = aheadFrom + Math.min(r, Math.max(ahead, 1) - 1) * stride - row;
      IntVector keys = FloatVector.fromArray(FLOATS, x, row + toAhead).reinterpretAsInts();
      float reference = rows.references[r];
      FloatVector sum = zero(FLOATS);
      FloatVector lost = zero(FLOATS);
      for (int at = row; at != stop; ) {
        int end = Math.min(at + GROUP, stop);
        int pairs = at + Lanes.wholeGroups(end - at, 2 * LANES);
        FloatVector group = zero(FLOATS);
        while (at != pairs) {
          keys = FloatVector.fromArray(FLOATS, x, at + toAhead).reinterpretAsInts().max(keys);
          keys =
              FloatVector.fromArray(FLOATS, x, at + toAhead + LANES).reinterpretAsInts().max(keys);
          FloatVector vA = broadcast(FLOATS, reference).sub(FloatVector.fromArray(FLOATS, x, at));
          vA = vA.reinterpretAsInts().min(limit).reinterpretAsFloats();
          FloatVector kA = vA.fma(log2e, broadcast(FLOATS, magic));
          FloatVector qA = vA.fma(low, vA.fma(log2e, broadcast(FLOATS, magic).sub(kA)));
          FloatVector pA = qA.fma(c5, c4).fma(qA, c3).fma(qA, c2).fma(qA, c1).fma(qA, c0);
          IntVector powerA =
              kA.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
          group = pA.fma(powerA.reinterpretAsFloats(), group);
          FloatVector vB =
              broadcast(FLOATS, reference).sub(FloatVector.fromArray(FLOATS, x, at + LANES));
          vB = vB.reinterpretAsInts().min(limit).reinterpretAsFloats();
          FloatVector kB = vB.fma(log2e, broadcast(FLOATS, magic));
          FloatVector qB = vB.fma(low, vB.fma(log2e, broadcast(FLOATS, magic).sub(kB)));
          FloatVector pB = qB.fma(c5, c4).fma(qB, c3).fma(qB, c2).fma(qB, c1).fma(qB, c0);
          IntVector powerB =
              kB.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
          group = pB.fma(powerB.reinterpretAsFloats(), group);
          at += 2 * LANES;
        }
        while (at != end) {
          keys = FloatVector.fromArray(FLOATS, x, at + toAhead).reinterpretAsInts().max(keys);
          FloatVector v = broadcast(FLOATS, reference).sub(FloatVector.fromArray(FLOATS, x, at));
          v = v.reinterpretAsInts().min(limit).reinterpretAsFloats();
          FloatVector k = v.fma(log2e, broadcast(FLOATS, magic));
          FloatVector q = v.fma(low, v.fma(log2e, broadcast(FLOATS, magic).sub(k)));
          FloatVector p = q.fma(c5, c4).fma(q, c3).fma(q, c2).fma(q, c1).fma(q, c0);
          IntVector power =
              k.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
          group = p.fma(power.reinterpretAsFloats(), group);
          at += LANES;
        }
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
      FloatVector.fromArray(FLOATS, x, row + toAhead + n - LANES)
          .reinterpretAsInts()
          .max(keys)
          .reinterpretAsFloats()
          .intoArray(rows.seen, r * LANES);
    }
  }

  @Override
  public void terms() {
    int ahead = rows.ahead();
    int aheadFrom = rows.aheadFrom();
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
    int limit = Lanes.limitOf(rows.headroom);
    FloatVector log2e = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.LOG2_E);
    FloatVector c5 = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.C5);
    FloatVector c4 = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.C4);
    FloatVector c3 = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.C3);
    FloatVector c2 = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.C2);
    FloatVector c1 = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.C1);
    FloatVector c0 = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.C0);
    FloatVector fresh = FloatVector.fromArray(FLOATS, Lanes.FRESH, n - whole);
    for (int r = 0; r < count; r++) {
      int row = from + r * stride;
      int apart = to + r * yStride - row;
      int stop = row + whole;
      int toAhead = aheadFrom + Math.min(r, Math.max(ahead, 1) - 1) * stride - row;
      IntVector keys = FloatVector.fromArray(FLOATS, x, row + toAhead).reinterpretAsInts();
      int lastAt = row + n - LANES;
      float reference = rows.references[r];
      IntVector following =
          broadcast(FLOATS, reference)
              .sub(FloatVector.fromArray(FLOATS, x, row))
              .reinterpretAsInts();
      FloatVector sum = zero(FLOATS);
      FloatVector lost = zero(FLOATS);
      for (int at = row; at != stop; ) {
        int end = Math.min(at + GROUP, stop);
        int fours = at + Lanes.wholeGroups(end - at, 4 * LANES);
        FloatVector group = zero(FLOATS);
        while (at != fours) {
          keys = FloatVector.fromArray(FLOATS, x, at + toAhead).reinterpretAsInts().max(keys);
          FloatVector vA = IntVector.broadcast(INTS, limit).min(following).reinterpretAsFloats();
          FloatVector vB =
              broadcast(FLOATS, reference).sub(FloatVector.fromArray(FLOATS, x, at + LANES));
          vB = vB.reinterpretAsInts().min(limit).reinterpretAsFloats();
          FloatVector kA = vA.fma(log2e, broadcast(FLOATS, magic));
          FloatVector qA =
              vA.fma(
                  FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.LOG2_E_LOW),
                  vA.fma(log2e, broadcast(FLOATS, magic).sub(kA)));
          FloatVector pA = qA.fma(c5, c4).fma(qA, c3).fma(qA, c2).fma(qA, c1).fma(qA, c0);
          IntVector powerA =
              kA.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
          FloatVector eA = pA.mul(powerA.reinterpretAsFloats());
          eA.intoArray(y, at + apart);
          group = eA.add(group);
          keys =
              FloatVector.fromArray(FLOATS, x, at + toAhead + LANES).reinterpretAsInts().max(keys);
          FloatVector vC =
              broadcast(FLOATS, reference).sub(FloatVector.fromArray(FLOATS, x, at + 2 * LANES));
          vC = vC.reinterpretAsInts().min(limit).reinterpretAsFloats();
          FloatVector kB = vB.fma(log2e, broadcast(FLOATS, magic));
          FloatVector qB =
              vB.fma(
                  FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.LOG2_E_LOW),
                  vB.fma(log2e, broadcast(FLOATS, magic).sub(kB)));
          FloatVector pB = qB.fma(c5, c4).fma(qB, c3).fma(qB, c2).fma(qB, c1).fma(qB, c0);
          IntVector powerB =
              kB.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
          FloatVector eB = pB.mul(powerB.reinterpretAsFloats());
          eB.intoArray(y, at + apart + LANES);
          group = eB.add(group);
          keys =
              FloatVector.fromArray(FLOATS, x, at + toAhead + 2 * LANES)
                  .reinterpretAsInts()
                  .max(keys);
          FloatVector vD =
              broadcast(FLOATS, reference).sub(FloatVector.fromArray(FLOATS, x, at + 3 * LANES));
          vD = vD.reinterpretAsInts().min(limit).reinterpretAsFloats();
          FloatVector kC = vC.fma(log2e, broadcast(FLOATS, magic));
          FloatVector qC =
              vC.fma(
                  FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.LOG2_E_LOW),
                  vC.fma(log2e, broadcast(FLOATS, magic).sub(kC)));
          FloatVector pC = qC.fma(c5, c4).fma(qC, c3).fma(qC, c2).fma(qC, c1).fma(qC, c0);
          IntVector powerC =
              kC.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
          FloatVector eC = pC.mul(powerC.reinterpretAsFloats());
          eC.intoArray(y, at + apart + 2 * LANES);
          group = eC.add(group);
          keys =
              FloatVector.fromArray(FLOATS, x, at + toAhead + 3 * LANES)
                  .reinterpretAsInts()
                  .max(keys);
          int next = Math.min(at + 4 * LANES, lastAt);
          following =
              broadcast(FLOATS, reference)
                  .sub(FloatVector.fromArray(FLOATS, x, next))
                  .reinterpretAsInts();
          FloatVector kD = vD.fma(log2e, broadcast(FLOATS, magic));
          FloatVector qD =
              vD.fma(
                  FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.LOG2_E_LOW),
                  vD.fma(log2e, broadcast(FLOATS, magic).sub(kD)));
          FloatVector pD = qD.fma(c5, c4).fma(qD, c3).fma(qD, c2).fma(qD, c1).fma(qD, c0);
          IntVector powerD =
              kD.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
          FloatVector eD = pD.mul(powerD.reinterpretAsFloats());
          eD.intoArray(y, at + apart + 3 * LANES);
          group = eD.add(group);
          at += 4 * LANES;
        }
        while (at != end) {
          keys = FloatVector.fromArray(FLOATS, x, at + toAhead).reinterpretAsInts().max(keys);
          FloatVector v = IntVector.broadcast(INTS, limit).min(following).reinterpretAsFloats();
          int next = Math.min(at + LANES, lastAt);
          following =
              broadcast(FLOATS, reference)
                  .sub(FloatVector.fromArray(FLOATS, x, next))
                  .reinterpretAsInts();
          FloatVector k = v.fma(log2e, broadcast(FLOATS, magic));
          FloatVector q =
              v.fma(
                  FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.LOG2_E_LOW),
                  v.fma(log2e, broadcast(FLOATS, magic).sub(k)));
          FloatVector p = q.fma(c5, c4).fma(q, c3).fma(q, c2).fma(q, c1).fma(q, c0);
          IntVector power =
              k.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
          FloatVector e = p.mul(power.reinterpretAsFloats());
          e.intoArray(y, at + apart);
          group = e.add(group);
          at += LANES;
        }
        FloatVector joined = group.add(sum);
        lost = group.sub(joined.sub(sum)).add(lost);
        sum = joined;
      }
      FloatVector v = IntVector.broadcast(INTS, limit).min(following).reinterpretAsFloats();
      FloatVector k = v.fma(log2e, broadcast(FLOATS, magic));
      FloatVector q =
          v.fma(
              FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.LOG2_E_LOW),
              v.fma(log2e, broadcast(FLOATS, magic).sub(k)));
      FloatVector p = q.fma(c5, c4).fma(q, c3).fma(q, c2).fma(q, c1).fma(q, c0);
      IntVector power = k.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
      FloatVector e = p.mul(power.reinterpretAsFloats());
      e.intoArray(y, lastAt + apart);
      e.fma(fresh, lost).add(sum).intoArray(lanes, r * LANES);
      FloatVector.fromArray(FLOATS, x, row + toAhead + n - LANES)
          .reinterpretAsInts()
          .max(keys)
          .reinterpretAsFloats()
          .intoArray(rows.seen, r * LANES);
    }
  }
}
