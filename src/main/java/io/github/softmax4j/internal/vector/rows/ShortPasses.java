package io.github.softmax4j.internal.vector.rows;

import static io.github.softmax4j.internal.vector.math.Lanes.FLOATS;
import static io.github.softmax4j.internal.vector.math.Lanes.INTS;
import static io.github.softmax4j.internal.vector.math.Lanes.LANES;
import static io.github.softmax4j.internal.vector.math.Lanes.gap;
import static io.github.softmax4j.internal.vector.math.Lanes.keys;
import static io.github.softmax4j.internal.vector.math.Lanes.load;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.zero;

import io.github.softmax4j.internal.vector.math.Exponential;
import io.github.softmax4j.internal.vector.math.Inline;
import io.github.softmax4j.internal.vector.math.Lanes;
import io.github.softmax4j.internal.vector.math.Specialize;
import io.github.softmax4j.internal.vector.tile.Tile;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/**
 * {@link RowPasses} over rows of one or two vectors. A row of one vector may be shorter than the
 * vector, which then has a mask.
 *
 * <p>The second vector ends where the row ends. Sums exclude the lanes that it shares with the
 * first vector. The lanes outside a masked row have the term 0.
 *
 * <p>Each pass is compiled for masked rows, rows of one vector and rows of two: a branch in its
 * loop costs a tenth of the time.
 */
public final class ShortPasses extends RowPasses {

  private final Tile tile;

  /** Makes the passes over the rows of a tile. */
  public ShortPasses(Tile tile) {
    this.tile = tile;
  }

  /** Returns whether rows are shorter than a vector. */
  private boolean isMasked() {
    return tile.classes < LANES;
  }

  /** Returns whether rows are longer than a vector. */
  private boolean hasTwoVectors() {
    return tile.classes > LANES;
  }

  /** Returns the mask of the lanes in a row, or null if rows have no mask. */
  @Inline
  private static VectorMask<Float> inRow(Tile t, boolean masked) {
    return masked ? FLOATS.indexInRange(0, t.classes) : null;
  }

  /** Loads the first vector of a row. */
  @Inline
  private static FloatVector first(float[] x, int at, VectorMask<Float> inRow, boolean masked) {
    return masked ? FloatVector.fromArray(FLOATS, x, at, inRow) : load(x, at);
  }

  /** Stores the first vector of a row. */
  @Inline
  private static void store(
      FloatVector v, float[] y, int at, VectorMask<Float> inRow, boolean masked) {
    if (masked) {
      v.intoArray(y, at, inRow);
    } else {
      v.intoArray(y, at);
    }
  }

  @Override
  public void largestKeys() {
    largestKeys(tile, isMasked());
  }

  @Specialize
  private static void largestKeys(Tile t, boolean masked) {
    float[] x = t.x;
    int from = t.from;
    int stride = t.stride;
    int second = t.classes - LANES;
    VectorMask<Float> inRow = inRow(t, masked);
    for (int r = 0; r < t.count; r++) {
      int row = from + r * stride;
      if (masked) {
        FloatVector lowest = IntVector.broadcast(INTS, Integer.MIN_VALUE).reinterpretAsFloats();
        lowest.blend(first(x, row, inRow, true), inRow).intoArray(t.lanes, r * LANES);
      } else {
        IntVector largest = keys(x, row).max(keys(x, row + second));
        largest.reinterpretAsFloats().intoArray(t.lanes, r * LANES);
      }
    }
  }

  @Override
  public void weightedGaps() {
    weightedGaps(tile, isMasked(), hasTwoVectors());
  }

