package io.github.softmax4j.internal.vector.rows;

import static io.github.softmax4j.internal.vector.math.Lanes.FLOATS;
import static io.github.softmax4j.internal.vector.math.Lanes.LANES;
import static io.github.softmax4j.internal.vector.math.Lanes.MANY_REGISTERS;
import static io.github.softmax4j.internal.vector.math.Lanes.keys;
import static io.github.softmax4j.internal.vector.math.Lanes.load;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.zero;

import io.github.softmax4j.internal.vector.math.Compensation;
import io.github.softmax4j.internal.vector.math.Lanes;
import io.github.softmax4j.internal.vector.math.Reduce;
import io.github.softmax4j.internal.vector.pass.ExponentialPass16;
import io.github.softmax4j.internal.vector.pass.ExponentialPass32;
import io.github.softmax4j.internal.vector.pass.ScalePass;
import io.github.softmax4j.internal.vector.tile.Tile;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Rows of at least one vector of classes, which run along the lanes where they lie. The terms are
 * in the results.
 *
 * <p>A row ends with a whole vector, which may repeat some elements of the one before: it is loaded
 * before anything is stored, so that a pass may work in place, and its repeated lanes do not count.
 *
 * <p>With many registers, the exponential passes find the next rows' maxima beside their own work.
 * If not, what writes the results does, and what finds sums if nothing is written.
 */
public final class AlongRows extends RowKernel {

  /**
   * As many elements at once: logits, results and, while terms are found, logits ahead stay in L1.
   */
  public static final int ELEMENTS = MANY_REGISTERS ? 2048 : 4096;

  /** Batches of more elements, which take a mebibyte with their results, are not all in L2. */
  private static final int ELEMENTS_IN_L2 = 1 << 17;

  /** From more classes on, lanes are added up in double. */
  public static final int MANY_CLASSES = 2048;

  /** From more classes on, the others are added up only where that is needed. */
  public static final int LONG_ROW = 512;

  /**
   * As many elements are added up before their sum joins the others, compensated. Two sums take
   * turns, with many registers four: equal terms would all be rounded to the same side, so none is
   * to have more than 16.
   */
  private static final int BLOCK = 4 * LANES * LANES;

  /** From so many rows on, their lanes are reduced together: never where a blend is slow. */
  private static final int MANY_ROWS = MANY_REGISTERS ? LANES / 2 : Integer.MAX_VALUE / 2;

  /** As many targets are added up before their sum joins the others in double. */
  private static final int TARGETS = 256 * LANES;

  private final Tile t;

  public AlongRows(Tile tile) {
    t = tile;
  }

  @Override
  public int rowsAtOnce() {
    int rows = Math.clamp(ELEMENTS / t.classes, 1, Tile.MAX_ROWS);
    return rows < MANY_ROWS ? rows : (rows + LANES - 1) / LANES * LANES;
  }

  /** NaN for a row with a NaN whose sign bit is clear. */
  @Override
  public void maxima() {
    t.hasNextMax = false;
    for (int r = 0; r < t.count; r++) {
      int row = t.from + r * t.stride;
      t.max[r] = maxOfKey(largestKey(t.x, row, t.length), row);
    }
  }

  /** Of one row, the maximum of the bits as integers. */
  public static int largestKey(float[] x, int row, int n) {
    int whole = Lanes.wholeBeforeLast(n);
    IntVector last = keys(x, row + n - LANES);
    IntVector keys = last;
    IntVector others = last;
    for (int i = 0; i < whole; i += LANES) { // two in turns: none waits for the other
      IntVector next = keys(x, row + i).max(others);
      others = keys;
      keys = next;
    }
    return last.max(keys).max(others).reduceLanes(VectorOperators.MAX);
  }

  @Override
  public void nextMaxima() {
    if (!MANY_REGISTERS && !t.hasNextMax) {
      maxima();
      return;
    }
    t.hasNextMax = false;
    int together = reducedTogether();
    Reduce.largest(t.nextMaxLanes, together, t.max);
    for (int r = 0; r < t.count; r++) {
      int key =
          r < together
              ? Float.floatToRawIntBits(t.max[r])
              : keys(t.nextMaxLanes, r * LANES).reduceLanes(VectorOperators.MAX);
      t.max[r] = maxOfKey(key, t.from + r * t.stride);
    }
  }

  /** How many rows are reduced together: whole vectors of them, of which the last has enough. */
  private int reducedTogether() {
    return Math.max(0, t.count - MANY_ROWS + LANES) / LANES * LANES;
  }

  /**
   * The float maximum from the maximum of the bits as integers, which costs one instruction a
   * vector and orders all but negative numbers: only a row of nothing but those is looked at again.
   * A NaN with its sign bit clear is the maximum here; one with it set, the exponential hands on.
   */
  private float maxOfKey(int key, int row) {
    return Float.intBitsToFloat(key >= 0 ? key : smallestKey(t.x, row, t.length));
  }

  private static int smallestKey(float[] x, int row, int n) {
    int whole = Lanes.wholeBeforeLast(n);
    IntVector last = keys(x, row + n - LANES);
    IntVector keys = last;
    for (int i = 0; i < whole; i += LANES) {
      keys = keys(x, row + i).min(keys);
    }
    return last.min(keys).reduceLanes(VectorOperators.MIN);
  }

  @Override
  public void terms(boolean stores) {
    findLanes(stores);
    if (t.classes > MANY_CLASSES) { // has the time for more exact additions, and needs them
      if (t.weights != null) {
        t.gap[0] = Reduce.total(t.gapLanes, 0);
      }
      t.sum[0] = (float) Reduce.total(t.lanes, 0) + (t.max[0] - t.max[0]);
      return;
    }
    if (t.weights != null) {
      for (int r = 0; r < t.count; r++) {
        t.gap[r] = Reduce.sum(t.gapLanes, r * LANES);
      }
    }
    reduceSums();
  }

