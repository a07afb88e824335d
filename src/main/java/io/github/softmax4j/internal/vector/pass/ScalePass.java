package io.github.softmax4j.internal.vector.pass;

import static io.github.softmax4j.internal.vector.math.Lanes.FLOATS;
import static io.github.softmax4j.internal.vector.math.Lanes.INTS;
import static io.github.softmax4j.internal.vector.math.Lanes.LANES;
import static io.github.softmax4j.internal.vector.math.Lanes.keys;
import static io.github.softmax4j.internal.vector.math.Lanes.load;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.zero;

import io.github.softmax4j.internal.vector.math.Inline;
import io.github.softmax4j.internal.vector.math.Lanes;
import io.github.softmax4j.internal.vector.math.Specialize;
import io.github.softmax4j.internal.vector.tile.Tile;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/**
 * The passes that make results of rows along the lanes: they scale terms, or subtract from logits.
 *
 * <p>A row ends with a whole vector, which may repeat elements of the one before. It is loaded
 * before anything is stored, so all passes may work in place. Beside their work, passes may look
 * ahead to another row for the lanes of its maximum.
 */
public final class ScalePass {

  /** As many elements are added up first of a scaled row, and four sums of them take turns. */
  private static final int BLOCK = 32;

  private ScalePass() {}

  /** The terms of one row become {@code factor * term}. */
  @Inline
  public static void scaleRow(float[] y, int row, int n, float factor) {
    int whole = Lanes.wholeBeforeLast(n);
    FloatVector last = load(y, row + n - LANES);
    for (int i = 0; i < whole; i += LANES) {
      load(y, row + i).mul(broadcast(FLOATS, factor)).intoArray(y, row + i);
    }
    last.mul(broadcast(FLOATS, factor)).intoArray(y, row + n - LANES);
  }

  /** Terms become {@code factor * term}, less {@code shift * weight} if weighted. */
  @Specialize
  public static void scale(Tile t, float[] weights, int at, boolean weighted, boolean ahead) {
    float[] y = t.y;
    float[] x = t.x;
    float[] factors = t.factor;
    float[] shifts = t.shift;
    int to = t.to;
    int yStride = t.yStride;
    int count = t.count;
    int n = t.length;
    int whole = Lanes.wholeBeforeLast(n);
    for (int r = 0; r < count; r++) {
      int row = to + r * yStride;
      int aheadRow = ahead ? t.aheadOf(r) : 0;
      float factor = factors[r];
      float shift = weighted ? shifts[r] : 0;
      if (!weighted && !ahead) {
        scaleRow(y, row, n, factor);
        continue;
      }
      FloatVector last = load(y, row + n - LANES);
      IntVector keys = IntVector.broadcast(INTS, Integer.MIN_VALUE);
      for (int i = 0; i < whole; i += LANES) {
        if (ahead) {
          keys = keys(x, aheadRow + i).max(keys);
        }
        FloatVector p = load(y, row + i).mul(broadcast(FLOATS, factor));
        storeLess(p, y, row + i, weights, at + i, shift, weighted);
      }
      FloatVector p = last.mul(broadcast(FLOATS, factor));
      storeLess(p, y, row + n - LANES, weights, at + n - LANES, shift, weighted);
      if (ahead) {
        storeKeys(t, r, x, aheadRow + n - LANES, keys);
      }
    }
  }

  @Inline
  private static void storeLess(
      FloatVector p, float[] y, int to, float[] weights, int at, float shift, boolean weighted) {
    if (weighted) {
      broadcast(FLOATS, -shift).fma(load(weights, at), p).intoArray(y, to);
    } else {
      p.intoArray(y, to);
    }
  }

  /** Ends a look at a row with its last vector. */
  @Inline
  private static void storeKeys(Tile t, int r, float[] x, int last, IntVector keys) {
    keys(x, last).max(keys).reinterpretAsFloats().intoArray(t.nextMaxLanes, r * LANES);
  }

