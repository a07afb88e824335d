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
import io.github.softmax4j.internal.vector.math.Width;
import io.github.softmax4j.internal.vector.tile.Sizes;
import io.github.softmax4j.internal.vector.tile.Tile;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/**
 * The passes that compute results along the lanes: they scale terms, or subtract from logits.
 *
 * <p>The last vector of a row may repeat elements of the vector before. It is loaded before the
 * first store, so all passes work in place. Passes may also find the lanes of a next row's maximum.
 */
public final class ScalePass {

  private ScalePass() {}

  /** Replaces the terms of one row by {@code factor * term}. */
  @Inline
  public static void scaleRow(float[] y, int yRow, int n, float factor) {
    int whole = Width.wholeBeforeLast(n);
    FloatVector last = load(y, yRow + n - LANES);
    for (int i = 0; i < whole; i += LANES) {
      load(y, yRow + i).mul(broadcast(FLOATS, factor)).intoArray(y, yRow + i);
    }
    last.mul(broadcast(FLOATS, factor)).intoArray(y, yRow + n - LANES);
  }

  /** Replaces terms by {@code factor * term}, minus {@code shift * weight} if weighted. */
  @Specialize
  public static void scale(
      Tile tile, float[] weights, int weightsAt, boolean weighted, boolean ahead) {
    float[] y = tile.y;
    float[] x = tile.x;
    float[] factors = tile.factor;
    float[] shifts = tile.shift;
    int yStart = tile.to;
    int yStride = tile.yStride;
    int count = tile.count;
    int n = tile.length;
    int whole = Width.wholeBeforeLast(n);
    for (int r = 0; r < count; r++) {
      int yRow = yStart + r * yStride;
      int aheadRow = ahead ? tile.aheadOf(r) : 0;
      float factor = factors[r];
      float shift = weighted ? shifts[r] : 0;
      if (!weighted && !ahead) {
        scaleRow(y, yRow, n, factor);
        continue;
      }
      FloatVector last = load(y, yRow + n - LANES);
      IntVector keys = IntVector.broadcast(INTS, Integer.MIN_VALUE);
      for (int i = 0; i < whole; i += LANES) {
        if (ahead) {
          keys = keys(x, aheadRow + i).max(keys);
        }
        FloatVector scaled = load(y, yRow + i).mul(broadcast(FLOATS, factor));
        storeShifted(scaled, y, yRow + i, weights, weightsAt + i, shift, weighted);
      }
      FloatVector scaled = last.mul(broadcast(FLOATS, factor));
      storeShifted(scaled, y, yRow + n - LANES, weights, weightsAt + n - LANES, shift, weighted);
      if (ahead) {
        storeKeys(tile, r, x, aheadRow + n - LANES, keys);
      }
    }
  }

  /**
   * Stores {@code v}, minus {@code shift * weight} if weighted. Valid for all floats, rounded once.
   */
  @Inline
  private static void storeShifted(
      FloatVector v,
      float[] y,
      int i,
      float[] weights,
      int weightsAt,
      float shift,
      boolean weighted) {
    if (weighted) {
      broadcast(FLOATS, -shift).fma(load(weights, weightsAt), v).intoArray(y, i);
    } else {
      v.intoArray(y, i);
    }
  }

  /** Stores the lanes of the next row's maximum, including its last vector. */
  @Inline
  private static void storeKeys(Tile tile, int r, float[] x, int last, IntVector keys) {
    keys(x, last).max(keys).reinterpretAsFloats().intoArray(tile.nextMaxLanes, r * LANES);
  }

