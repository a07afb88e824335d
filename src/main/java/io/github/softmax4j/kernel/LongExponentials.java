package io.github.softmax4j.kernel;

import static io.github.softmax4j.kernel.Lanes.FLOATS;
import static io.github.softmax4j.kernel.Lanes.LANES;
import static io.github.softmax4j.kernel.LongRows.PIECE;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.zero;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The exponential passes of {@link LongRows} for 32 vector registers, of rows without weights, over
 * the piece at hand and those that follow it, but for the row's last one, up to one that holds a
 * larger logit: the passes look ahead to the maximum of the next piece beside their own work. As
 * nothing waits for it, but a branch that is seldom taken, pieces cost next to nothing.
 *
 * <p>Memory needs pieces to be short, and to be looked ahead to from their first vector to their
 * last. To begin with the last vector of each cost a sixth of the time, and a call for each piece
 * as much.
 */
final class LongExponentials implements ExponentialPasses {

  /** As many elements at once, in a loop of constant length, which C2 unrolls as a whole. */
  static final int GROUP = 4 * LANES;

  private final LongRows rows;

  LongExponentials(LongRows rows) {
    this.rows = rows;
  }

  @Override
  public void sums() {
    float[] x = rows.call.logits.array;
    int from = rows.from();
    int lastAhead = rows.left() - PIECE;
    int end = rows.leftBeforeLast();
    int highest = rows.highestKey();
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
    float reference = rows.references[0];
    FloatVector zero = zero(FLOATS);
    FloatVector sum = zero;
    FloatVector lost = zero;
    int start = 0;
    boolean nextIsNoHigher = true;
    while (start < end && nextIsNoHigher) {
      int ahead = from + (start + PIECE < end ? start + PIECE : lastAhead);
      IntVector keys = FloatVector.fromArray(FLOATS, x, from + start + PIECE).reinterpretAsInts();
      FloatVector a = zero;
      FloatVector b = zero;
      FloatVector c = zero;
      FloatVector d = zero;
      for (int group = 0; group < PIECE; group += GROUP) {
        for (int j = 0; j < GROUP; j += LANES) {
          int i = start + group + j;
          keys = FloatVector.fromArray(FLOATS, x, ahead + group + j).reinterpretAsInts().max(keys);
          FloatVector v =
              broadcast(FLOATS, reference).sub(FloatVector.fromArray(FLOATS, x, from + i));
          v = v.reinterpretAsInts().min(limit).reinterpretAsFloats();
          FloatVector k = v.fma(log2e, broadcast(FLOATS, magic));
          FloatVector q = v.fma(low, v.fma(log2e, broadcast(FLOATS, magic).sub(k)));
          FloatVector p = q.fma(c5, c4).fma(q, c3).fma(q, c2).fma(q, c1).fma(q, c0);
          IntVector power =
              k.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
          FloatVector next = p.fma(power.reinterpretAsFloats(), d);
          d = c;
          c = b;
          b = a;
          a = next;
        }
      }
      FloatVector piece = zero(FLOATS).add(a).add(b);
      piece = piece.add(zero(FLOATS).add(c).add(d));
      FloatVector joined = piece.add(sum);
      lost = piece.sub(joined.sub(sum)).add(lost);
      sum = joined;
      start += PIECE;
      nextIsNoHigher = keys.reduceLanes(VectorOperators.MAX) <= highest;
    }
    zero(FLOATS).add(lost).add(sum).intoArray(rows.lanes, 0);
    rows.reach(start, nextIsNoHigher);
  }

