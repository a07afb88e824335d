package io.github.softmax4j.kernel;

import static io.github.softmax4j.kernel.Lanes.FLOATS;
import static io.github.softmax4j.kernel.Lanes.LANES;
import static io.github.softmax4j.kernel.WideRows.FUSED_SUM;
import static io.github.softmax4j.kernel.WideRows.LOOKS_AHEAD;
import static io.github.softmax4j.kernel.WideRows.MANY_REGISTERS;
import static io.github.softmax4j.kernel.WideRows.PART;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The exponential passes of {@link WideRows} that also find, for label smoothing, how far below the
 * maximum the logits are, each times its class's weight. Twins of those without: a choice in the
 * loop, or a pass of its own, costs more than a tenth of the time.
 */
final class WeightedRows {

  private final WideRows rows;

  WeightedRows(WideRows rows) {
    this.rows = rows;
  }

  void exponentials() {
    float[] x = rows.call.logits.array;
    int stride = rows.call.logits.stride;
    int from = rows.from();
    int n = rows.length();
    float[] u = rows.weights;
    int at = rows.weightsFrom();
    int count = rows.count;
    int ahead = rows.ahead();
    int aheadFrom = rows.aheadFrom();
    int whole = Lanes.wholeBeforeLast(n);
    FloatVector magic = Lanes.magic(rows.headroom);
    IntVector limit = Lanes.limit(rows.headroom);
    FloatVector log2e = Lanes.constant(Lanes.LOG2_E);
    FloatVector hi = Lanes.constant(Lanes.LN2_HIGH);
    FloatVector lo = Lanes.constant(Lanes.LN2_LOW);
    FloatVector c5 = Lanes.constant(Lanes.C5);
    FloatVector c4 = Lanes.constant(Lanes.C4);
    FloatVector c3 = Lanes.constant(Lanes.C3);
    FloatVector c2 = Lanes.constant(Lanes.C2);
    FloatVector c1 = Lanes.constant(Lanes.C1);
    FloatVector c0 = Lanes.constant(Lanes.C0);
    FloatVector fresh = Lanes.fresh(n - whole);
    FloatVector zero = FloatVector.zero(FLOATS);
    for (int r = 0; r < count; r++) {
      int row = from + r * stride;
      int aheadRow = aheadFrom + Math.min(r, Math.max(ahead, 1) - 1) * stride;
      FloatVector reference = FloatVector.broadcast(FLOATS, rows.references[r]);
      IntVector aheadLast =
          FloatVector.fromArray(FLOATS, x, aheadRow + n - LANES).reinterpretAsInts();
      IntVector keys = aheadLast;
      FloatVector sum = zero;
      FloatVector lost = zero;
      FloatVector far = zero;
      for (int start = 0; start < whole; start += PART) {
        FloatVector a = zero;
        FloatVector b = zero;
        FloatVector c = zero;
        FloatVector d = zero;
        FloatVector farA = zero;
        FloatVector farB = zero;
        int end = Math.min(start + PART, whole);
        for (int i = start; i < end; i += LANES) {
          FloatVector v = reference.sub(FloatVector.fromArray(FLOATS, x, row + i));
          FloatVector further = v.fma(FloatVector.fromArray(FLOATS, u, at + i), farB);
          farB = MANY_REGISTERS ? farA : further;
          farA = further;
          v = v.reinterpretAsInts().min(limit).reinterpretAsFloats();
          FloatVector k = v.fma(log2e, magic);
          FloatVector q = k.sub(magic);
          q = q.fma(lo, q.fma(hi, v));
          FloatVector p = q.fma(c5, c4).fma(q, c3).fma(q, c2).fma(q, c1).fma(q, c0);
          IntVector power =
              k.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
          FloatVector scale = power.reinterpretAsFloats();
          if (LOOKS_AHEAD) {
            keys = FloatVector.fromArray(FLOATS, x, aheadRow + i).reinterpretAsInts().max(keys);
          }
          FloatVector next = FUSED_SUM ? p.fma(scale, d) : p.mul(scale).add(b);
          d = c;
          c = b;
          b = a;
          a = next;
        }
        FloatVector part = zero.add(a).add(b);
        if (MANY_REGISTERS) {
          part = part.add(zero.add(c).add(d));
        }
        FloatVector farOfPart = zero.add(farA);
        if (MANY_REGISTERS) {
          farOfPart = farOfPart.add(farB);
        }
        far = farOfPart.add(far);
        FloatVector joined = part.add(sum);
        lost = part.sub(joined.sub(sum)).add(lost);
        sum = joined;
      }
      FloatVector v = reference.sub(FloatVector.fromArray(FLOATS, x, row + n - LANES));
      FloatVector lastWeights = FloatVector.fromArray(FLOATS, u, at + n - LANES).mul(fresh);
      FloatVector counted = v.blend(zero, lastWeights.eq(zero)); // an infinity must not count twice
      lastWeights.fma(counted, far).intoArray(rows.distanceLanes, r * LANES);
      v = v.reinterpretAsInts().min(limit).reinterpretAsFloats();
      FloatVector k = v.fma(log2e, magic);
      FloatVector q = k.sub(magic);
      q = q.fma(lo, q.fma(hi, v));
      FloatVector p = q.fma(c5, c4).fma(q, c3).fma(q, c2).fma(q, c1).fma(q, c0);
      IntVector power = k.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
      FloatVector e = p.mul(power.reinterpretAsFloats());
      e.fma(fresh, lost).add(sum).intoArray(rows.lanes, r * LANES);
      if (LOOKS_AHEAD) {
        aheadLast.max(keys).reinterpretAsFloats().intoArray(rows.seen, r * LANES);
      }
    }
  }

