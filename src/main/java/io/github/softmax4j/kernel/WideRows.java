package io.github.softmax4j.kernel;

import static io.github.softmax4j.kernel.Lanes.FLOATS;
import static io.github.softmax4j.kernel.Lanes.LANES;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.zero;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Rows of at least one vector of classes, which run along the lanes where they lie; the terms are
 * in {@link Call#out}.
 *
 * <p>A row ends with a whole vector, which may repeat some elements of the one before: it is loaded
 * before anything is stored, so that a pass may work in place, and its repeated lanes do not count.
 */
sealed class WideRows extends Rows permits LongRows {

  /** There are 32 vector registers, not 16. */
  static final boolean MANY_REGISTERS = LANES > 8;

  /**
   * Whether the exponential passes find the next rows' maxima beside their own work. If not, what
   * writes the results does, and what finds sums if nothing is written.
   */
  static final boolean LOOKS_AHEAD = MANY_REGISTERS;

  /**
   * As many elements at once: logits, results and, while terms are found, logits ahead stay in L1.
   */
  static final int ELEMENTS = LOOKS_AHEAD ? 2048 : 4096;

  /** Batches of more elements, which take a mebibyte with their results, are not all in L2. */
  private static final int CACHED = 1 << 17;

  /** From more classes on, lanes are added up in double. */
  static final int MANY_CLASSES = 2048;

  /** From more classes on, the others are added up only where that is needed. */
  static final int SELDOM_ADDED = 512;

  /**
   * As many elements are added up before their sum joins the others, whose rounding errors are kept
   * and made good. Two sums take turns, with many registers four: equal terms would all be rounded
   * to the same side, so none is to have more than 16.
   */
  static final int PART = 4 * LANES * LANES;

  /** From so many rows on, their lanes are folded together: never where a blend is slow. */
  private static final int MANY_ROWS = MANY_REGISTERS ? LANES / 2 : Integer.MAX_VALUE / 2;

  /** As many targets are added up before their sum joins the others in double. */
  private static final int BLOCK = 256 * LANES;

  /** Of each row, the lanes of a sum. */
  final float[] lanes = new float[MOST * LANES];

  /** The same of the weighted distances. */
  final float[] distanceLanes = new float[MOST * LANES];

  /** Of each row that comes next, the maxima of the lanes, as far as they have been looked for. */
  final float[] seen = new float[MOST * LANES];

  /** Whether those are there, where passes look ahead or not as the batch may be. */
  boolean sawNext;

  /** Of each row, the terms of all classes but the label's. */
  private final float[] others = new float[MOST];

  WideRows(Call call) {
    super(call);
  }

  @Override
  int atOnce() {
    int rows = Math.clamp(ELEMENTS / classes, 1, MOST);
    return rows < MANY_ROWS ? rows : (rows + LANES - 1) / LANES * LANES;
  }

  /** Where the first row at hand is. */
  int from() {
    return call.logits.offset + first * call.logits.stride;
  }

  /** Where its results go. */
  int to() {
    return call.out.offset + first * call.out.stride;
  }

  /** How many classes of a row are at hand: all of them. */
  int length() {
    return classes;
  }

  /** Where among the weights those of what is at hand start. */
  int weightsFrom() {
    return weightsAt;
  }

  /** Where the rows are that the passes look ahead to: at hand, if none come next. */
  int aheadFrom() {
    return ahead() > 0 ? from() + count * call.logits.stride : from();
  }

  @Override
  void maxima() {
    sawNext = false;
    findMaxima();
  }

  /** {@link #max}: NaN for a row with a NaN whose sign bit is clear. */
  private void findMaxima() {
    float[] x = call.logits.array;
    int stride = call.logits.stride;
    int from = from();
    int n = length();
    for (int r = 0; r < count; r++) {
      int row = from + r * stride;
      max[r] = maxOfKey(largestKey(x, row, n), row);
    }
  }

  /** Of one row, the maximum of the bits as integers. */
  static int largestKey(float[] x, int row, int n) {
    int whole = Lanes.wholeBeforeLast(n);
    IntVector last = FloatVector.fromArray(FLOATS, x, row + n - LANES).reinterpretAsInts();
    IntVector keys = last;
    IntVector others = last;
    for (int i = 0; i < whole; i += LANES) { // two in turns: none waits for the other
      IntVector next = FloatVector.fromArray(FLOATS, x, row + i).reinterpretAsInts().max(others);
      others = keys;
      keys = next;
    }
    return last.max(keys).max(others).reduceLanes(VectorOperators.MAX);
  }

  @Override
  void nextMaxima() {
    if (!LOOKS_AHEAD && !sawNext) {
      findMaxima();
      return;
    }
    sawNext = false;
    int stride = call.logits.stride;
    int from = from();
    int together = together();
    Reduce.largest(seen, together, max);
    for (int r = 0; r < Math.min(together, count); r++) {
      max[r] = maxOfKey(Float.floatToRawIntBits(max[r]), from + r * stride);
    }
    for (int r = together; r < count; r++) {
      IntVector keys = FloatVector.fromArray(FLOATS, seen, r * LANES).reinterpretAsInts();
      max[r] = maxOfKey(keys.reduceLanes(VectorOperators.MAX), from + r * stride);
    }
  }

  /**
   * The float maximum from the maximum of the bits as integers, which costs one instruction a
   * vector and orders all but negative numbers: only a row of nothing but those is looked at again.
   * A NaN with its sign bit clear is the maximum here; one with it set, the exponential hands on.
   */
  private float maxOfKey(int key, int row) {
    return Float.intBitsToFloat(key >= 0 ? key : smallestKey(row));
  }

  private int smallestKey(int row) {
    float[] x = call.logits.array;
    int n = length();
    int whole = Lanes.wholeBeforeLast(n);
    IntVector last = FloatVector.fromArray(FLOATS, x, row + n - LANES).reinterpretAsInts();
    IntVector keys = last;
    for (int i = 0; i < whole; i += LANES) {
      keys = FloatVector.fromArray(FLOATS, x, row + i).reinterpretAsInts().min(keys);
    }
    return last.min(keys).reduceLanes(VectorOperators.MIN);
  }

  @Override
  void sums() {
    findLanes(false);
    distances();
    fold();
  }

  @Override
  void terms() {
    findLanes(true);
    distances();
    fold();
  }

  /** The lanes of the sums, and of the distances if there are weights; the terms, if wanted. */
  void findLanes(boolean stores) {
    if (MANY_REGISTERS) {
      LookAheadPass.find(this, stores);
      return;
    }
    sawNext = weights == null && looksEarly(stores);
    GroupedPass.find(this, stores, sawNext);
  }

  /**
   * Whether 16 registers look ahead before results are written: if the next rows are not in L2, so
   * that memory is at work meanwhile, or if nothing is written. Sums of short rows, if they are in
   * L2, would take up to 1.13 times as long, and {@link #scaleAndSum} looks at what follows short
   * rows in any case. The last rows of a large batch look at themselves: one pass less for a young
   * JVM to compile.
   */
  private boolean looksEarly(boolean stores) {
    boolean isLong = classes > SELDOM_ADDED;
    boolean isLarge = (long) call.rows * classes > CACHED;
    if (LOOKS_AHEAD || ahead() == 0 && !isLarge) {
      return false;
    }
    return stores ? isLong && isLarge : !call.out.isGiven && (isLong || isLarge);
  }

  /** {@link #distance} of the lanes. */
  private void distances() {
    if (weights == null) {
      return;
    }
    if (classes > MANY_CLASSES) {
      distance[0] = total(distanceLanes, 0);
      return;
    }
    for (int r = 0; r < count; r++) {
      distance[r] = Reduce.sum(distanceLanes, r * LANES);
    }
  }

  /** {@link #sum} of the lanes, NaN where the maximum is not finite. */
  private void fold() {
    if (classes > MANY_CLASSES) { // has the time for more exact additions, and needs them
      sum[0] = (float) total(lanes, 0) + (max[0] - max[0]);
      return;
    }
    int together = together();
    foldTogether(lanes, together);
    foldOneByOne(lanes, together);
  }

  /** How many rows are folded together: whole vectors of them, of which the last has enough. */
  private int together() {
    return Math.max(0, count - MANY_ROWS + LANES) / LANES * LANES;
  }

  static double total(float[] lanes, int at) {
    double total = 0;
    for (int i = at; i < at + LANES; i++) {
      total += lanes[i];
    }
    return total;
  }

  @Override
  void scale() {
    if (LOOKS_AHEAD || sawNext || ahead() == 0) {
      scaleOnly();
    } else {
      scaleAndLookAhead();
    }
  }

  private void scaleOnly() {
    float[] y = call.out.array;
    int yStride = call.out.stride;
    int to = to();
    int n = length();
    for (int r = 0; r < count; r++) {
      ScalePass.scale(y, to + r * yStride, n, factor[r]);
    }
  }

  private void scaleAndLookAhead() {
    float[] x = call.logits.array;
    int stride = call.logits.stride;
    float[] y = call.out.array;
    int yStride = call.out.stride;
    int to = to();
    int n = length();
    int ahead = ahead();
    int from = aheadFrom();
    for (int r = 0; r < count; r++) {
      int row = to + r * yStride;
      int aheadRow = from + Math.min(r, ahead - 1) * stride;
      ScalePass.scaleAndLook(y, row, n, factor[r], x, aheadRow, seen, r * LANES);
    }
    sawNext = true;
  }

  @Override
  void scaleMinusLabels(float[] weights, int at) {
    if (classes > SELDOM_ADDED) {
      scaleMinusFewLabels(weights, at);
      return;
    }
    for (int r = 0; r < count; r++) {
      if (label[r] >= 0) {
        call.out.array[placeOfLabel(r)] = 0;
      }
    }
    if (weights == null) {
      scaleAndSum();
    } else {
      scaleMinusWeightsAndSum(weights, at);
    }
    fold();
    for (int r = 0; r < count; r++) {
      if (label[r] >= 0) {
        call.out.array[placeOfLabel(r)] = beyond[r] - sum[r];
      }
    }
  }

  private void scaleAndSum() {
    float[] x = call.logits.array;
    int stride = call.logits.stride;
    int last = Math.max(ahead(), 1) - 1;
    int from = aheadFrom();
    float[] y = call.out.array;
    int yStride = call.out.stride;
    int to = to();
    int n = classes;
    for (int r = 0; r < count; r++) {
      int row = to + r * yStride;
      int aheadRow = from + Math.min(r, last) * stride;
      if (LOOKS_AHEAD) {
        ScalePass.scaleAndSum(
                y, row, n, factor[r], null, 0, 0, null, 0, null, 0, 0, false, false, false)
            .intoArray(lanes, r * LANES);
      } else {
        ScalePass.scaleAndSum(
                y, row, n, factor[r], null, 0, 0, x, aheadRow, seen, r * LANES, 0, false, true,
                false)
            .intoArray(lanes, r * LANES);
      }
    }
    sawNext = ahead() > 0;
  }

  private void scaleMinusWeightsAndSum(float[] u, int at) {
    float[] y = call.out.array;
    int yStride = call.out.stride;
    int to = to();
    int n = classes;
    for (int r = 0; r < count; r++) {
      int row = to + r * yStride;
      ScalePass.scaleAndSum(
              y, row, n, factor[r], u, at, shift[r], null, 0, null, 0, 0, true, false, false)
          .intoArray(lanes, r * LANES);
    }
  }

  /**
   * As {@link #scaleMinusLabels}: of a long row, the others are added up only if the label has most
   * of the sum. A short row whose label has would take up to twice as long then.
   */
  private void scaleMinusFewLabels(float[] weights, int at) {
    others();
    if (weights == null) {
      scale();
    } else {
      scaleMinusWeights(weights, at);
    }
    for (int r = 0; r < count; r++) {
      if (label[r] >= 0) {
        call.out.array[placeOfLabel(r)] = Math.fma(-factor[r], others[r], beyond[r]);
      }
    }
  }

  /** Finds {@link #others}: added up where subtracting the label's term would lose digits. */
  private void others() {
    for (int r = 0; r < count; r++) {
      if (label[r] >= 0) {
        float term = termAtLabel(r);
        float rest = sum[r] - term;
        if (rest < term) {
          call.out.array[placeOfLabel(r)] = 0;
          rest = (float) sumOfTerms(r);
        }
        others[r] = rest;
      }
    }
  }

  float termAtLabel(int r) {
    return call.out.array[placeOfLabel(r)];
  }

  final int placeOfLabel(int r) {
    return call.out.row(first + r) + label[r];
  }

  double sumOfTerms(int r) {
    return sum(call.out.array, to() + r * call.out.stride, length());
  }

  final double sum(float[] y, int row, int n) {
    int whole = Lanes.wholeBeforeLast(n);
    FloatVector zero = zero(FLOATS);
    FloatVector sum = zero;
    FloatVector lost = zero;
    for (int start = 0; start < whole; start += PART) {
      FloatVector a = zero;
      FloatVector b = zero;
      FloatVector c = zero;
      FloatVector d = zero;
      int end = Math.min(start + PART, whole);
      for (int i = start; i < end; i += LANES) {
        FloatVector next = FloatVector.fromArray(FLOATS, y, row + i).add(MANY_REGISTERS ? d : b);
        d = c;
        c = b;
        b = a;
        a = next;
      }
      FloatVector part = zero(FLOATS).add(a).add(b);
      if (MANY_REGISTERS) {
        part = part.add(zero(FLOATS).add(c).add(d));
      }
      FloatVector joined = part.add(sum);
      lost = part.sub(joined.sub(sum)).add(lost);
      sum = joined;
    }
    FloatVector last = FloatVector.fromArray(FLOATS, y, row + n - LANES);
    last.fma(FloatVector.fromArray(FLOATS, Lanes.FRESH, n - whole), lost)
        .add(sum)
        .intoArray(lanes, 0);
    return total(lanes, 0);
  }

  /** Terms become {@code factor * term - shift * weight}. */
  void scaleMinusWeights(float[] u, int at) {
    float[] y = call.out.array;
    int yStride = call.out.stride;
    int to = to();
    int n = length();
    for (int r = 0; r < count; r++) {
      int row = to + r * yStride;
      ScalePass.scaleMinusWeights(y, row, n, factor[r], u, at, shift[r]);
    }
  }

  @Override
  void store() {
    // they are there
  }

  @Override
  void logSoftmax() {
    float[] x = call.logits.array;
    int stride = call.logits.stride;
    int from = from();
    float[] y = call.out.array;
    int yStride = call.out.stride;
    int to = to();
    int n = length();
    int last = Math.max(ahead(), 1) - 1;
    int aheadFrom = aheadFrom();
    for (int r = 0; r < count; r++) {
      int row = from + r * stride;
      int yRow = to + r * yStride;
      int aheadRow = aheadFrom + Math.min(r, last) * stride;
      if (LOOKS_AHEAD) {
        ScalePass.logSoftmax(x, row, y, yRow, n, references[r], logSum[r], 0, null, 0, false);
      } else {
        ScalePass.logSoftmax(
            x, row, y, yRow, n, references[r], logSum[r], aheadRow, seen, r * LANES, true);
      }
    }
    sawNext = ahead() > 0;
  }

  @Override
  void logitsAtLabels() {
    takeAtLabels(call.logits.array, from(), call.logits.stride, 1);
  }

  @Override
  void target(int r, float[] t, int target, int step) {
    int row = call.logits.row(first + r);
    double distances = 0;
    double masses = 0;
    for (int i = 0, size; i < classes; i += size) {
      int left = classes - i;
      size = left <= BLOCK + LANES ? left : BLOCK;
      distanceAndMass(row + i, t, target + i, size, max[r]);
      distances += total(lanes, 0);
      masses += total(lanes, LANES);
    }
    distance[r] = distances;
    mass[r] = masses;
  }

  /**
   * Lane sums of {@code t * (max - x)} over the targets that are not 0, and after them those of
   * {@code t}.
   */
  private void distanceAndMass(int row, float[] t, int target, int n, float max) {
    float[] x = call.logits.array;
    int whole = Lanes.wholeBeforeLast(n);
    FloatVector zero = zero(FLOATS);
    FloatVector distance = zero;
    FloatVector mass = zero;
    for (int start = 0; start < whole; start += PART) {
      FloatVector partDistance = zero;
      FloatVector partMass = zero;
      for (int i = start; i < Math.min(start + PART, whole); i += LANES) {
        FloatVector weight = FloatVector.fromArray(FLOATS, t, target + i);
        FloatVector product =
            weight.mul(broadcast(FLOATS, max).sub(FloatVector.fromArray(FLOATS, x, row + i)));
        partDistance = product.blend(zero, weight.eq(zero)).add(partDistance);
        partMass = weight.add(partMass);
      }
      distance = zero(FLOATS).add(partDistance).add(distance);
      mass = zero(FLOATS).add(partMass).add(mass);
    }
    FloatVector fresh = FloatVector.fromArray(FLOATS, Lanes.FRESH, n - whole);
    FloatVector weight = FloatVector.fromArray(FLOATS, t, target + n - LANES).mul(fresh);
    FloatVector product =
        weight.mul(broadcast(FLOATS, max).sub(FloatVector.fromArray(FLOATS, x, row + n - LANES)));
    product.blend(zero, weight.eq(zero)).add(distance).intoArray(lanes, 0);
    weight.add(mass).intoArray(lanes, LANES);
  }

  @Override
  void scaleMinusTarget(int r, float[] t, int target, int step, double scale) {
    float[] y = call.out.array;
    int n = length();
    int row = call.out.row(first + r);
    int whole = Lanes.wholeBeforeLast(n);
    FloatVector k = broadcast(FLOATS, factor[r]);
    FloatVector s = broadcast(FLOATS, (float) scale);
    FloatVector last = FloatVector.fromArray(FLOATS, y, row + n - LANES);
    for (int i = 0; i < whole; i += LANES) {
      FloatVector e = FloatVector.fromArray(FLOATS, y, row + i);
      FloatVector wanted = FloatVector.fromArray(FLOATS, t, target + i).mul(s);
      e.mul(k).sub(wanted).intoArray(y, row + i);
    }
    FloatVector wanted = FloatVector.fromArray(FLOATS, t, target + n - LANES).mul(s);
    last.mul(k).sub(wanted).intoArray(y, row + n - LANES);
  }
}
