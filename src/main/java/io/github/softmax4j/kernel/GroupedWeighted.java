package io.github.softmax4j.kernel;

import static io.github.softmax4j.kernel.GroupedExponentials.GROUP;
import static io.github.softmax4j.kernel.Lanes.FLOATS;
import static io.github.softmax4j.kernel.Lanes.LANES;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.zero;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * As {@link GroupedExponentials}, of rows with weights: {@link AheadWeighted} for 16 registers. A
 * turn of the sums is one vector here: two are no faster.
 */
final class GroupedWeighted implements ExponentialPasses {

  private final WideRows rows;

  GroupedWeighted(WideRows rows) {
    this.rows = rows;
  }

  @Override
  public void sums() {
    float[] x = rows.call.logits.array;
    int stride = rows.call.logits.stride;
    int from = rows.from();
    float[] u = rows.weights;
    int at = rows.weightsFrom();
    float[] lanes = rows.lanes;
    float[] distances = rows.distanceLanes;
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
      FloatVector farA = zero;
      FloatVector farB = zero;
      for (int i = 0; i != whole; ) {
        int end = Math.min(i + GROUP, whole);
        FloatVector group = zero;
        FloatVector farOfGroup = zero;
        while (i != end) {
          FloatVector v =
              broadcast(FLOATS, reference).sub(FloatVector.fromArray(FLOATS, x, row + i));
          farOfGroup = v.fma(FloatVector.fromArray(FLOATS, u, at + i), farOfGroup);
          v = v.reinterpretAsInts().min(limit).reinterpretAsFloats();
          FloatVector k = v.fma(log2e, broadcast(FLOATS, magic));
          FloatVector q = v.fma(low, v.fma(log2e, broadcast(FLOATS, magic).sub(k)));
          FloatVector p = q.fma(c5, c4).fma(q, c3).fma(q, c2).fma(q, c1).fma(q, c0);
          IntVector power =
              k.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
          group = p.fma(power.reinterpretAsFloats(), group);
          i += LANES;
        }
        FloatVector joined = group.add(sum);
        lost = group.sub(joined.sub(sum)).add(lost);
        sum = joined;
        FloatVector further = farOfGroup.add(farB);
        farB = farA;
        farA = further;
      }
      FloatVector v =
          broadcast(FLOATS, reference).sub(FloatVector.fromArray(FLOATS, x, row + n - LANES));
      FloatVector lastWeights = FloatVector.fromArray(FLOATS, u, at + n - LANES).mul(fresh);
      FloatVector counted = v.blend(zero, lastWeights.eq(zero)); // an infinity must not count twice
      lastWeights.fma(counted, zero(FLOATS).add(farA).add(farB)).intoArray(distances, r * LANES);
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
    float[] u = rows.weights;
    int weightsFrom = rows.weightsFrom();
    float[] lanes = rows.lanes;
    float[] distances = rows.distanceLanes;
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
      int stop = row + whole;
      int toWeights = weightsFrom - row;
      int apart = to + r * yStride - row;
      int lastAt = row + n - LANES;
      float reference = rows.references[r];
      FloatVector following = FloatVector.fromArray(FLOATS, x, row);
      FloatVector sum = zero;
      FloatVector lost = zero;
      FloatVector farA = zero;
      FloatVector farB = zero;
      for (int at = row; at != stop; ) {
        int end = Math.min(at + GROUP, stop);
        int fours = at + Lanes.wholeGroups(end - at, 4 * LANES);
        FloatVector group = zero;
        FloatVector farOfGroup = zero;
        while (at != fours) {
          FloatVector vA = broadcast(FLOATS, reference).sub(following);
          farOfGroup = vA.fma(FloatVector.fromArray(FLOATS, u, at + toWeights), farOfGroup);
          vA = vA.reinterpretAsInts().min(limit).reinterpretAsFloats();
          FloatVector nextB = FloatVector.fromArray(FLOATS, x, at + LANES);
          FloatVector kA = vA.fma(log2e, broadcast(FLOATS, magic));
          FloatVector qA = vA.fma(low, vA.fma(log2e, broadcast(FLOATS, magic).sub(kA)));
          FloatVector pA = qA.fma(c5, c4).fma(qA, c3).fma(qA, c2).fma(qA, c1).fma(qA, c0);
          IntVector powerA =
              kA.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
          FloatVector eA = pA.mul(powerA.reinterpretAsFloats());
          eA.intoArray(y, at + apart);
          group = eA.add(group);
          FloatVector vB = broadcast(FLOATS, reference).sub(nextB);
          farOfGroup = vB.fma(FloatVector.fromArray(FLOATS, u, at + toWeights + LANES), farOfGroup);
          vB = vB.reinterpretAsInts().min(limit).reinterpretAsFloats();
          FloatVector nextC = FloatVector.fromArray(FLOATS, x, at + 2 * LANES);
          FloatVector kB = vB.fma(log2e, broadcast(FLOATS, magic));
          FloatVector qB = vB.fma(low, vB.fma(log2e, broadcast(FLOATS, magic).sub(kB)));
          FloatVector pB = qB.fma(c5, c4).fma(qB, c3).fma(qB, c2).fma(qB, c1).fma(qB, c0);
          IntVector powerB =
              kB.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
          FloatVector eB = pB.mul(powerB.reinterpretAsFloats());
          eB.intoArray(y, at + apart + LANES);
          group = eB.add(group);
          FloatVector vC = broadcast(FLOATS, reference).sub(nextC);
          farOfGroup =
              vC.fma(FloatVector.fromArray(FLOATS, u, at + toWeights + 2 * LANES), farOfGroup);
          vC = vC.reinterpretAsInts().min(limit).reinterpretAsFloats();
          FloatVector nextD = FloatVector.fromArray(FLOATS, x, at + 3 * LANES);
          FloatVector kC = vC.fma(log2e, broadcast(FLOATS, magic));
          FloatVector qC = vC.fma(low, vC.fma(log2e, broadcast(FLOATS, magic).sub(kC)));
          FloatVector pC = qC.fma(c5, c4).fma(qC, c3).fma(qC, c2).fma(qC, c1).fma(qC, c0);
          IntVector powerC =
              kC.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
          FloatVector eC = pC.mul(powerC.reinterpretAsFloats());
          eC.intoArray(y, at + apart + 2 * LANES);
          group = eC.add(group);
          FloatVector vD = broadcast(FLOATS, reference).sub(nextD);
          farOfGroup =
              vD.fma(FloatVector.fromArray(FLOATS, u, at + toWeights + 3 * LANES), farOfGroup);
          vD = vD.reinterpretAsInts().min(limit).reinterpretAsFloats();
          following = FloatVector.fromArray(FLOATS, x, Math.min(at + 4 * LANES, lastAt));
          FloatVector kD = vD.fma(log2e, broadcast(FLOATS, magic));
          FloatVector qD = vD.fma(low, vD.fma(log2e, broadcast(FLOATS, magic).sub(kD)));
          FloatVector pD = qD.fma(c5, c4).fma(qD, c3).fma(qD, c2).fma(qD, c1).fma(qD, c0);
          IntVector powerD =
              kD.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
          FloatVector eD = pD.mul(powerD.reinterpretAsFloats());
          eD.intoArray(y, at + apart + 3 * LANES);
          group = eD.add(group);
          at += 4 * LANES;
        }
        while (at != end) {
          FloatVector v = broadcast(FLOATS, reference).sub(following);
          farOfGroup = v.fma(FloatVector.fromArray(FLOATS, u, at + toWeights), farOfGroup);
          v = v.reinterpretAsInts().min(limit).reinterpretAsFloats();
          following = FloatVector.fromArray(FLOATS, x, Math.min(at + LANES, lastAt));
          FloatVector k = v.fma(log2e, broadcast(FLOATS, magic));
          FloatVector q = v.fma(low, v.fma(log2e, broadcast(FLOATS, magic).sub(k)));
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
        FloatVector further = farOfGroup.add(farB);
        farB = farA;
        farA = further;
      }
      FloatVector v = broadcast(FLOATS, reference).sub(following);
      FloatVector lastWeights =
          FloatVector.fromArray(FLOATS, u, weightsFrom + n - LANES).mul(fresh);
      FloatVector counted = v.blend(zero, lastWeights.eq(zero)); // an infinity must not count twice
      lastWeights.fma(counted, zero(FLOATS).add(farA).add(farB)).intoArray(distances, r * LANES);
      v = v.reinterpretAsInts().min(limit).reinterpretAsFloats();
      FloatVector k = v.fma(log2e, broadcast(FLOATS, magic));
      FloatVector q = v.fma(low, v.fma(log2e, broadcast(FLOATS, magic).sub(k)));
      FloatVector p = q.fma(c5, c4).fma(q, c3).fma(q, c2).fma(q, c1).fma(q, c0);
      IntVector power = k.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
      FloatVector e = p.mul(power.reinterpretAsFloats());
      e.intoArray(y, lastAt + apart);
      e.fma(fresh, lost).add(sum).intoArray(lanes, r * LANES);
    }
  }
}