  /**
   * As {@link #scale}, and finds the lanes of the sum of the scaled terms. With {@code noLabel}, a
   * mask excludes the label's term: a store of 0 costs a wait (C2-27).
   */
  @Specialize
  public static void scaleAndSum(
      Tile tile, float[] weights, int weightsAt, boolean weighted, boolean ahead, boolean noLabel) {
    float[] y = tile.y;
    float[] x = tile.x;
    int n = tile.length;
    int whole = Width.wholeBeforeLast(n);
    int grouped = Width.wholeGroups(whole, Sizes.SCALE_BLOCK);
    FloatVector zero = zero(FLOATS);
    float[] factors = tile.factor;
    float[] shifts = tile.shift;
    float[] lanes = tile.lanes;
    int yStart = tile.to;
    int yStride = tile.yStride;
    int count = tile.count;
    for (int r = 0; r < count; r++) {
      int yRow = yStart + r * yStride;
      int aheadRow = ahead ? tile.aheadOf(r) : 0;
      float factor = factors[r];
      float shift = weighted ? shifts[r] : 0;
      IntVector label = IntVector.broadcast(INTS, noLabel ? tile.label[r] : 0).addIndex(-1);
      IntVector keys = IntVector.broadcast(INTS, Integer.MIN_VALUE);
      FloatVector lastTerm = load(y, yRow + n - LANES);
      FloatVector last = lastTerm.mul(broadcast(FLOATS, factor));
      FloatVector a = zero;
      FloatVector b = zero;
      FloatVector c = zero;
      FloatVector d = zero;
      for (int i = 0; i < grouped; i += Sizes.SCALE_BLOCK) {
        for (int j = 0; j < (ahead ? Sizes.SCALE_BLOCK : 0); j += LANES) {
          keys = keys(x, aheadRow + i + j).max(keys);
        }
        FloatVector block = zero;
        for (int j = 0; j < Sizes.SCALE_BLOCK; j += LANES) {
          FloatVector term = load(y, yRow + i + j);
          FloatVector scaled = term.mul(broadcast(FLOATS, factor));
          storeShifted(scaled, y, yRow + i + j, weights, weightsAt + i + j, shift, weighted);
          block = summand(term, scaled, i + j, label, factor, noLabel).add(block);
        }
        FloatVector next = zero(FLOATS).add(block).add(d);
        d = c;
        c = b;
        b = a;
        a = next;
      }
      FloatVector rest = summand(lastTerm, last, n - LANES, label, factor, noLabel);
      rest = rest.mul(load(Lanes.FRESH, n - whole));
      for (int i = grouped; i < whole; i += LANES) {
        FloatVector term = load(y, yRow + i);
        FloatVector scaled = term.mul(broadcast(FLOATS, factor));
        if (ahead) {
          keys = keys(x, aheadRow + i).max(keys);
        }
        storeShifted(scaled, y, yRow + i, weights, weightsAt + i, shift, weighted);
        rest = summand(term, scaled, i, label, factor, noLabel).add(rest);
      }
      storeShifted(last, y, yRow + n - LANES, weights, weightsAt + n - LANES, shift, weighted);
      if (ahead) {
        storeKeys(tile, r, x, aheadRow + n - LANES, keys);
      }
      FloatVector pairs = zero(FLOATS).add(a).add(b).add(zero(FLOATS).add(c).add(d));
      pairs.add(rest).intoArray(lanes, r * LANES);
    }
  }

  /**
   * The scaled terms for the sum, from class {@code c} on.
   *
   * <p>Valid for all floats. One rounding. An excluded label is 0 before it is scaled, as in other
   * kernels: 0 times an infinite factor is NaN.
   */
  @Inline
  private static FloatVector summand(
      FloatVector term, FloatVector scaled, int c, IntVector label, float factor, boolean noLabel) {
    if (noLabel) {
      VectorMask<Float> isLabel = IntVector.broadcast(INTS, c).eq(label).cast(FLOATS);
      return term.blend(zero(FLOATS), isLabel).mul(broadcast(FLOATS, factor));
    }
    return scaled;
  }

  /**
   * Computes {@code (x - reference) - logSum}: the rounded sum of both subtrahends would lose
   * digits. The next load precedes a store (C2-25).
   */
  @Specialize
  public static void logSoftmax(Tile tile, boolean ahead) {
    float[] x = tile.x;
    float[] y = tile.y;
    int n = tile.length;
    int whole = Width.wholeBeforeLast(n);
    int xStart = tile.from;
    int yStart = tile.to;
    int stride = tile.stride;
    int yStride = tile.yStride;
    int count = tile.count;
    float[] references = tile.reference;
    float[] logSums = tile.logSum;
    for (int r = 0; r < count; r++) {
      int xRow = xStart + r * stride;
      int yRow = yStart + r * yStride;
      int aheadRow = ahead ? tile.aheadOf(r) : 0;
      float reference = references[r];
      float logSum = logSums[r];
      FloatVector difference = broadcast(FLOATS, -reference).add(load(x, xRow));
      IntVector keys = IntVector.broadcast(INTS, Integer.MIN_VALUE);
      for (int i = 0; i < whole - LANES; i += LANES) {
        if (ahead) {
          keys = keys(x, aheadRow + i + LANES).max(keys);
        }
        FloatVector next = broadcast(FLOATS, -reference).add(load(x, xRow + i + LANES));
        broadcast(FLOATS, -logSum).add(difference).intoArray(y, yRow + i);
        difference = next;
      }
      FloatVector last = load(x, xRow + n - LANES);
      if (whole > 0) {
        broadcast(FLOATS, -logSum).add(difference).intoArray(y, yRow + whole - LANES);
      }
      last = broadcast(FLOATS, -reference).add(last);
      broadcast(FLOATS, -logSum).add(last).intoArray(y, yRow + n - LANES);
      if (ahead) {
        keys = keys(x, aheadRow).max(keys);
        storeKeys(tile, r, x, aheadRow + n - LANES, keys);
      }
    }
  }
}
