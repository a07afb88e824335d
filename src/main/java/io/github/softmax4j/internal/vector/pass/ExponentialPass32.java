package io.github.softmax4j.internal.vector.pass;

import static io.github.softmax4j.internal.vector.math.Lanes.FLOATS;
import static io.github.softmax4j.internal.vector.math.Lanes.INTS;
import static io.github.softmax4j.internal.vector.math.Lanes.LANES;
import static io.github.softmax4j.internal.vector.math.Lanes.gap;
import static io.github.softmax4j.internal.vector.math.Lanes.keys;
import static io.github.softmax4j.internal.vector.math.Lanes.load;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.zero;

import io.github.softmax4j.internal.vector.math.Compensation;
import io.github.softmax4j.internal.vector.math.Exponential;
import io.github.softmax4j.internal.vector.math.Inline;
import io.github.softmax4j.internal.vector.math.Lanes;
import io.github.softmax4j.internal.vector.math.Reduce;
import io.github.softmax4j.internal.vector.math.Specialize;
import io.github.softmax4j.internal.vector.math.Width;
import io.github.softmax4j.internal.vector.tile.Sizes;
import io.github.softmax4j.internal.vector.tile.Tile;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * The exponential pass over rows for 32 vector registers. It also finds the maxima of the next
 * rows.
 *
 * <p>Four sums take turns. The sums of blocks are joined with compensation.
 */
public final class ExponentialPass32 {

  private ExponentialPass32() {}

  /**
   * Finds the lanes of the sums, and of the weighted gaps if there are weights; may store terms.
   */
  public static void find(Tile tile, boolean stores) {
    boolean weighted = tile.weights != null;
    pass(tile, stores, weighted, !weighted && isOneBlock(tile.length));
  }

  /** Whether a row of so many elements is one block. */
  public static boolean isOneBlock(int length) {
    return length <= Sizes.TERM_BLOCK + LANES;
  }

  /** Rows of one block have their own variant: a loop over blocks costs up to 12 % (C2-21). */
  @Specialize
  private static void pass(Tile tile, boolean stores, boolean weighted, boolean oneBlock) {
    rows(tile, stores, weighted, oneBlock, false);
  }

  /** The sum of the terms of the tile's only row, which is one block; NaN without softmax. */
  public static float ofOneRow(Tile tile, float max, boolean stores) {
    return sumOfOneRow(tile, stores) + (max - max);
  }

  @Specialize
  private static float sumOfOneRow(Tile tile, boolean stores) {
    return rows(tile, stores, false, true, true);
  }

  /**
   * Stores the lanes of sums, of gaps, and of the next rows' maxima in the tile.
   *
   * @return the sum of a single row, which does not look ahead
   */
  @Inline
  private static float rows(
      Tile tile, boolean stores, boolean weighted, boolean oneBlock, boolean single) {
    float[] x = tile.x;
    int xStart = tile.from;
    int stride = tile.stride;
    float[] y = tile.y;
    int yStart = tile.to;
    int yStride = tile.yStride;
    float[] weights = tile.weights;
    int weightsAt = tile.weightsAt;
    int lastAheadRow = Math.max(tile.ahead, 1) - 1;
    int aheadFrom = tile.aheadFrom;
    float[] references = tile.reference;
    float[] lanes = tile.lanes;
    float[] nextMaxLanes = tile.nextMaxLanes;
    int n = tile.length;
    int count = tile.count;
    float magic = Exponential.magic(tile.exponentOffset);
    IntVector limit = Exponential.limits(tile.exponentOffset);
    int whole = Width.wholeBeforeLast(n);
    FloatVector newLanes = load(Lanes.FRESH, n - whole);
    FloatVector zero = zero(FLOATS);
    for (int r = 0; r < count; r++) {
      int row = xStart + r * stride;
      int yRow = stores ? yStart + r * yStride : 0;
      int aheadRow = single ? 0 : aheadFrom + Math.min(r, lastAheadRow) * stride;
      float reference = references[r];
      IntVector keys = IntVector.broadcast(INTS, Integer.MIN_VALUE);
      if (!single) {
        keys = keys(x, aheadRow);
      }
      FloatVector nextLogits = stores ? load(x, row) : zero;
      FloatVector sum = zero;
      FloatVector error = zero;
      FloatVector gapSum = zero;
      int start = 0;
      do {
        FloatVector a = zero;
        FloatVector b = zero;
        FloatVector c = zero;
        FloatVector d = zero;
        FloatVector gapSumA = zero;
        FloatVector gapSumB = zero;
        int end = oneBlock ? whole : Math.min(start + Sizes.TERM_BLOCK, whole);
        for (int i = start; i < end; i += LANES) {
          FloatVector gap;
          if (stores) { // the next loads precede the store (C2-25)
            gap = broadcast(FLOATS, reference).sub(nextLogits);
            int next = Math.min(i, n - 2 * LANES) + LANES;
            nextLogits = load(x, row + next);
            if (!single) {
              keys = keys(x, aheadRow + next).max(keys);
            }
          } else {
            gap = gap(reference, x, row + i);
          }
          if (weighted) {
            FloatVector nextGapSum = gap.fma(load(weights, weightsAt + i), gapSumB);
            gapSumB = gapSumA;
            gapSumA = nextGapSum;
          }
          gap = Exponential.clamp(gap, limit);
          FloatVector nextSum;
          if (stores) {
            FloatVector term = Exponential.exp(gap, magic, false);
            term.intoArray(y, yRow + i);
            nextSum = term.add(d);
          } else {
            nextSum = Exponential.addExp(gap, magic, d);
            if (!single) {
              keys = keys(x, aheadRow + i).max(keys);
            }
          }
          d = c;
          c = b;
          b = a;
          a = nextSum;
        }
        FloatVector block = zero(FLOATS).add(a).add(b);
        block = block.add(zero(FLOATS).add(c).add(d));
        if (oneBlock) {
          error = block;
        } else {
          FloatVector total = block.add(sum);
          error = Compensation.lostOfSmaller(block, sum, total).add(error);
          sum = total;
        }
        if (weighted) {
          gapSum = zero(FLOATS).add(gapSumA).add(gapSumB).add(gapSum);
        }
        start += Sizes.TERM_BLOCK;
      } while (!oneBlock && start < whole);
      int lastStart = n - LANES;
      FloatVector lastLogits = stores ? nextLogits : load(x, row + lastStart);
      FloatVector gap = broadcast(FLOATS, reference).sub(lastLogits);
      if (weighted) {
        FloatVector weight = load(weights, weightsAt + lastStart).mul(newLanes);
        FloatVector countedGap = gap.blend(zero, weight.eq(zero)); // 0 times infinity is NaN
        weight.fma(countedGap, gapSum).intoArray(tile.gapLanes, r * LANES);
      }
      FloatVector term = Exponential.exp(Exponential.clamp(gap, limit), magic, false);
      if (stores) {
        term.intoArray(y, yRow + lastStart);
      }
      if (!single) {
        IntVector largest = IntVector.broadcast(INTS, Integer.MIN_VALUE);
        if (!stores) { // with stores, the loop includes the last vector
          largest = keys(x, aheadRow + lastStart);
        }
        largest.max(keys).reinterpretAsFloats().intoArray(nextMaxLanes, r * LANES);
      }
      FloatVector rowSum =
          oneBlock ? term.fma(newLanes, error) : term.fma(newLanes, error).add(sum);
      if (single) {
        return Reduce.sum(rowSum);
      }
      rowSum.intoArray(lanes, r * LANES);
    }
    return 0;
  }
}
