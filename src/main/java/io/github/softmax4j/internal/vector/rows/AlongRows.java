package io.github.softmax4j.internal.vector.rows;

import static io.github.softmax4j.internal.vector.math.Lanes.FLOATS;
import static io.github.softmax4j.internal.vector.math.Lanes.LANES;
import static io.github.softmax4j.internal.vector.math.Lanes.MANY_REGISTERS;
import static io.github.softmax4j.internal.vector.math.Lanes.keys;
import static io.github.softmax4j.internal.vector.math.Lanes.load;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.zero;

import io.github.softmax4j.internal.Matrix;
import io.github.softmax4j.internal.vector.math.Compensation;
import io.github.softmax4j.internal.vector.math.LaneSums;
import io.github.softmax4j.internal.vector.math.Lanes;
import io.github.softmax4j.internal.vector.math.Reduce;
import io.github.softmax4j.internal.vector.math.Width;
import io.github.softmax4j.internal.vector.pass.ExponentialPass16;
import io.github.softmax4j.internal.vector.pass.ExponentialPass32;
import io.github.softmax4j.internal.vector.pass.ScalePass;
import io.github.softmax4j.internal.vector.tile.Sizes;
import io.github.softmax4j.internal.vector.tile.Tile;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Rows of at least one vector, with the classes along the lanes. Rows are read in the caller's
 * array, and terms are stored in the results.
 *
 * <p>A row ends with a whole vector, which may repeat elements of the vector before it. Sums
 * exclude its repeated lanes. It is loaded before any store, so a pass may work in place.
 *
 * <p>With 32 registers, exponential passes also find the maxima of the next tile. With 16
 * registers, the passes that write results do, or exponential passes where {@code looksEarly} is
 * true.
 */
public final class AlongRows extends RowKernel {

  private final Tile t;

  /** The largest keys of the next row, by lane, for rows in parts. */
  private final int[] nextKeys = new int[LANES];

  /** Makes the kernel of a tile. */
  public AlongRows(Tile tile) {
    t = tile;
  }

  @Override
  public int rowsAtOnce() {
    return Sizes.rowsAlong(t.classes);
  }

  /** Computes {@link Tile#max}. It is NaN for a row with a NaN whose sign bit is clear. */
  @Override
  public void maxima() {
    t.hasNextMax = false;
    for (int r = 0; r < t.count; r++) {
      int row = t.from + r * t.stride;
      t.max[r] = maxOf(largestKey(t.x, row, t.length), row);
    }
  }

  /** Returns the largest key of one row. */
  public static int largestKey(float[] x, int row, int n) {
    int whole = Width.wholeBeforeLast(n);
    IntVector last = keys(x, row + n - LANES);
    IntVector keys = last;
    IntVector otherKeys = last;
    for (int i = 0; i < whole; i += LANES) { // alternating maxima shorten the dependency chain
      IntVector next = keys(x, row + i).max(otherKeys);
      otherKeys = keys;
      keys = next;
    }
    return last.max(keys).max(otherKeys).reduceLanes(VectorOperators.MAX);
  }

  @Override
  public void nextMaxima() {
    if (!MANY_REGISTERS && !t.hasNextMax) {
      maxima();
      return;
    }
    t.hasNextMax = false;
    int together = rowsReducedTogether();
    Reduce.largest(t.nextMaxLanes, together, t.max);
    for (int r = 0; r < t.count; r++) {
      int key =
          r < together
              ? Float.floatToRawIntBits(t.max[r])
              : keys(t.nextMaxLanes, r * LANES).reduceLanes(VectorOperators.MAX);
      t.max[r] = maxOf(key, t.from + r * t.stride);
    }
  }

  /**
   * Returns how many rows to reduce together, in whole vectors. The others are reduced one by one.
   */
  private int rowsReducedTogether() {
    return Math.max(0, t.count - Sizes.MIN_ROWS_TOGETHER + LANES) / LANES * LANES;
  }

  /**
   * Returns the largest logit, given the largest key. A row of only negative logits is searched
   * again for its smallest key, as the order of keys is reversed for negative floats.
   *
   * <p>A NaN with a clear sign bit is the largest key. A NaN with a set sign bit makes the sum NaN.
   */
  private float maxOf(int key, int row) {
    return Float.intBitsToFloat(key >= 0 ? key : smallestKey(t.x, row, t.length));
  }