  @Specialize
  private static void weightedGaps(Tile t, boolean masked, boolean two) {
    float[] x = t.x;
    int from = t.from;
    int stride = t.stride;
    int second = t.classes - LANES;
    VectorMask<Float> inRow = inRow(t, masked);
    FloatVector weightsOfA = first(t.weights, t.weightsAt, inRow, masked);
    FloatVector weightsOfB = zero(FLOATS);
    if (two) {
      weightsOfB = load(t.weights, t.weightsAt + second).mul(load(Lanes.FRESH, second));
    }
    for (int r = 0; r < t.count; r++) {
      int row = from + r * stride;
      FloatVector a = broadcast(FLOATS, t.reference[r]).sub(first(x, row, inRow, masked));
      FloatVector sum = a.mul(weightsOfA);
      if (masked) {
        sum = zero(FLOATS).blend(sum, inRow);
      }
      if (two) {
        FloatVector b = gap(t.reference[r], x, row + second);
        VectorMask<Float> isRepeated = zero(FLOATS).eq(weightsOfB); // 0 * infinity is NaN
        sum = b.blend(zero(FLOATS), isRepeated).fma(weightsOfB, sum);
      }
      sum.intoArray(t.lanes, r * LANES);
    }
  }

  /**
   * Stores the terms even if they are not needed. They go to the row's lanes, where the sum
   * overwrites them: one address for all rows can double the time (C2-29).
   */
  @Override
  public void exponentials(boolean stores) {
    if (hasTwoVectors() && stores) {
      exponentials(tile, tile.y, tile.to, tile.yStride, false, true);
    } else {
      exponentials(tile, tile.lanes, 0, LANES, isMasked(), hasTwoVectors());
    }
  }

  @Specialize
  private static void exponentials(
      Tile t, float[] y, int to, int yStride, boolean masked, boolean two) {
    float[] x = t.x;
    int from = t.from;
    int stride = t.stride;
    int second = t.classes - LANES;
    int offset = t.exponentOffset;
    float magic = Exponential.magic(offset);
    IntVector limit = Exponential.limits(offset);
    float[] reference = t.reference;
    float[] lanes = t.lanes;
    int count = t.count;
    VectorMask<Float> inRow = inRow(t, masked);
    FloatVector fresh = two ? load(Lanes.FRESH, second) : zero(FLOATS);
    for (int r = 0; r < count; r++) {
      int row = from + r * stride;
      int yRow = to + r * yStride;
      FloatVector a = first(x, row, inRow, masked);
      if (masked) {
        a = broadcast(FLOATS, Float.NEGATIVE_INFINITY).blend(a, inRow);
      }
      FloatVector b = two ? load(x, row + second) : a;
      FloatVector gapA = broadcast(FLOATS, reference[r]).sub(a);
      FloatVector termA = Exponential.exp(Exponential.clamp(gapA, limit), magic, false);
      if (two) {
        FloatVector gapB = broadcast(FLOATS, reference[r]).sub(b);
        FloatVector termB = Exponential.exp(Exponential.clamp(gapB, limit), magic, false);
        termA.intoArray(y, yRow);
        termB.intoArray(y, yRow + second);
        // with 16 registers, a vector kept over the loop is spilled to the stack (C2-20)
        FloatVector counted = Lanes.MANY_REGISTERS ? fresh : load(Lanes.FRESH, second);
        termB.fma(counted, termA).intoArray(lanes, r * LANES);
      } else {
        termA.intoArray(y, yRow);
      }
    }
  }

  @Override
  public void scale() {
    scale(tile, isMasked(), hasTwoVectors(), false);
  }

  @Override
  public void scaleAndSumOthers() {
    scale(tile, isMasked(), hasTwoVectors(), true);
  }