  /**
   * As {@link #scale}, and finds the lanes of the sum of the scaled terms, without the label's if
   * it is left out. To load a vector right after the label's term is made 0 would wait for that
   * store.
   */
  @Specialize
  public static void scaleAndSum(
      Tile t, float[] weights, int at, boolean weighted, boolean ahead, boolean leavesOut) {
    float[] y = t.y;
    float[] x = t.x;
    int n = t.length;
    int whole = Lanes.wholeBeforeLast(n);
    int grouped = Lanes.wholeGroups(whole, BLOCK);
    FloatVector zero = zero(FLOATS);
    float[] factors = t.factor;
    float[] shifts = t.shift;
    float[] lanes = t.lanes;
    int to = t.to;
    int yStride = t.yStride;
    int count = t.count;
    for (int r = 0; r < count; r++) {
      int row = to + r * yStride;
      int aheadRow = ahead ? t.aheadOf(r) : 0;
      float factor = factors[r];
      float shift = weighted ? shifts[r] : 0;
      IntVector label = IntVector.broadcast(INTS, leavesOut ? t.label[r] : 0).addIndex(-1);
      IntVector keys = IntVector.broadcast(INTS, Integer.MIN_VALUE);
      FloatVector lastTerm = load(y, row + n - LANES);
      FloatVector last = lastTerm.mul(broadcast(FLOATS, factor));
      FloatVector a = zero;
      FloatVector b = zero;
      FloatVector c = zero;
      FloatVector d = zero;
      for (int i = 0; i < grouped; i += BLOCK) {
        for (int j = 0; j < (ahead ? BLOCK : 0); j += LANES) {
          keys = keys(x, aheadRow + i + j).max(keys);
        }
        FloatVector block = zero;
        for (int j = 0; j < BLOCK; j += LANES) {
          FloatVector term = load(y, row + i + j);
          FloatVector p = term.mul(broadcast(FLOATS, factor));
          storeLess(p, y, row + i + j, weights, at + i + j, shift, weighted);
          block = counted(term, p, i + j, label, factor, leavesOut).add(block);
        }
        FloatVector next = zero(FLOATS).add(block).add(d);
        d = c;
        c = b;
        b = a;
        a = next;
      }
      FloatVector rest = counted(lastTerm, last, n - LANES, label, factor, leavesOut);
      rest = rest.mul(load(Lanes.FRESH, n - whole));
      for (int i = grouped; i < whole; i += LANES) {
        FloatVector term = load(y, row + i);
        FloatVector p = term.mul(broadcast(FLOATS, factor));
        if (ahead) {
          keys = keys(x, aheadRow + i).max(keys);
        }
        storeLess(p, y, row + i, weights, at + i, shift, weighted);
        rest = counted(term, p, i, label, factor, leavesOut).add(rest);
      }
      storeLess(last, y, row + n - LANES, weights, at + n - LANES, shift, weighted);
      if (ahead) {
        storeKeys(t, r, x, aheadRow + n - LANES, keys);
      }
      FloatVector pairs = zero(FLOATS).add(a).add(b).add(zero(FLOATS).add(c).add(d));
      pairs.add(rest).intoArray(lanes, r * LANES);
    }
  }

  /**
   * Scaled terms from class {@code c} on. A label that is left out is 0 before it is scaled, as in
   * a batch: 0 times an infinite factor is NaN.
   */
  @Inline
  private static FloatVector counted(
      FloatVector term,
      FloatVector scaled,
      int c,
      IntVector label,
      float factor,
      boolean leavesOut) {
    if (leavesOut) {
      VectorMask<Float> isLabel = IntVector.broadcast(INTS, c).eq(label).cast(FLOATS);
      return term.blend(zero(FLOATS), isLabel).mul(broadcast(FLOATS, factor));
    }
    return scaled;
  }

  /**
   * {@code (x - reference) - logSum}: two subtractions, because one rounded sum loses digits. The
   * next vector is loaded before a store, which it may seem to depend on.
   */
  @Specialize
  public static void logSoftmax(Tile t, boolean ahead) {
    float[] x = t.x;
    float[] y = t.y;
    int n = t.length;
    int whole = Lanes.wholeBeforeLast(n);
    int from = t.from;
    int to = t.to;
    int stride = t.stride;
    int yStride = t.yStride;
    int count = t.count;
    float[] references = t.reference;
    float[] logSums = t.logSum;
    for (int r = 0; r < count; r++) {
      int row = from + r * stride;
      int yRow = to + r * yStride;
      int aheadRow = ahead ? t.aheadOf(r) : 0;
      float reference = references[r];
      float logSum = logSums[r];
      FloatVector v = broadcast(FLOATS, -reference).add(load(x, row));
      IntVector keys = IntVector.broadcast(INTS, Integer.MIN_VALUE);
      for (int i = 0; i < whole - LANES; i += LANES) {
        if (ahead) {
          keys = keys(x, aheadRow + i + LANES).max(keys);
        }
        FloatVector next = broadcast(FLOATS, -reference).add(load(x, row + i + LANES));
        broadcast(FLOATS, -logSum).add(v).intoArray(y, yRow + i);
        v = next;
      }
      FloatVector last = load(x, row + n - LANES);
      if (whole > 0) {
        broadcast(FLOATS, -logSum).add(v).intoArray(y, yRow + whole - LANES);
      }
      last = broadcast(FLOATS, -reference).add(last);
      broadcast(FLOATS, -logSum).add(last).intoArray(y, yRow + n - LANES);
      if (ahead) {
        keys = keys(x, aheadRow).max(keys);
        storeKeys(t, r, x, aheadRow + n - LANES, keys);
      }
    }
  }
}
