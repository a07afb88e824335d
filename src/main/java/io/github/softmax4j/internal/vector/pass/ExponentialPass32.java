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
import io.github.softmax4j.internal.vector.tile.Tile;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * The exponential pass over rows for 32 vector registers. It finds the next rows' maxima beside its
 * own work.
 *
 * <p>Four sums take turns. Each block of a row is added up by itself, and what joining the blocks
 * loses is kept.
 */
public final class ExponentialPass32 {

  /**
   * As many elements are added up before their sum joins the others, compensated. Four sums take
   * turns: equal terms would all be rounded to the same side, so none is to have more than 16.
   */
  private static final int BLOCK = 4 * LANES * LANES;

  private ExponentialPass32() {}

  /** Finds the lanes of the sums, those of the gaps if there are weights, and terms if wanted. */
  public static void find(Tile t, boolean stores) {
    boolean weighted = t.weights != null;
    pass(t, stores, weighted, !weighted && isOneBlock(t.length));
  }

  /** Whether a row of so many elements is one block. */
  public static boolean isOneBlock(int length) {
    return length <= BLOCK + LANES;
  }

  /**
   * Rows of one block have a pass of their own: a loop over the blocks of each would take up to an
   * eighth of the time.
   */
  @Specialize
  private static void pass(Tile t, boolean stores, boolean weighted, boolean oneBlock) {
    rows(t, stores, weighted, oneBlock, false);
  }

  /** The sum of the terms of the tile's only row, of one block; NaN if it has no softmax. */
  public static float ofOneRow(Tile t, float max, boolean stores) {
    return sumOfOneRow(t, stores) + (max - max);
  }

  @Specialize
  private static float sumOfOneRow(Tile t, boolean stores) {
    return rows(t, stores, false, true, true);
  }

  /**
   * The lanes of sums and gaps, and the largest keys of the rows that come next, go to the tile.
   *
   * @return the sum of a single row, which looks ahead to none
   */
  @Inline
  private static float rows(
      Tile t, boolean stores, boolean weighted, boolean oneBlock, boolean single) {
    float[] x = t.x;
    int from = t.from;
    int stride = t.stride;
    float[] y = t.y;
    int to = t.to;
    int yStride = t.yStride;
    float[] weights = t.weights;
    int weightsAt = t.weightsAt;
    int lastAhead = Math.max(t.ahead, 1) - 1;
    int aheadFrom = t.aheadFrom;
    float[] references = t.reference;
    float[] lanes = t.lanes;
    float[] nextMaxLanes = t.nextMaxLanes;
    int n = t.length;
    int count = t.count;
    float magic = Exponential.magic(t.exponentOffset);
    IntVector limit = Exponential.limits(t.exponentOffset);
    int whole = Lanes.wholeBeforeLast(n);
    FloatVector fresh = load(Lanes.FRESH, n - whole);
    FloatVector zero = zero(FLOATS);
    for (int r = 0; r < count; r++) {
      int row = from + r * stride;
      int yRow = stores ? to + r * yStride : 0;
      int aheadRow = single ? 0 : aheadFrom + Math.min(r, lastAhead) * stride;
      float reference = references[r];
      IntVector keys = IntVector.broadcast(INTS, Integer.MIN_VALUE);
      if (!single) {
        keys = keys(x, aheadRow);
      }
      FloatVector following = stores ? load(x, row) : zero;
      FloatVector sum = zero;
      FloatVector lost = zero;
      FloatVector gap = zero;
      int start = 0;
      do {
        FloatVector a = zero;
        FloatVector b = zero;
        FloatVector c = zero;
        FloatVector d = zero;
        FloatVector gapA = zero;
        FloatVector gapB = zero;
        int end = oneBlock ? whole : Math.min(start + BLOCK, whole);
        for (int i = start; i < end; i += LANES) {
          FloatVector v;
          if (stores) { // what follows is loaded before a store, which it may seem to depend on
            v = broadcast(FLOATS, reference).sub(following);
            int next = Math.min(i, n - 2 * LANES) + LANES;
            following = load(x, row + next);
            if (!single) {
              keys = keys(x, aheadRow + next).max(keys);
            }
          } else {
            v = gap(reference, x, row + i);
          }
          if (weighted) {
            FloatVector nextGap = v.fma(load(weights, weightsAt + i), gapB);
            gapB = gapA;
            gapA = nextGap;
          }
          v = Exponential.clamp(v, limit);
          FloatVector added;
          if (stores) {
            FloatVector e = Exponential.exp(v, magic, false);
            e.intoArray(y, yRow + i);
            added = e.add(d);
          } else {
            added = Exponential.addExp(v, magic, d);
            if (!single) {
              keys = keys(x, aheadRow + i).max(keys);
            }
          }
          d = c;
          c = b;
          b = a;
          a = added;
        }
        FloatVector block = zero(FLOATS).add(a).add(b);
        block = block.add(zero(FLOATS).add(c).add(d));
        if (oneBlock) {
          lost = block;
        } else {
          FloatVector joined = block.add(sum);
          lost = Compensation.lostOfSmaller(block, sum, joined).add(lost);
          sum = joined;
        }
        if (weighted) {
          gap = zero(FLOATS).add(gapA).add(gapB).add(gap);
        }
        start += BLOCK;
      } while (!oneBlock && start < whole);
      int lastAt = n - LANES;
      FloatVector last = stores ? following : load(x, row + lastAt);
      FloatVector v = broadcast(FLOATS, reference).sub(last);
      if (weighted) {
        FloatVector w = load(weights, weightsAt + lastAt).mul(fresh);
        FloatVector counted = v.blend(zero, w.eq(zero)); // an infinity must not count twice
        w.fma(counted, gap).intoArray(t.gapLanes, r * LANES);
      }
      FloatVector e = Exponential.exp(Exponential.clamp(v, limit), magic, false);
      if (stores) {
        e.intoArray(y, yRow + lastAt);
      }
      if (!single) {
        IntVector largest = IntVector.broadcast(INTS, Integer.MIN_VALUE);
        if (!stores) { // terms have seen all
          largest = keys(x, aheadRow + lastAt);
        }
        largest.max(keys).reinterpretAsFloats().intoArray(nextMaxLanes, r * LANES);
      }
      FloatVector sums = oneBlock ? e.fma(fresh, lost) : e.fma(fresh, lost).add(sum);
      if (single) {
        return Reduce.sum(sums);
      }
      sums.intoArray(lanes, r * LANES);
    }
    return 0;
  }
}