  /** The lanes of the sums, and of the gaps if there are weights; the terms, if wanted. */
  public void findLanes(boolean stores) {
    if (MANY_REGISTERS) {
      ExponentialPass32.find(t, stores);
    } else {
      t.hasNextMax = t.weights == null && looksEarly(stores);
      ExponentialPass16.find(t, stores, t.hasNextMax);
    }
  }

  /**
   * Whether 16 registers look ahead before results are written: if the next rows are not in L2, so
   * that memory is at work meanwhile, or if nothing is written. Sums of short rows, if they are in
   * L2, would take up to 1.13 times as long, and {@link #scaleAndSum} looks at what follows short
   * rows in any case. The last rows of a large batch look at themselves: one pass less for a young
   * JVM to compile.
   */
  private boolean looksEarly(boolean stores) {
    boolean isLong = t.classes > LONG_ROW;
    boolean isLarge = (long) t.call.rows * t.classes > ELEMENTS_IN_L2;
    if (t.ahead == 0 && !isLarge) {
      return false;
    }
    return stores ? isLong && isLarge : !t.call.out.isGiven && (isLong || isLarge);
  }

  private void reduceSums() {
    int together = reducedTogether();
    RowSteps.sumTogether(t, together);
    RowSteps.sumOneByOne(t, together);
  }

  @Override
  public void scale() {
    boolean ahead = !MANY_REGISTERS && !t.hasNextMax && t.ahead > 0;
    ScalePass.scale(t, null, 0, false, ahead);
    t.hasNextMax |= ahead;
  }

  @Override
  public void scaleMinusLabels(float[] weights, int at) {
    if (t.classes > LONG_ROW) {
      scaleMinusFewLabels(weights, at);
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
   * As {@link #scaleMinusLabels}: of a long row, the others are added up only if the label has most
   * of the sum. A short row whose label has would take up to twice as long then.
   */
  private void scaleMinusFewLabels(float[] weights, int at) {
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

  /** The terms but the label's, added up where subtracting that would lose digits. */
  public float sumOfOthers(int r) {
    int place = t.placeOfLabel(r);
    float others = t.sum[r] - t.y[place];
    if (!(others < t.y[place])) {
      return others; // perhaps NaN
    }
    t.y[place] = 0;
    return (float) sumOfTerms(t, t.to + r * t.yStride);
  }

  /** The sum of the terms at hand of the row of results at {@code row}; changes the lanes. */
  public static double sumOfTerms(Tile t, int row) {
    sum(t.y, row, t.length, t.lanes);
    return Reduce.total(t.lanes, 0);
  }

  /** The lanes of the sum of {@code n} elements, compensated. */
  public static void sum(float[] y, int row, int n, float[] lanes) {
    int whole = Lanes.wholeBeforeLast(n);
    FloatVector zero = zero(FLOATS);
    FloatVector sum = zero;
    FloatVector lost = zero;
    for (int start = 0; start < whole; start += BLOCK) {
      FloatVector a = zero;
      FloatVector b = zero;
      FloatVector c = zero;
      FloatVector d = zero;
      int end = Math.min(start + BLOCK, whole);
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
    RowSteps.takeAtLabels(t, t.x, t.from, t.stride, 1);
  }

  @Override
  public void target(int r, float[] targets, int at, int step) {
    int row = t.call.logits.row(t.first + r);
    double gap = 0;
    double sum = 0;
    for (int i = 0, size; i < t.classes; i += size) {
      int left = t.classes - i;
      size = left <= TARGETS + LANES ? left : TARGETS;
      gapAndTargetSum(t.x, row + i, targets, at + i, size, t.max[r], t.lanes);
      gap += Reduce.total(t.lanes, 0);
      sum += Reduce.total(t.lanes, LANES);
    }
    t.gap[r] = gap;
    t.targetSum[r] = sum;
  }

  /** The lanes of the sum of {@code t * (max - x)} over targets but 0, then those of {@code t}. */
  private static void gapAndTargetSum(
      float[] x, int row, float[] targets, int at, int n, float max, float[] lanes) {
    int whole = Lanes.wholeBeforeLast(n);
    FloatVector zero = zero(FLOATS);
    FloatVector gap = zero;
    FloatVector sum = zero;
    for (int start = 0; start < whole; start += BLOCK) {
      FloatVector blockGap = zero;
      FloatVector blockSum = zero;
      for (int i = start; i < Math.min(start + BLOCK, whole); i += LANES) {
        FloatVector target = load(targets, at + i);
        FloatVector product = target.mul(broadcast(FLOATS, max).sub(load(x, row + i)));
        blockGap = product.blend(zero, target.eq(zero)).add(blockGap);
        blockSum = target.add(blockSum);
      }
      gap = zero(FLOATS).add(blockGap).add(gap);
      sum = zero(FLOATS).add(blockSum).add(sum);
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
    int whole = Lanes.wholeBeforeLast(n);
    FloatVector k = broadcast(FLOATS, t.factor[r]);
    FloatVector s = broadcast(FLOATS, (float) scale);
    FloatVector last = load(y, row + n - LANES);
    for (int i = 0; i < whole; i += LANES) {
      load(y, row + i).mul(k).sub(load(targets, at + i).mul(s)).intoArray(y, row + i);
    }
    last.mul(k).sub(load(targets, at + n - LANES).mul(s)).intoArray(y, row + n - LANES);
  }
}
