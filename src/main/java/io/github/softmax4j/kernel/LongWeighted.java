package io.github.softmax4j.kernel;

import static io.github.softmax4j.kernel.Lanes.FLOATS;
import static io.github.softmax4j.kernel.Lanes.LANES;
import static io.github.softmax4j.kernel.LongExponentials.GROUP;
import static io.github.softmax4j.kernel.LongRows.PIECE;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.zero;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * As {@link LongExponentials}, of rows with weights: how far below the reference the logits are,
 * each times its class's weight, is found on the way.
 */
final class LongWeighted implements ExponentialPasses {

  private final LongRows rows;

  LongWeighted(LongRows rows) {
    this.rows = rows;
  }

  @Override
  public void sums() {
    float[] x = rows.call.logits.array;
    int from = rows.from();
    float[] u = rows.weights;
    int at = rows.weightsFrom();
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
    FloatVector far = zero;
    FloatVector farLost = zero;
    int start = 0;
    boolean nextIsNoHigher = true;
    while (start < end && nextIsNoHigher) {
      int ahead = from + (start + PIECE < end ? start + PIECE : lastAhead);
      IntVector keys = FloatVector.fromArray(FLOATS, x, from + start + PIECE).reinterpretAsInts();
      FloatVector a = zero;
      FloatVector b = zero;
      FloatVector c = zero;
      FloatVector d = zero;
      FloatVector farA = zero;
      FloatVector farB = zero;
      for (int group = 0; group < PIECE; group += GROUP) {
        for (int j = 0; j < GROUP; j += LANES) {
          int i = start + group + j;
          keys = FloatVector.fromArray(FLOATS, x, ahead + group + j).reinterpretAsInts().max(keys);
          FloatVector v =
              broadcast(FLOATS, reference).sub(FloatVector.fromArray(FLOATS, x, from + i));
          FloatVector further = v.fma(FloatVector.fromArray(FLOATS, u, at + i), farB);
          farB = farA;
          farA = further;
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
      FloatVector farPiece = zero(FLOATS).add(farA).add(farB);
      FloatVector farther = farPiece.add(far);
      farLost = farPiece.sub(farther.sub(far)).add(farLost);
      far = farther;
      start += PIECE;
      nextIsNoHigher = keys.reduceLanes(VectorOperators.MAX) <= highest;
    }
    zero(FLOATS).add(lost).add(sum).intoArray(rows.lanes, 0);
    farLost = zero.blend(farLost, farLost.eq(farLost)); // nothing is lost of an infinity
    zero(FLOATS).add(farLost).add(far).intoArray(rows.distanceLanes, 0);
    rows.reach(start, nextIsNoHigher);
  }

  /** What follows is loaded before a store, as in {@link AheadExponentials#terms}. */
  @Override
  public void terms() {
    float[] x = rows.call.logits.array;
    int from = rows.from();
    float[] y = rows.call.out.array;
    int to = rows.to();
    float[] u = rows.weights;
    int at = rows.weightsFrom();
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
    FloatVector far = zero;
    FloatVector farLost = zero;
    int start = 0;
    boolean nextIsNoHigher = true;
    while (start < end && nextIsNoHigher) {
      int ahead = from + (start + PIECE < end ? start + PIECE : lastAhead);
      IntVector keys = FloatVector.fromArray(FLOATS, x, from + start + PIECE).reinterpretAsInts();
      FloatVector following = FloatVector.fromArray(FLOATS, x, from + start);
      FloatVector a = zero;
      FloatVector b = zero;
      FloatVector c = zero;
      FloatVector d = zero;
      FloatVector farA = zero;
      FloatVector farB = zero;
      for (int group = 0; group < PIECE; group += GROUP) {
        for (int j = 0; j < GROUP; j += LANES) {
          int i = start + group + j;
          keys = FloatVector.fromArray(FLOATS, x, ahead + group + j).reinterpretAsInts().max(keys);
          FloatVector v = broadcast(FLOATS, reference).sub(following);
          following = FloatVector.fromArray(FLOATS, x, from + i + LANES);
          FloatVector further = v.fma(FloatVector.fromArray(FLOATS, u, at + i), farB);
          farB = farA;
          farA = further;
          v = v.reinterpretAsInts().min(limit).reinterpretAsFloats();
          FloatVector k = v.fma(log2e, broadcast(FLOATS, magic));
          FloatVector q = v.fma(low, v.fma(log2e, broadcast(FLOATS, magic).sub(k)));
          FloatVector p = q.fma(c5, c4).fma(q, c3).fma(q, c2).fma(q, c1).fma(q, c0);
          IntVector power =
              k.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
          FloatVector e = p.mul(power.reinterpretAsFloats());
          e.intoArray(y, to + i);
          FloatVector next = e.add(d);
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
      FloatVector farPiece = zero(FLOATS).add(farA).add(farB);
      FloatVector farther = farPiece.add(far);
      farLost = farPiece.sub(farther.sub(far)).add(farLost);
      far = farther;
      start += PIECE;
      nextIsNoHigher = keys.reduceLanes(VectorOperators.MAX) <= highest;
    }
    zero(FLOATS).add(lost).add(sum).intoArray(rows.lanes, 0);
    farLost = zero.blend(farLost, farLost.eq(farLost)); // nothing is lost of an infinity
    zero(FLOATS).add(farLost).add(far).intoArray(rows.distanceLanes, 0);
    rows.reach(start, nextIsNoHigher);
  }
}
