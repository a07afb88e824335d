package io.github.softmax4j.kernel;

import static io.github.softmax4j.kernel.GroupedExponentials.GROUP;
import static io.github.softmax4j.kernel.Lanes.FLOATS;
import static io.github.softmax4j.kernel.Lanes.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** As {@link GroupedExponentials}, of rows with weights: {@link AheadWeighted} for 16 registers. */
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
      FloatVector sum = zero;
      FloatVector lost = zero;
      FloatVector farA = zero;
      FloatVector farB = zero;
      for (int i = 0; i != whole; ) {
        int end = Math.min(i + GROUP, whole);
        FloatVector group = zero;
        FloatVector farOfGroup = zero;
        do {
          FloatVector v = reference.sub(FloatVector.fromArray(FLOATS, x, row + i));
          farOfGroup = v.fma(FloatVector.fromArray(FLOATS, u, at + i), farOfGroup);
          v = v.reinterpretAsInts().min(limit).reinterpretAsFloats();
          FloatVector k = v.fma(log2e, magic);
          FloatVector q = v.fma(low, v.fma(log2e, magic.sub(k)));
          FloatVector p = q.fma(c5, c4).fma(q, c3).fma(q, c2).fma(q, c1).fma(q, c0);
          IntVector power =
              k.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
          group = p.fma(power.reinterpretAsFloats(), group);
          i += LANES;
        } while (i != end);
        FloatVector joined = group.add(sum);
        lost = group.sub(joined.sub(sum)).add(lost);
        sum = joined;
        FloatVector further = farOfGroup.add(farB);
        farB = farA;
        farA = further;
      }
      FloatVector v = reference.sub(FloatVector.fromArray(FLOATS, x, row + n - LANES));
      FloatVector lastWeights = FloatVector.fromArray(FLOATS, u, at + n - LANES).mul(fresh);
      FloatVector counted = v.blend(zero, lastWeights.eq(zero)); // an infinity must not count twice
      lastWeights.fma(counted, zero.add(farA).add(farB)).intoArray(distances, r * LANES);
      v = v.reinterpretAsInts().min(limit).reinterpretAsFloats();
      FloatVector k = v.fma(log2e, magic);
      FloatVector q = v.fma(low, v.fma(log2e, magic.sub(k)));
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
    int at = rows.weightsFrom();
    float[] lanes = rows.lanes;
    float[] distances = rows.distanceLanes;
    int n = rows.length();
    int count = rows.count;
    int whole = Lanes.wholeBeforeLast(n);
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
      FloatVector following = FloatVector.fromArray(FLOATS, x, row);
      FloatVector sum = zero;
      FloatVector lost = zero;
      FloatVector farA = zero;
      FloatVector farB = zero;
      for (int i = 0; i != whole; ) {
        int end = Math.min(i + GROUP, whole);
        FloatVector group = zero;
        FloatVector farOfGroup = zero;
        do {
          FloatVector v = reference.sub(following);
          farOfGroup = v.fma(FloatVector.fromArray(FLOATS, u, at + i), farOfGroup);
          v = v.reinterpretAsInts().min(limit).reinterpretAsFloats();
          int next = Math.min(i, n - 2 * LANES) + LANES;
          following = FloatVector.fromArray(FLOATS, x, row + next);
          FloatVector k = v.fma(log2e, magic);
          FloatVector q = v.fma(low, v.fma(log2e, magic.sub(k)));
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
        FloatVector further = farOfGroup.add(farB);
        farB = farA;
        farA = further;
      }
      FloatVector v = reference.sub(following);
      FloatVector lastWeights = FloatVector.fromArray(FLOATS, u, at + n - LANES).mul(fresh);
      FloatVector counted = v.blend(zero, lastWeights.eq(zero)); // an infinity must not count twice
      lastWeights.fma(counted, zero.add(farA).add(farB)).intoArray(distances, r * LANES);
      v = v.reinterpretAsInts().min(limit).reinterpretAsFloats();
      FloatVector k = v.fma(log2e, magic);
      FloatVector q = v.fma(low, v.fma(log2e, magic.sub(k)));
      FloatVector p = q.fma(c5, c4).fma(q, c3).fma(q, c2).fma(q, c1).fma(q, c0);
      IntVector power = k.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
      FloatVector e = p.mul(power.reinterpretAsFloats());
      e.intoArray(y, yRow + n - LANES);
      e.fma(fresh, lost).add(sum).intoArray(lanes, r * LANES);
    }
  }
}