  private static int smallestKey(float[] x, int row, int n) {
    int whole = Width.wholeBeforeLast(n);
    IntVector last = keys(x, row + n - LANES);
    IntVector keys = last;
    for (int i = 0; i < whole; i += LANES) {
      keys = keys(x, row + i).min(keys);
    }
    return last.min(keys).reduceLanes(VectorOperators.MIN);
  }

  @Override
  public void terms(boolean stores) {
    if (t.classes > Sizes.mostSummed(t.weights != null)) {
      termsInParts(stores);
      return;
    }
    findLaneSums(stores);
    if (t.classes
        > Sizes.MAX_CLASSES_IN_FLOAT) { // long rows need sums in double, and can afford them
      if (t.weights != null) {
        t.gap[0] = LaneSums.total(t.gapLanes, 0);
      }
      t.sum[0] = (float) LaneSums.total(t.lanes, 0) + (t.max[0] - t.max[0]);
      return;
    }
    if (t.weights != null) {
      for (int r = 0; r < t.count; r++) {
        t.gap[r] = Reduce.sum(t.gapLanes, r * LANES);
      }
    }
    reduceSums();
  }

  /** Finds the sums of a row of more classes than one pass may add up. */
  private void termsInParts(boolean stores) {
    int from = t.from;
    int to = t.to;
    int aheadFrom = t.aheadFrom;
    int weightsAt = t.weightsAt;
    int most = Sizes.mostSummed(t.weights != null);
    double sum = 0;
    double gap = 0;
    Arrays.fill(nextKeys, Integer.MIN_VALUE);
    for (int start = 0; start < t.classes; start += t.length) {
      t.length = Sizes.partLength(t.classes - start, most);
      t.from = from + start;
      t.to = to + start;
      t.aheadFrom = aheadFrom + start;
      t.weightsAt = weightsAt + start;
      findLaneSums(stores);
      sum += LaneSums.total(t.lanes, 0);
      gap += t.weights == null ? 0 : LaneSums.total(t.gapLanes, 0);
      joinNextKeys();
    }
    t.length = t.classes;
    t.from = from;
    t.to = to;
    t.aheadFrom = aheadFrom;
    t.weightsAt = weightsAt;
    t.sum[0] = (float) sum + (t.max[0] - t.max[0]);
    if (t.weights != null) {
      t.gap[0] = gap;
    }
  }

  /** Joins the keys that a pass over a part of a row has found ahead with those of other parts. */
  private void joinNextKeys() {
    for (int i = 0; i < LANES; i++) {
      nextKeys[i] = Math.max(nextKeys[i], Float.floatToRawIntBits(t.nextMaxLanes[i]));
      t.nextMaxLanes[i] = Float.intBitsToFloat(nextKeys[i]);
    }
  }

  /** Stores the sums of terms by lane, and of gaps if there are weights; may store the terms. */
  public void findLaneSums(boolean stores) {
    if (MANY_REGISTERS) {
      ExponentialPass32.find(t, stores);
    } else {
      t.hasNextMax = t.weights == null && looksEarly(stores);
      ExponentialPass16.find(t, stores, t.hasNextMax);
    }
  }

  /**
   * Returns whether the exponential pass finds the maxima of the next tile, with 16 registers.
   *
   * <p>It does if the next rows are not in L2, so their loads overlap with computation. It also
   * does if no matrix is written. For sums of short rows in L2 it costs up to 1.13 times the time.
   *
   * <p>The last tile of a large batch repeats its own maxima, so a new JVM compiles one pass fewer.
   */
  private boolean looksEarly(boolean stores) {
    boolean isLong = t.classes > Sizes.MAX_CLASSES_OF_SHORT_ROW;
    boolean isLarge = (long) t.call.rows * t.classes > Sizes.ELEMENTS_IN_L2;
    if (t.ahead == 0 && !isLarge) {
      return false;
    }
    return stores ? isLong && isLarge : !t.call.out.isGiven && (isLong || isLarge);
  }

  /** Reduces the lanes of each row to {@link Tile#sum}. */
  private void reduceSums() {
    int together = rowsReducedTogether();
    RowVectors.sumTogether(t, together);
    RowVectors.sumOneByOne(t, together);
  }

