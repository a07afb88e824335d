package io.github.softmax4j.kernel;

import static io.github.softmax4j.kernel.Lanes.FLOATS;
import static io.github.softmax4j.kernel.Lanes.LANES;
import static io.github.softmax4j.kernel.WideRows.PART;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.zero;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The exponential passes for 32 vector registers, of rows without weights: they find the next rows'
 * maxima beside their own work. The exponential is written out: see {@link ExponentialPasses}.
 */
final class AheadExponentials implements ExponentialPasses {

  private final WideRows rows;

  AheadExponentials(WideRows rows) {
    this.rows = rows;
  }

  /** Lane sums of {@code 2^-headroom exp(max - x)}. */
  @Override
  public void sums() {
    float[] x = rows.call.logits.array;
    int stride = rows.call.logits.stride;
    int from = rows.from();
    int n = rows.length();
    int count = rows.count;
    int ahead = rows.ahead();
    int aheadFrom = rows.aheadFrom();
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
      int aheadRow = aheadFrom + Math.min(r, Math.max(ahead, 1) - 1) * stride;
      float reference = rows.references[r];
      IntVector keys = FloatVector.fromArray(FLOATS, x, aheadRow).reinterpretAsInts();
      FloatVector sum = zero;
      FloatVector lost = zero;
      for (int start = 0; start < whole; start += PART) {
        FloatVector a = zero;
        FloatVector b = zero;
        FloatVector c = zero;
        FloatVector d = zero;
        int end = Math.min(start + PART, whole);
        for (int i = start; i < end; i += LANES) {
          FloatVector v =
              broadcast(FLOATS, reference).sub(FloatVector.fromArray(FLOATS, x, row + i));
          v = v.reinterpretAsInts().min(limit).reinterpretAsFloats();
          FloatVector k = v.fma(log2e, broadcast(FLOATS, magic));
          FloatVector q = v.fma(low, v.fma(log2e, broadcast(FLOATS, magic).sub(k)));
          FloatVector p = q.fma(c5, c4).fma(q, c3).fma(q, c2).fma(q, c1).fma(q, c0);
          IntVector power =
              k.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
          FloatVector scale = power.reinterpretAsFloats();
          keys = FloatVector.fromArray(FLOATS, x, aheadRow + i).reinterpretAsInts().max(keys);
          FloatVector next = p.fma(scale, d);
          d = c;
          c = b;
          b = a;
          a = next;
        }
        FloatVector part = zero(FLOATS).add(a).add(b);
        part = part.add(zero(FLOATS).add(c).add(d));
        FloatVector joined = part.add(sum);
        lost = part.sub(joined.sub(sum)).add(lost);
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
      e.fma(fresh, lost).add(sum).intoArray(rows.lanes, r * LANES);
      IntVector aheadLast =
          FloatVector.fromArray(FLOATS, x, aheadRow + n - LANES).reinterpretAsInts();
      aheadLast.max(keys).reinterpretAsFloats().intoArray(rows.seen, r * LANES);
    }
  }

  /**
   * As {@link #sums}, and leaves the terms in {@code y}: a twin, for want of a free store.
   *
   * <p>What follows is loaded before a store: where {@code y} starts a few bytes behind {@code x}
   * modulo 4096, as two arrays of a round size do that are allocated one after the other, the
   * processor takes a load of {@code x} for one of what was stored just before, and waits.
   */
  @Override
  public void terms() {
    float[] x = rows.call.logits.array;
    int stride = rows.call.logits.stride;
    int from = rows.from();
    float[] y = rows.call.out.array;
    int yStride = rows.call.out.stride;
    int to = rows.to();
    int n = rows.length();
    int count = rows.count;
    int ahead = rows.ahead();
    int aheadFrom = rows.aheadFrom();
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
      int aheadRow = aheadFrom + Math.min(r, Math.max(ahead, 1) - 1) * stride;
      float reference = rows.references[r];
      IntVector keys = FloatVector.fromArray(FLOATS, x, aheadRow).reinterpretAsInts();
      FloatVector following = FloatVector.fromArray(FLOATS, x, row);
      FloatVector sum = zero;
      FloatVector lost = zero;
      for (int start = 0; start < whole; start += PART) {
        FloatVector a = zero;
        FloatVector b = zero;
        FloatVector c = zero;
        FloatVector d = zero;
        int end = Math.min(start + PART, whole);
        for (int i = start; i < end; i += LANES) {
          FloatVector v = broadcast(FLOATS, reference).sub(following);
          int next = Math.min(i, n - 2 * LANES) + LANES;
          following = FloatVector.fromArray(FLOATS, x, row + next);
          keys = FloatVector.fromArray(FLOATS, x, aheadRow + next).reinterpretAsInts().max(keys);
          v = v.reinterpretAsInts().min(limit).reinterpretAsFloats();
          FloatVector k = v.fma(log2e, broadcast(FLOATS, magic));
          FloatVector q = v.fma(low, v.fma(log2e, broadcast(FLOATS, magic).sub(k)));
          FloatVector p = q.fma(c5, c4).fma(q, c3).fma(q, c2).fma(q, c1).fma(q, c0);
          IntVector power =
              k.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
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
        FloatVector joined = part.add(sum);
        lost = part.sub(joined.sub(sum)).add(lost);
        sum = joined;
      }
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
      e.fma(fresh, lost).add(sum).intoArray(rows.lanes, r * LANES);
      keys.reinterpretAsFloats().intoArray(rows.seen, r * LANES);
    }
  }
}
