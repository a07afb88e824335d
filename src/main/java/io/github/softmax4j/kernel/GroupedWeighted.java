package io.github.softmax4j.kernel;

import static io.github.softmax4j.kernel.Lanes.FLOATS;
import static io.github.softmax4j.kernel.Lanes.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** As {@link GroupedExponentials}, of rows with weights: {@link AheadWeighted} for 16 registers. */
final class GroupedWeighted extends GroupedPasses {

  GroupedWeighted(WideRows rows) {
    super(rows);
  }

  @Override
  void sumsOfPart(int start, int n) {
    float[] x = rows.call.logits.array;
    int stride = rows.call.logits.stride;
    int from = rows.from() + start;
    float[] u = rows.weights;
    int at = rows.weightsFrom() + start;
    float[] lanes = rows.lanes;
    float[] distances = rows.distanceLanes;
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
      zero.intoArray(distances, r * LANES);
      for (int i = 0; i != grouped; ) {
        int turn = i & 3 * GROUP;
        int end = i + GROUP;
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
        FloatVector far = FloatVector.fromArray(FLOATS, distances, r * LANES);
        far.add(farOfGroup).intoArray(distances, r * LANES);
        FloatVector.fromArray(FLOATS, groups, turn).add(group).intoArray(groups, turn);
      }
      FloatVector rest = zero;
      FloatVector farOfRest = zero;
      for (int i = grouped; i < whole; i += LANES) {
        FloatVector v = reference.sub(FloatVector.fromArray(FLOATS, x, row + i));
        farOfRest = v.fma(FloatVector.fromArray(FLOATS, u, at + i), farOfRest);
        v = v.reinterpretAsInts().min(limit).reinterpretAsFloats();
        FloatVector k = v.fma(log2e, magic);
        FloatVector q = v.fma(low, v.fma(log2e, magic.sub(k)));
        FloatVector p = q.fma(c5, c4).fma(q, c3).fma(q, c2).fma(q, c1).fma(q, c0);
        IntVector power =
            k.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
        rest = p.fma(power.reinterpretAsFloats(), rest);
      }
      FloatVector v = reference.sub(FloatVector.fromArray(FLOATS, x, row + n - LANES));
      FloatVector lastWeights = FloatVector.fromArray(FLOATS, u, at + n - LANES).mul(fresh);
      FloatVector counted = v.blend(zero, lastWeights.eq(zero)); // an infinity must not count twice
      FloatVector far = FloatVector.fromArray(FLOATS, distances, r * LANES);
      lastWeights.fma(counted, farOfRest).add(far).intoArray(distances, r * LANES);
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
    float[] u = rows.weights;
    int at = rows.weightsFrom() + start;
    float[] lanes = rows.lanes;
    float[] distances = rows.distanceLanes;
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
      FloatVector following = FloatVector.fromArray(FLOATS, x, row);
      zero.intoArray(groups, 0);
      zero.intoArray(groups, GROUP);
      zero.intoArray(groups, 2 * GROUP);
      zero.intoArray(groups, 3 * GROUP);
      zero.intoArray(distances, r * LANES);
      for (int i = 0; i < grouped; i += GROUP) {
        FloatVector group = zero;
        FloatVector farOfGroup = zero;
        for (int j = 0; j < GROUP; j += LANES) {
          FloatVector v = reference.sub(following);
          farOfGroup = v.fma(FloatVector.fromArray(FLOATS, u, at + i + j), farOfGroup);
          v = v.reinterpretAsInts().min(limit).reinterpretAsFloats();
          int next = j < GROUP - LANES ? i + j + LANES : Math.min(i + GROUP, n - LANES);
          following = FloatVector.fromArray(FLOATS, x, row + next);
          FloatVector k = v.fma(log2e, magic);
          FloatVector q = v.fma(low, v.fma(log2e, magic.sub(k)));
          FloatVector p = q.fma(c5, c4).fma(q, c3).fma(q, c2).fma(q, c1).fma(q, c0);
          IntVector power =
              k.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
          FloatVector e = p.mul(power.reinterpretAsFloats());
          e.intoArray(y, yRow + i + j);
          group = e.add(group);
        }
        FloatVector far = FloatVector.fromArray(FLOATS, distances, r * LANES);
        far.add(farOfGroup).intoArray(distances, r * LANES);
        int turn = i & 3 * GROUP;
        FloatVector.fromArray(FLOATS, groups, turn).add(group).intoArray(groups, turn);
      }
      FloatVector rest = zero;
      FloatVector farOfRest = zero;
      for (int i = grouped; i < whole; i += LANES) {
        FloatVector v = reference.sub(following);
        farOfRest = v.fma(FloatVector.fromArray(FLOATS, u, at + i), farOfRest);
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
        rest = e.add(rest);
      }
      FloatVector v = reference.sub(following);
      FloatVector lastWeights = FloatVector.fromArray(FLOATS, u, at + n - LANES).mul(fresh);
      FloatVector counted = v.blend(zero, lastWeights.eq(zero)); // an infinity must not count twice
      FloatVector far = FloatVector.fromArray(FLOATS, distances, r * LANES);
      lastWeights.fma(counted, farOfRest).add(far).intoArray(distances, r * LANES);
      v = v.reinterpretAsInts().min(limit).reinterpretAsFloats();
      FloatVector k = v.fma(log2e, magic);
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
