package io.github.softmax4j.internal.vector.pass;

import static io.github.softmax4j.internal.vector.math.Lanes.FLOATS;
import static io.github.softmax4j.internal.vector.math.Lanes.INTS;
import static io.github.softmax4j.internal.vector.math.Lanes.LANES;
import static io.github.softmax4j.internal.vector.math.Lanes.gap;
import static io.github.softmax4j.internal.vector.math.Lanes.keys;
import static io.github.softmax4j.internal.vector.math.Lanes.load;
import static io.github.softmax4j.internal.vector.tile.Sizes.PIECE;
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
 * <p>It also finds the maximum of the next piece. It stops before a piece with a larger logit, and
 * before the last piece. Only a branch waits for that maximum.
 *
 * <p>Pieces are short and read in order, from their first vector to their last: memory is slower
 * otherwise.
 */
public final class PiecewisePass {

  /** The elements of a turn, which loads all of them before it stores any (C2-25). */
  private static final int TURN_ELEMENTS = 4 * LANES;

  private PiecewisePass() {}

  /**
   * Finds the lanes of the sums, and of the weighted gaps if there are weights.
   *
   * @param remaining the number of classes from the tile's first logit on
   * @param end the number of these classes before the last piece
   * @param maxKey the largest key that does not stop the pass
   * @param stores whether to store the terms
   * @return the number of classes done, negative if the next piece has a larger key
   */
  public static int find(Tile tile, int remaining, int end, int maxKey, boolean stores) {
    return pass(tile, remaining, end, maxKey, stores, tile.weights != null);
  }

  @Specialize
  private static int pass(
      Tile tile, int remaining, int end, int maxKey, boolean stores, boolean weighted) {
    float[] x = tile.x;
    int xStart = tile.from;
    float[] y = tile.y;
    int yStart = tile.to;
    float[] weights = tile.weights;
    int weightsAt = tile.weightsAt;
    int lastPiece = remaining - PIECE;
    float magic = Exponential.magic(tile.exponentOffset);
    IntVector limit = Exponential.limits(tile.exponentOffset);
    float reference = tile.reference[0];
    FloatVector zero = zero(FLOATS);
    FloatVector sum = zero;
    FloatVector error = zero;
    FloatVector gapSum = zero;
    FloatVector gapError = zero;
    int start = 0;
    boolean goesOn = true;
    while (start < end && goesOn) {
      int ahead = xStart + (start + PIECE < end ? start + PIECE : lastPiece);
      IntVector keys = keys(x, xStart + start + PIECE);
      FloatVector a = zero;
      FloatVector b = zero;
      FloatVector c = zero;
      FloatVector d = zero;
      FloatVector gapSumA = zero;
      FloatVector gapSumB = zero;
      for (int turn = 0; turn < PIECE; turn += TURN_ELEMENTS) {
        int i = start + turn;
        FloatVector gap0 = gap(reference, x, xStart + i);
        FloatVector gap1 = gap(reference, x, xStart + i + LANES);
        FloatVector gap2 = gap(reference, x, xStart + i + 2 * LANES);
        FloatVector gap3 = gap(reference, x, xStart + i + 3 * LANES);
        keys = keys(x, ahead + turn).max(keys);
        keys = keys(x, ahead + turn + LANES).max(keys);
        keys = keys(x, ahead + turn + 2 * LANES).max(keys);
        keys = keys(x, ahead + turn + 3 * LANES).max(keys);
        if (weighted) {
          gapSumB = gap0.fma(load(weights, weightsAt + i), gapSumB);
          gapSumA = gap1.fma(load(weights, weightsAt + i + LANES), gapSumA);
          gapSumB = gap2.fma(load(weights, weightsAt + i + 2 * LANES), gapSumB);
          gapSumA = gap3.fma(load(weights, weightsAt + i + 3 * LANES), gapSumA);
        }
        gap0 = Exponential.clamp(gap0, limit);
        gap1 = Exponential.clamp(gap1, limit);
        gap2 = Exponential.clamp(gap2, limit);
        gap3 = Exponential.clamp(gap3, limit);
        if (stores) {
          FloatVector term0 = Exponential.exp(gap0, magic, false);
          FloatVector term1 = Exponential.exp(gap1, magic, false);
          FloatVector term2 = Exponential.exp(gap2, magic, false);
          FloatVector term3 = Exponential.exp(gap3, magic, false);
          term0.intoArray(y, yStart + i);
          term1.intoArray(y, yStart + i + LANES);
          term2.intoArray(y, yStart + i + 2 * LANES);
          term3.intoArray(y, yStart + i + 3 * LANES);
          a = term0.add(a);
          b = term1.add(b);
          c = term2.add(c);
          d = term3.add(d);
        } else {
          a = Exponential.addExp(gap0, magic, a);
          b = Exponential.addExp(gap1, magic, b);
          c = Exponential.addExp(gap2, magic, c);
          d = Exponential.addExp(gap3, magic, d);
        }
      }
      FloatVector pieceSum = zero(FLOATS).add(a).add(b);
      pieceSum = pieceSum.add(zero(FLOATS).add(c).add(d));
      FloatVector total = pieceSum.add(sum);
      error = Compensation.lostOfSmaller(pieceSum, sum, total).add(error);
      sum = total;
      if (weighted) {
        FloatVector pieceGapSum = zero(FLOATS).add(gapSumA).add(gapSumB);
        FloatVector totalGapSum = pieceGapSum.add(gapSum);
        gapError = Compensation.lostOfSmaller(pieceGapSum, gapSum, totalGapSum).add(gapError);
        gapSum = totalGapSum;
      }
      start += PIECE;
      int nextMaxKey =
          IntVector.broadcast(INTS, Integer.MIN_VALUE).max(keys).reduceLanes(VectorOperators.MAX);
      goesOn = nextMaxKey <= maxKey;
    }
    zero(FLOATS).add(error).add(sum).intoArray(tile.lanes, 0);
    if (weighted) {
      FloatVector finiteError = zero(FLOATS).add(gapError);
      finiteError =
          zero.blend(finiteError, finiteError.eq(finiteError)); // infinite sums have NaN errors
      finiteError.add(gapSum).intoArray(tile.gapLanes, 0);
    }
    return goesOn ? start : -start;
  }
}