  /**
   * Four vectors written out, which are all loaded before any is stored: 5 % faster than a loop
   * over them that loads one ahead, as {@link AheadExponentials#terms} does.
   */
  @Override
  public void terms() {
    float[] x = rows.call.logits.array;
    int from = rows.from();
    float[] y = rows.call.out.array;
    int to = rows.to();
    int lastAhead = rows.left() - PIECE;
    int end = rows.leftBeforeLast();
    int highest = rows.highestKey();
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
    float reference = rows.references[0];
    FloatVector zero = zero(FLOATS);
    FloatVector sum = zero;
    FloatVector lost = zero;
    int start = 0;
    boolean nextIsNoHigher = true;
    while (start < end && nextIsNoHigher) {
      int ahead = from + (start + PIECE < end ? start + PIECE : lastAhead);
      IntVector keys = FloatVector.fromArray(FLOATS, x, from + start + PIECE).reinterpretAsInts();
      FloatVector a = zero;
      FloatVector b = zero;
      FloatVector c = zero;
      FloatVector d = zero;
      for (int group = 0; group < PIECE; group += GROUP) {
        int i = start + group;
        FloatVector v0 =
            broadcast(FLOATS, reference).sub(FloatVector.fromArray(FLOATS, x, from + i));
        FloatVector v1 =
            broadcast(FLOATS, reference).sub(FloatVector.fromArray(FLOATS, x, from + i + LANES));
        FloatVector v2 =
            broadcast(FLOATS, reference)
                .sub(FloatVector.fromArray(FLOATS, x, from + i + 2 * LANES));
        FloatVector v3 =
            broadcast(FLOATS, reference)
                .sub(FloatVector.fromArray(FLOATS, x, from + i + 3 * LANES));
        keys = FloatVector.fromArray(FLOATS, x, ahead + group).reinterpretAsInts().max(keys);
        keys =
            FloatVector.fromArray(FLOATS, x, ahead + group + LANES).reinterpretAsInts().max(keys);
        keys =
            FloatVector.fromArray(FLOATS, x, ahead + group + 2 * LANES)
                .reinterpretAsInts()
                .max(keys);
        keys =
            FloatVector.fromArray(FLOATS, x, ahead + group + 3 * LANES)
                .reinterpretAsInts()
                .max(keys);
        v0 = v0.reinterpretAsInts().min(limit).reinterpretAsFloats();
        FloatVector k0 = v0.fma(log2e, broadcast(FLOATS, magic));
        FloatVector q0 = v0.fma(low, v0.fma(log2e, broadcast(FLOATS, magic).sub(k0)));
        FloatVector p0 = q0.fma(c5, c4).fma(q0, c3).fma(q0, c2).fma(q0, c1).fma(q0, c0);
        IntVector power0 =
            k0.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
        FloatVector e0 = p0.mul(power0.reinterpretAsFloats());
        v1 = v1.reinterpretAsInts().min(limit).reinterpretAsFloats();
        FloatVector k1 = v1.fma(log2e, broadcast(FLOATS, magic));
        FloatVector q1 = v1.fma(low, v1.fma(log2e, broadcast(FLOATS, magic).sub(k1)));
        FloatVector p1 = q1.fma(c5, c4).fma(q1, c3).fma(q1, c2).fma(q1, c1).fma(q1, c0);
        IntVector power1 =
            k1.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
        FloatVector e1 = p1.mul(power1.reinterpretAsFloats());
        v2 = v2.reinterpretAsInts().min(limit).reinterpretAsFloats();
        FloatVector k2 = v2.fma(log2e, broadcast(FLOATS, magic));
        FloatVector q2 = v2.fma(low, v2.fma(log2e, broadcast(FLOATS, magic).sub(k2)));
        FloatVector p2 = q2.fma(c5, c4).fma(q2, c3).fma(q2, c2).fma(q2, c1).fma(q2, c0);
        IntVector power2 =
            k2.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
        FloatVector e2 = p2.mul(power2.reinterpretAsFloats());
        v3 = v3.reinterpretAsInts().min(limit).reinterpretAsFloats();
        FloatVector k3 = v3.fma(log2e, broadcast(FLOATS, magic));
        FloatVector q3 = v3.fma(low, v3.fma(log2e, broadcast(FLOATS, magic).sub(k3)));
        FloatVector p3 = q3.fma(c5, c4).fma(q3, c3).fma(q3, c2).fma(q3, c1).fma(q3, c0);
        IntVector power3 =
            k3.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
        FloatVector e3 = p3.mul(power3.reinterpretAsFloats());
        e0.intoArray(y, to + i);
        e1.intoArray(y, to + i + LANES);
        e2.intoArray(y, to + i + 2 * LANES);
        e3.intoArray(y, to + i + 3 * LANES);
        a = e0.add(a);
        b = e1.add(b);
        c = e2.add(c);
        d = e3.add(d);
      }
      FloatVector piece = zero(FLOATS).add(a).add(b);
      piece = piece.add(zero(FLOATS).add(c).add(d));
      FloatVector joined = piece.add(sum);
      lost = piece.sub(joined.sub(sum)).add(lost);
      sum = joined;
      start += PIECE;
      nextIsNoHigher = keys.reduceLanes(VectorOperators.MAX) <= highest;
    }
    zero(FLOATS).add(lost).add(sum).intoArray(rows.lanes, 0);
    rows.reach(start, nextIsNoHigher);
  }
}