  @Override
  public void scale() {
    boolean ahead = !MANY_REGISTERS && !t.hasNextMax && t.ahead > 0;
    ScalePass.scale(t, null, 0, false, ahead);
    t.hasNextMax |= ahead;
  }

  @Override
  public void scaleMinusLabels(float[] weights, int at) {
    if (t.classes > Sizes.MAX_CLASSES_OF_SHORT_ROW) {
      scaleMinusLabelsOfLongRows(weights, at);
      return;
    }
    for (int r = 0; r < t.count; r++) {
      if (t.label[r] >= 0) {
        t.y[t.placeOfLabel(r)] = 0;
      }
    }
    scaleAndSum(weights, at);
    reduceSums();
    for (int r = 0; r < t.count; r++) {
      if (t.label[r] >= 0) {
        t.y[t.placeOfLabel(r)] = t.labelBase[r] - t.sum[r];
      }
    }
  }

  private void scaleAndSum(float[] weights, int at) {
    boolean ahead = !MANY_REGISTERS && weights == null;
    ScalePass.scaleAndSum(t, weights, at, weights != null, ahead, false);
    t.hasNextMax = ahead && t.ahead > 0;
  }

  /**
   * As {@link #scaleMinusLabels}, for long rows. The other classes are added up only if the label
   * has more than half of the sum. For short rows of this kind, that costs up to twice the time.
   */
  private void scaleMinusLabelsOfLongRows(float[] weights, int at) {
    for (int r = 0; r < t.count; r++) {
      if (t.label[r] >= 0) {
        t.sum[r] = sumOfOthers(r);
      }
    }
    if (weights == null) {
      scale();
    } else {
      ScalePass.scale(t, weights, at, true, false);
    }
    for (int r = 0; r < t.count; r++) {
      if (t.label[r] >= 0) {
        t.y[t.placeOfLabel(r)] = Math.fma(-t.factor[r], t.sum[r], t.labelBase[r]);
      }
    }
  }

  /**
   * Returns the sum of all terms except the label's, added up if a subtraction would lose digits.
   */
  public float sumOfOthers(int r) {
    int labelIndex = t.placeOfLabel(r);
    float others = t.sum[r] - t.y[labelIndex];
    if (!(others < t.y[labelIndex])) {
      return others; // may be NaN
    }
    t.y[labelIndex] = 0;
    return (float) sumOfTerms(t, t.to + r * t.yStride);
  }

  /** Returns the sum of the tile's terms in the results at {@code row}. It overwrites the lanes. */
  public static double sumOfTerms(Tile t, int row) {
    return sumInParts(t.y, row, t.length, t.lanes);
  }

  /** Returns the sum of {@code n} elements. Parts of them are added up in double. */
  static double sumInParts(float[] values, int at, int n, float[] lanes) {
    double total = 0;
    for (int start = 0, size; start < n; start += size) {
      size = Sizes.partLength(n - start, Sizes.MAX_SUMMED);
      sum(values, at + start, size, lanes);
      total += LaneSums.total(lanes, 0);
    }
    return total;
  }

  /** Stores the sums of {@code n} elements by lane, with compensation. */
  public static void sum(float[] y, int row, int n, float[] lanes) {
    int whole = Width.wholeBeforeLast(n);
    FloatVector zero = zero(FLOATS);
    FloatVector sum = zero;
    FloatVector lost = zero;
    // the last start may overflow
    for (int start = 0; whole - start > 0; start += Sizes.SUM_BLOCK) {
      FloatVector a = zero;
      FloatVector b = zero;
      FloatVector c = zero;
      FloatVector d = zero;
      int end = start + Math.min(Sizes.SUM_BLOCK, whole - start);
      for (int i = start; i < end; i += LANES) {
        FloatVector next = load(y, row + i).add(MANY_REGISTERS ? d : b);
        d = c;
        c = b;
        b = a;
        a = next;
      }
      FloatVector block = zero(FLOATS).add(a).add(b);
      if (MANY_REGISTERS) {
        block = block.add(zero(FLOATS).add(c).add(d));
      }
      FloatVector joined = block.add(sum);
      lost = Compensation.lostOfSmaller(block, sum, joined).add(lost);
      sum = joined;
    }
    FloatVector last = load(y, row + n - LANES);
    last.fma(load(Lanes.FRESH, n - whole), lost).add(sum).intoArray(lanes, 0);
  }

