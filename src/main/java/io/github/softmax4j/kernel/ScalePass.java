package io.github.softmax4j.kernel;

import static io.github.softmax4j.kernel.Lanes.FLOATS;
import static io.github.softmax4j.kernel.Lanes.INTS;
import static io.github.softmax4j.kernel.Lanes.LANES;
import static io.github.softmax4j.kernel.Lanes.keys;
import static io.github.softmax4j.kernel.Lanes.load;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.zero;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/**
 * What makes results of a row along the lanes: scaling its terms, and subtracting from its logits.
 *
 * <p>A row ends with a whole vector, which may repeat elements of the one before. It is loaded
 * before anything is stored, so all passes may work in place. Beside their work, passes may look at
 * another row for the maxima of its lanes, which go to {@code seen}.
 */
final class ScalePass {

  /** As many elements are added up first of a scaled row, and four sums of them take turns. */
  private static final int GROUP = 32;

  private ScalePass() {}

  /** Terms become {@code factor * term}. */
  @Inline
  static void scale(float[] y, int row, int n, float factor) {
    scale(y, row, n, factor, null, 0, 0, null, 0, null, 0, false, false);
  }

  /** Terms become {@code factor * term - shift * weight}, with weights from {@code at} on. */
  @Inline
  static void scaleMinusWeights(
      float[] y, int row, int n, float factor, float[] u, int at, float shift) {
    scale(y, row, n, factor, u, at, shift, null, 0, null, 0, true, false);
  }

  /** As {@link #scale}, and looks at the row at {@code aheadRow}. */
  @Inline
  static void scaleAndLook(
      float[] y, int row, int n, float factor, float[] x, int aheadRow, float[] seen, int seenAt) {
    scale(y, row, n, factor, null, 0, 0, x, aheadRow, seen, seenAt, false, true);
  }

  /**
   * Terms become {@code factor * term}, less {@code shift * weight} if weighted.
   *
   * @param at where the row's weights start in {@code u}
   */
  @Inline
  private static void scale(
      float[] y,
      int row,
      int n,
      float factor,
      float[] u,
      int at,
      float shift,
      float[] x,
      int aheadRow,
      float[] seen,
      int seenAt,
      boolean weighted,
      boolean ahead) {
    int whole = Lanes.wholeBeforeLast(n);
    FloatVector last = load(y, row + n - LANES);
    IntVector keys = IntVector.broadcast(INTS, Integer.MIN_VALUE);
    for (int i = 0; i < whole; i += LANES) {
      if (ahead) {
        keys = keys(x, aheadRow + i).max(keys);
      }
      FloatVector p = load(y, row + i).mul(broadcast(FLOATS, factor));
      if (weighted) {
        p = broadcast(FLOATS, -shift).fma(load(u, at + i), p);
      }
      p.intoArray(y, row + i);
    }
    FloatVector p = last.mul(broadcast(FLOATS, factor));
    if (weighted) {
      p = broadcast(FLOATS, -shift).fma(load(u, at + n - LANES), p);
    }
    p.intoArray(y, row + n - LANES);
    if (ahead) {
      storeKeys(x, aheadRow, n, keys, seen, seenAt);
    }
  }

  /** Ends a look at a row with its last vector. */
  @Inline
  private static void storeKeys(
      float[] x, int aheadRow, int n, IntVector keys, float[] seen, int seenAt) {
    keys(x, aheadRow + n - LANES).max(keys).reinterpretAsFloats().intoArray(seen, seenAt);
  }

  /**
   * As {@link #scale}, and gives the lane sums of the scaled terms, without the label's if it is
   * left out. To load a vector right after the label's term is made 0 would wait for that store.
   */
  @Inline
  static FloatVector scaleAndSum(
      float[] y,
      int row,
      int n,
      float factor,
      float[] u,
      int at,
      float shift,
      float[] x,
      int aheadRow,
      float[] seen,
      int seenAt,
      int label,
      boolean weighted,
      boolean ahead,
      boolean leavesOut) {
    int whole = Lanes.wholeBeforeLast(n);
    int grouped = Lanes.wholeGroups(whole, GROUP);
    FloatVector zero = zero(FLOATS);
    IntVector labelHere = IntVector.broadcast(INTS, label).addIndex(-1);
    IntVector keys = IntVector.broadcast(INTS, Integer.MIN_VALUE);
    FloatVector lastTerm = load(y, row + n - LANES);
    FloatVector last = lastTerm.mul(broadcast(FLOATS, factor));
    FloatVector a = zero;
    FloatVector b = zero;
    FloatVector c = zero;
    FloatVector d = zero;
    for (int i = 0; i < grouped; i += GROUP) {
      for (int j = 0; j < (ahead ? GROUP : 0); j += LANES) {
        keys = keys(x, aheadRow + i + j).max(keys);
      }
      FloatVector group = zero;
      for (int j = 0; j < GROUP; j += LANES) {
        FloatVector term = load(y, row + i + j);
        FloatVector p = term.mul(broadcast(FLOATS, factor));
        storeLess(p, y, row + i + j, u, at + i + j, shift, weighted);
        group = counted(term, p, i + j, labelHere, factor, leavesOut).add(group);
      }
      FloatVector next = zero(FLOATS).add(group).add(d);
      d = c;
      c = b;
      b = a;
      a = next;
    }
    FloatVector rest = counted(lastTerm, last, n - LANES, labelHere, factor, leavesOut);
    rest = rest.mul(load(Lanes.FRESH, n - whole));
    for (int i = grouped; i < whole; i += LANES) {
      FloatVector term = load(y, row + i);
      FloatVector p = term.mul(broadcast(FLOATS, factor));
      if (ahead) {
        keys = keys(x, aheadRow + i).max(keys);
      }
      storeLess(p, y, row + i, u, at + i, shift, weighted);
      rest = counted(term, p, i, labelHere, factor, leavesOut).add(rest);
    }
    storeLess(last, y, row + n - LANES, u, at + n - LANES, shift, weighted);
    if (ahead) {
      storeKeys(x, aheadRow, n, keys, seen, seenAt);
    }
    return zero(FLOATS).add(a).add(b).add(zero(FLOATS).add(c).add(d)).add(rest);
  }

  @Inline
  private static void storeLess(
      FloatVector p, float[] y, int to, float[] u, int at, float shift, boolean weighted) {
    if (weighted) {
      broadcast(FLOATS, -shift).fma(load(u, at), p).intoArray(y, to);
    } else {
      p.intoArray(y, to);
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
      IntVector labelHere,
      float factor,
      boolean leavesOut) {
    if (leavesOut) {
      VectorMask<Float> isLabel = IntVector.broadcast(INTS, c).eq(labelHere).cast(FLOATS);
      return term.blend(zero(FLOATS), isLabel).mul(broadcast(FLOATS, factor));
    }
    return scaled;
  }

  /**
   * {@code (x - reference) - logSum}: two subtractions, because one rounded sum loses digits. The
   * next vector is loaded before a store, which it may seem to depend on.
   */
  @Inline
  static void logSoftmax(
      float[] x,
      int row,
      float[] y,
      int yRow,
      int n,
      float reference,
      float logSum,
      int aheadRow,
      float[] seen,
      int seenAt,
      boolean ahead) {
    int whole = Lanes.wholeBeforeLast(n);
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
      storeKeys(x, aheadRow, n, keys, seen, seenAt);
    }
  }
}
