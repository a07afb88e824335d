package io.github.softmax4j.kernel;

import static io.github.softmax4j.kernel.Lanes.FLOATS;
import static io.github.softmax4j.kernel.Lanes.INTS;
import static io.github.softmax4j.kernel.Lanes.LANES;
import static io.github.softmax4j.kernel.Lanes.distance;
import static io.github.softmax4j.kernel.Lanes.keys;
import static io.github.softmax4j.kernel.Lanes.load;
import static io.github.softmax4j.kernel.LongRows.PIECE;
import static jdk.incubator.vector.FloatVector.zero;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The exponential pass over the pieces of a long row, for 32 vector registers.
 *
 * <p>It goes from piece to piece, up to the row's last one or one that holds a larger logit. It
 * looks ahead to the maximum of the next piece beside its own work. Nothing waits for that maximum
 * but a branch that is seldom taken.
 *
 * <p>Memory needs pieces to be short, and to be looked ahead to from their first vector to their
 * last.
 */
final class PiecewisePass {

  /** As many elements a turn: all are loaded before any is stored. */
  private static final int TURN = 4 * LANES;

  private PiecewisePass() {}

  /** The lane sums, the weighted distances if there are weights, and the terms if wanted. */
  static void find(LongRows rows, boolean stores) {
    if (rows.weights == null) {
      if (stores) {
        terms(rows);
      } else {
        sums(rows);
      }
    } else if (stores) {
      weightedTerms(rows);
    } else {
      weightedSums(rows);
    }
  }

  private static void sums(LongRows rows) {
    pass(rows, false, false);
  }

  private static void terms(LongRows rows) {
    pass(rows, true, false);
  }

  private static void weightedSums(LongRows rows) {
    pass(rows, false, true);
  }

  private static void weightedTerms(LongRows rows) {
    pass(rows, true, true);
  }

  @Inline
  private static void pass(LongRows rows, boolean stores, boolean weighted) {
    float[] x = rows.call.logits.array;
    int from = rows.from();
    float[] y = rows.call.out.array;
    int to = rows.to();
    float[] u = rows.weights;
    int weightsFrom = rows.weightsFrom();
    int lastAhead = rows.left() - PIECE;
    int end = rows.leftBeforeLast();
    int highest = rows.highestKey();
    float magic = Exponential.magic(rows.headroom);
    IntVector limit = Exponential.limits(rows.headroom);
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
      IntVector keys = keys(x, from + start + PIECE);
      FloatVector a = zero;
      FloatVector b = zero;
      FloatVector c = zero;
      FloatVector d = zero;
      FloatVector farA = zero;
      FloatVector farB = zero;
      for (int turn = 0; turn < PIECE; turn += TURN) {
        int i = start + turn;
        FloatVector v0 = distance(reference, x, from + i);
        FloatVector v1 = distance(reference, x, from + i + LANES);
        FloatVector v2 = distance(reference, x, from + i + 2 * LANES);
        FloatVector v3 = distance(reference, x, from + i + 3 * LANES);
        keys = keys(x, ahead + turn).max(keys);
        keys = keys(x, ahead + turn + LANES).max(keys);
        keys = keys(x, ahead + turn + 2 * LANES).max(keys);
        keys = keys(x, ahead + turn + 3 * LANES).max(keys);
        if (weighted) {
          farB = v0.fma(load(u, weightsFrom + i), farB);
          farA = v1.fma(load(u, weightsFrom + i + LANES), farA);
          farB = v2.fma(load(u, weightsFrom + i + 2 * LANES), farB);
          farA = v3.fma(load(u, weightsFrom + i + 3 * LANES), farA);
        }
        v0 = Exponential.clamp(v0, limit);
        v1 = Exponential.clamp(v1, limit);
        v2 = Exponential.clamp(v2, limit);
        v3 = Exponential.clamp(v3, limit);
        if (stores) {
          FloatVector e0 = Exponential.exp(v0, magic, false);
          FloatVector e1 = Exponential.exp(v1, magic, false);
          FloatVector e2 = Exponential.exp(v2, magic, false);
          FloatVector e3 = Exponential.exp(v3, magic, false);
          e0.intoArray(y, to + i);
          e1.intoArray(y, to + i + LANES);
          e2.intoArray(y, to + i + 2 * LANES);
          e3.intoArray(y, to + i + 3 * LANES);
          a = e0.add(a);
          b = e1.add(b);
          c = e2.add(c);
          d = e3.add(d);
        } else {
          a = Exponential.addExp(v0, magic, a);
          b = Exponential.addExp(v1, magic, b);
          c = Exponential.addExp(v2, magic, c);
          d = Exponential.addExp(v3, magic, d);
        }
      }
      FloatVector piece = zero(FLOATS).add(a).add(b);
      piece = piece.add(zero(FLOATS).add(c).add(d));
      FloatVector joined = piece.add(sum);
      lost = piece.sub(joined.sub(sum)).add(lost);
      sum = joined;
      if (weighted) {
        FloatVector farPiece = zero(FLOATS).add(farA).add(farB);
        FloatVector farther = farPiece.add(far);
        farLost = farPiece.sub(farther.sub(far)).add(farLost);
        far = farther;
      }
      start += PIECE;
      int most =
          IntVector.broadcast(INTS, Integer.MIN_VALUE).max(keys).reduceLanes(VectorOperators.MAX);
      nextIsNoHigher = most <= highest;
    }
    zero(FLOATS).add(lost).add(sum).intoArray(rows.lanes, 0);
    if (weighted) {
      FloatVector lostOfFar = zero(FLOATS).add(farLost);
      lostOfFar = zero.blend(lostOfFar, lostOfFar.eq(lostOfFar)); // nothing is lost of an infinity
      lostOfFar.add(far).intoArray(rows.distanceLanes, 0);
    }
    rows.reach(start, nextIsNoHigher);
  }
}