  @Specialize
  private static void scale(Tile t, boolean masked, boolean two, boolean sums) {
    float[] terms = two ? t.y : t.lanes;
    int from = two ? t.to : 0;
    int stride = two ? t.yStride : LANES;
    float[] y = t.y;
    int to = t.to;
    int yStride = t.yStride;
    int second = t.classes - LANES;
    VectorMask<Float> inRow = inRow(t, masked);
    FloatVector fresh = sums && two ? load(Lanes.FRESH, second) : zero(FLOATS);
    FloatVector zero = zero(FLOATS);
    IntVector classesOfA = IntVector.zero(INTS).addIndex(1);
    IntVector classesOfB = classesOfA.add(second);
    for (int r = 0; r < t.count; r++) {
      int at = from + r * stride;
      int yRow = to + r * yStride;
      FloatVector factor = broadcast(FLOATS, t.factor[r]);
      FloatVector b = two ? load(terms, at + second) : zero;
      FloatVector a = load(terms, at).mul(factor);
      store(a, y, yRow, inRow, masked);
      if (two) {
        b = b.mul(factor);
        b.intoArray(y, yRow + second);
      }
      if (sums) {
        IntVector label = IntVector.broadcast(INTS, t.label[r]);
        FloatVector others = a.blend(zero, label.eq(classesOfA).cast(FLOATS));
        if (two) {
          others = b.blend(zero, label.eq(classesOfB).cast(FLOATS)).fma(fresh, others);
        }
        others.intoArray(t.lanes, r * LANES);
      }
    }
  }

  @Override
  public void subtractWeights(float[] weights, int at) {
    subtractWeights(tile, weights, at, isMasked(), hasTwoVectors());
  }

  /** Loads the next row before a store, as in {@link #logSoftmax}. */
  @Specialize
  private static void subtractWeights(
      Tile t, float[] weights, int at, boolean masked, boolean two) {
    float[] y = t.y;
    int to = t.to;
    int stride = t.yStride;
    int second = t.classes - LANES;
    VectorMask<Float> inRow = inRow(t, masked);
    FloatVector weightsOfA = first(weights, at, inRow, masked);
    FloatVector weightsOfB = two ? load(weights, at + second) : zero(FLOATS);
    FloatVector following = first(y, to, inRow, masked);
    for (int r = 0; r < t.count; r++) {
      int row = to + r * stride;
      FloatVector a = following;
      FloatVector b = two ? load(y, row + second) : zero(FLOATS);
      int next = to + Math.min(r + 1, t.count - 1) * stride;
      following = first(y, next, inRow, masked);
      store(broadcast(FLOATS, -t.shift[r]).fma(weightsOfA, a), y, row, inRow, masked);
      if (two) {
        broadcast(FLOATS, -t.shift[r]).fma(weightsOfB, b).intoArray(y, row + second);
      }
    }
  }

  /**
   * Loads the next masked row before a store if it works in place: a load of lanes that a masked
   * store covers waits for the store (C2-28). If not in place, that order costs up to a fifth more.
   */
  @Override
  public void logSoftmax() {
    boolean isInPlace = tile.y == tile.x && tile.to == tile.from;
    logSoftmax(tile, isMasked(), hasTwoVectors(), isMasked() && isInPlace);
  }

  @Specialize
  private static void logSoftmax(Tile t, boolean masked, boolean two, boolean ahead) {
    float[] x = t.x;
    int from = t.from;
    int stride = t.stride;
    float[] y = t.y;
    int to = t.to;
    int yStride = t.yStride;
    int second = t.classes - LANES;
    VectorMask<Float> inRow = inRow(t, masked);
    FloatVector following = ahead ? first(x, from, inRow, masked) : zero(FLOATS);
    for (int r = 0; r < t.count; r++) {
      int row = from + r * stride;
      int yRow = to + r * yStride;
      FloatVector minusMax = broadcast(FLOATS, -t.reference[r]);
      FloatVector minusSum = broadcast(FLOATS, -t.logSum[r]);
      FloatVector a = ahead ? following : first(x, row, inRow, masked);
      FloatVector b = two ? load(x, row + second) : a;
      if (ahead) {
        int next = from + Math.min(r + 1, t.count - 1) * stride;
        following = first(x, next, inRow, masked);
      }
      store(minusSum.add(minusMax.add(a)), y, yRow, inRow, masked);
      if (two) {
        minusSum.add(minusMax.add(b)).intoArray(y, yRow + second);
      }
    }
  }
}