  @Override
  public void logSoftmax() {
    ScalePass.logSoftmax(t, !MANY_REGISTERS);
    t.hasNextMax = t.ahead > 0;
  }

  @Override
  public void logitsAtLabels() {
    RowSteps.loadAtLabels(t, t.x, t.from, t.stride, 1);
  }

  @Override
  public void targets(Tile tile) {
    Matrix targets = tile.call.targets;
    for (int r = 0; r < tile.count; r++) {
      target(tile, r, targets.array, targets.row(tile.first + r), targets.inner);
    }
  }

  @Override
  public void target(Tile t, int r, float[] targets, int at, int step) {
    int row = t.call.logits.row(t.first + r);
    double gap = 0;
    double sum = 0;
    for (int i = 0, size; i < t.classes; i += size) {
      int left = t.classes - i;
      size = left <= Sizes.TARGET_BLOCK + LANES ? left : Sizes.TARGET_BLOCK;
      gapAndTargetSum(t.x, row + i, targets, at + i, size, t.max[r], t.lanes);
      gap += LaneSums.total(t.lanes, 0);
      sum += LaneSums.total(t.lanes, LANES);
    }
    t.gap[r] = gap;
    t.targetSum[r] = sum;
    if (!Double.isFinite(gap) || !Double.isFinite(sum)) { // floats may have overflowed
      RowSteps.target(t, r, targets, at, step);
    }
  }

  /**
   * Stores the sums of {@code t * (max - x)} over targets t other than 0, then the sums of t. The
   * sums of a block take turns, as in {@link #sum}.
   */
  private static void gapAndTargetSum(
      float[] x, int row, float[] targets, int at, int n, float max, float[] lanes) {
    int whole = Width.wholeBeforeLast(n);
    FloatVector zero = zero(FLOATS);
    FloatVector gap = zero;
    FloatVector sum = zero;
    for (int start = 0; start < whole; start += Sizes.SUM_BLOCK) {
      FloatVector gapA = zero;
      FloatVector gapB = zero;
      FloatVector gapC = zero;
      FloatVector gapD = zero;
      FloatVector sumA = zero;
      FloatVector sumB = zero;
      FloatVector sumC = zero;
      FloatVector sumD = zero;
      for (int i = start; i < Math.min(start + Sizes.SUM_BLOCK, whole); i += LANES) {
        FloatVector target = load(targets, at + i);
        FloatVector product = target.mul(broadcast(FLOATS, max).sub(load(x, row + i)));
        FloatVector nextGap = product.blend(zero, target.eq(zero)).add(gapD);
        gapD = gapC;
        gapC = gapB;
        gapB = gapA;
        gapA = nextGap;
        FloatVector nextSum = target.add(sumD);
        sumD = sumC;
        sumC = sumB;
        sumB = sumA;
        sumA = nextSum;
      }
      FloatVector blockGap = zero(FLOATS).add(gapA).add(gapB);
      gap = blockGap.add(zero(FLOATS).add(gapC).add(gapD)).add(gap);
      FloatVector blockSum = zero(FLOATS).add(sumA).add(sumB);
      sum = blockSum.add(zero(FLOATS).add(sumC).add(sumD)).add(sum);
    }
    FloatVector fresh = load(Lanes.FRESH, n - whole);
    FloatVector target = load(targets, at + n - LANES).mul(fresh);
    FloatVector product = target.mul(broadcast(FLOATS, max).sub(load(x, row + n - LANES)));
    product.blend(zero, target.eq(zero)).add(gap).intoArray(lanes, 0);
    target.add(sum).intoArray(lanes, LANES);
  }

  @Override
  public void scaleMinusTarget(int r, float[] targets, int at, int step, double scale) {
    float[] y = t.y;
    int n = t.classes;
    int row = t.to + r * t.yStride;
    int whole = Width.wholeBeforeLast(n);
    FloatVector factor = broadcast(FLOATS, t.factor[r]);
    FloatVector targetScale = broadcast(FLOATS, (float) scale);
    FloatVector last = load(y, row + n - LANES);
    for (int i = 0; i < whole; i += LANES) {
      load(y, row + i)
          .mul(factor)
          .sub(load(targets, at + i).mul(targetScale))
          .intoArray(y, row + i);
    }
    last.mul(factor)
        .sub(load(targets, at + n - LANES).mul(targetScale))
        .intoArray(y, row + n - LANES);
  }
}