  /**
   * As {@link #exponentials}, and leaves the terms in {@code y}: a twin, for want of a free store.
   */
  void storeExponentials() {
    float[] x = rows.call.logits.array;
    int stride = rows.call.logits.stride;
    int from = rows.from();
    float[] y = rows.call.out.array;
    int yStride = rows.call.out.stride;
    int to = rows.to();
    int n = rows.length();
    float[] u = rows.weights;
    int at = rows.weightsFrom();
    int count = rows.count;
    int ahead = rows.ahead();
    int aheadFrom = rows.aheadFrom();
    int whole = Lanes.wholeBeforeLast(n);
    FloatVector magic = Lanes.magic(rows.headroom);
    IntVector limit = Lanes.limit(rows.headroom);
    FloatVector log2e = Lanes.constant(Lanes.LOG2_E);
    FloatVector hi = Lanes.constant(Lanes.LN2_HIGH);
    FloatVector lo = Lanes.constant(Lanes.LN2_LOW);
    FloatVector c5 = Lanes.constant(Lanes.C5);
    FloatVector c4 = Lanes.constant(Lanes.C4);
    FloatVector c3 = Lanes.constant(Lanes.C3);
    FloatVector c2 = Lanes.constant(Lanes.C2);
    FloatVector c1 = Lanes.constant(Lanes.C1);
    FloatVector c0 = Lanes.constant(Lanes.C0);
    FloatVector fresh = Lanes.fresh(n - whole);
    FloatVector zero = FloatVector.zero(FLOATS);
    for (int r = 0; r < count; r++) {
      int row = from + r * stride;
      int yRow = to + r * yStride;
      int aheadRow = aheadFrom + Math.min(r, Math.max(ahead, 1) - 1) * stride;
      FloatVector reference = FloatVector.broadcast(FLOATS, rows.references[r]);
      IntVector keys = FloatVector.fromArray(FLOATS, x, aheadRow).reinterpretAsInts();
      FloatVector following = FloatVector.fromArray(FLOATS, x, row);
      FloatVector sum = zero;
      FloatVector lost = zero;
      FloatVector far = zero;
      for (int start = 0; start < whole; start += PART) {
        FloatVector a = zero;
        FloatVector b = zero;
        FloatVector c = zero;
        FloatVector d = zero;
        FloatVector farA = zero;
        FloatVector farB = zero;
        int end = Math.min(start + PART, whole);
        for (int i = start; i < end; i += LANES) {
          FloatVector v = reference.sub(following);
          int next = Math.min(i, n - 2 * LANES) + LANES;
          following = FloatVector.fromArray(FLOATS, x, row + next);
          if (LOOKS_AHEAD) {
            keys = FloatVector.fromArray(FLOATS, x, aheadRow + next).reinterpretAsInts().max(keys);
          }
          FloatVector further = v.fma(FloatVector.fromArray(FLOATS, u, at + i), farB);
          farB = MANY_REGISTERS ? farA : further;
          farA = further;
          v = v.reinterpretAsInts().min(limit).reinterpretAsFloats();
          FloatVector k = v.fma(log2e, magic);
          FloatVector q = k.sub(magic);
          q = q.fma(lo, q.fma(hi, v));
          FloatVector p = q.fma(c5, c4).fma(q, c3).fma(q, c2).fma(q, c1).fma(q, c0);
          IntVector power =
              k.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
          FloatVector e = p.mul(power.reinterpretAsFloats());
          e.intoArray(y, yRow + i);
          FloatVector added = e.add(MANY_REGISTERS ? d : b);
          d = c;
          c = b;
          b = a;
          a = added;
        }
        FloatVector part = zero.add(a).add(b);
        if (MANY_REGISTERS) {
          part = part.add(zero.add(c).add(d));
        }
        FloatVector farOfPart = zero.add(farA);
        if (MANY_REGISTERS) {
          farOfPart = farOfPart.add(farB);
        }
        far = farOfPart.add(far);
        FloatVector joined = part.add(sum);
        lost = part.sub(joined.sub(sum)).add(lost);
        sum = joined;
      }
      FloatVector v = reference.sub(following);
      FloatVector lastWeights = FloatVector.fromArray(FLOATS, u, at + n - LANES).mul(fresh);
      FloatVector counted = v.blend(zero, lastWeights.eq(zero)); // an infinity must not count twice
      lastWeights.fma(counted, far).intoArray(rows.distanceLanes, r * LANES);
      v = v.reinterpretAsInts().min(limit).reinterpretAsFloats();
      FloatVector k = v.fma(log2e, magic);
      FloatVector q = k.sub(magic);
      q = q.fma(lo, q.fma(hi, v));
      FloatVector p = q.fma(c5, c4).fma(q, c3).fma(q, c2).fma(q, c1).fma(q, c0);
      IntVector power = k.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
      FloatVector e = p.mul(power.reinterpretAsFloats());
      e.intoArray(y, yRow + n - LANES);
      e.fma(fresh, lost).add(sum).intoArray(rows.lanes, r * LANES);
      if (LOOKS_AHEAD) {
        keys.reinterpretAsFloats().intoArray(rows.seen, r * LANES);
      }
    }
  }
}
