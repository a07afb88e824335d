package io.github.softmax4j.internal.vector.pass;

import static io.github.softmax4j.internal.vector.math.Lanes.FLOATS;
import static io.github.softmax4j.internal.vector.math.Lanes.INTS;
import static io.github.softmax4j.internal.vector.math.Lanes.LANES;
import static io.github.softmax4j.internal.vector.math.Lanes.gap;
import static io.github.softmax4j.internal.vector.math.Lanes.keys;
import static io.github.softmax4j.internal.vector.math.Lanes.load;
import static jdk.incubator.vector.FloatVector.zero;

import io.github.softmax4j.internal.vector.math.Compensation;
import io.github.softmax4j.internal.vector.math.Exponential;
import io.github.softmax4j.internal.vector.math.Specialize;
import io.github.softmax4j.internal.vector.tile.Tile;
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
public final class PiecewisePass {

  /**
   * So long are pieces but for the last one, which is between a vector and a piece and a vector:
   * their logits, their results and the logits that come next stay in L1.
   */
  public static final int PIECE = 32 * LANES;

  /** As many elements a turn: all are loaded before any is stored. */
  private static final int TURN = 4 * LANES;

  private PiecewisePass() {}

  /**
   * Finds the lanes of the sums, those of the gaps if there are weights, and terms if wanted.
   *
   * @param left the classes from the tile's place on
   * @param end those of them in pieces that are not the last one
   * @param highest the largest key that does not stop the pass
   * @return how far it has gone, negative if the next piece holds a larger logit
   */
  public static int find(Tile t, int left, int end, int highest, boolean stores) {
    return pass(t, left, end, highest, stores, t.weights != null);
  }

  @Specialize
  private static int pass(
      Tile t, int left, int end, int highest, boolean stores, boolean weighted) {
    float[] x = t.x;
    int from = t.from;
    float[] y = t.y;
    int to = t.to;
    float[] weights = t.weights;
    int weightsAt = t.weightsAt;
    int lastAhead = left - PIECE;
    float magic = Exponential.magic(t.exponentOffset);
    IntVector limit = Exponential.limits(t.exponentOffset);
    float reference = t.reference[0];
    FloatVector zero = zero(FLOATS);
    FloatVector sum = zero;
    FloatVector lost = zero;
    FloatVector gap = zero;
    FloatVector lostGap = zero;
    int start = 0;
    boolean nextIsNoHigher = true;
    while (start < end && nextIsNoHigher) {
      int ahead = from + (start + PIECE < end ? start + PIECE : lastAhead);
      IntVector keys = keys(x, from + start + PIECE);
      FloatVector a = zero;
      FloatVector b = zero;
      FloatVector c = zero;
      FloatVector d = zero;
      FloatVector gapA = zero;
      FloatVector gapB = zero;
      for (int turn = 0; turn < PIECE; turn += TURN) {
        int i = start + turn;
        FloatVector v0 = gap(reference, x, from + i);
        FloatVector v1 = gap(reference, x, from + i + LANES);
        FloatVector v2 = gap(reference, x, from + i + 2 * LANES);
        FloatVector v3 = gap(reference, x, from + i + 3 * LANES);
        keys = keys(x, ahead + turn).max(keys);
        keys = keys(x, ahead + turn + LANES).max(keys);
        keys = keys(x, ahead + turn + 2 * LANES).max(keys);
        keys = keys(x, ahead + turn + 3 * LANES).max(keys);
        if (weighted) {
          gapB = v0.fma(load(weights, weightsAt + i), gapB);
          gapA = v1.fma(load(weights, weightsAt + i + LANES), gapA);
          gapB = v2.fma(load(weights, weightsAt + i + 2 * LANES), gapB);
          gapA = v3.fma(load(weights, weightsAt + i + 3 * LANES), gapA);
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
      lost = Compensation.lostOfSmaller(piece, sum, joined).add(lost);
      sum = joined;
      if (weighted) {
        FloatVector pieceGap = zero(FLOATS).add(gapA).add(gapB);
        FloatVector joinedGap = pieceGap.add(gap);
        lostGap = Compensation.lostOfSmaller(pieceGap, gap, joinedGap).add(lostGap);
        gap = joinedGap;
      }
      start += PIECE;
      int largest =
          IntVector.broadcast(INTS, Integer.MIN_VALUE).max(keys).reduceLanes(VectorOperators.MAX);
      nextIsNoHigher = largest <= highest;
    }
    zero(FLOATS).add(lost).add(sum).intoArray(t.lanes, 0);
    if (weighted) {
      FloatVector lostOfGap = zero(FLOATS).add(lostGap);
      lostOfGap = zero.blend(lostOfGap, lostOfGap.eq(lostOfGap)); // nothing is lost of an infinity
      lostOfGap.add(gap).intoArray(t.gapLanes, 0);
    }
    return nextIsNoHigher ? start : -start;
  }
}
