package io.github.softmax4j.kernel;

import static io.github.softmax4j.kernel.Lanes.FLOATS;
import static io.github.softmax4j.kernel.Lanes.INTS;
import static io.github.softmax4j.kernel.Lanes.LANES;
import static io.github.softmax4j.kernel.Lanes.distance;
import static io.github.softmax4j.kernel.Lanes.keys;
import static io.github.softmax4j.kernel.Lanes.load;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.zero;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Rows of one or two vectors of classes, which run along the lanes where they lie. With 512 bits, a
 * row may also be one vector with lanes beyond it, under a mask.
 *
 * <p>Two vectors are the one that starts where the row starts and the one that ends where it ends.
 * What they share counts once. There is no loop along a row, and as many rows as there are lanes
 * are added up across the lanes at once. The terms of one vector stay in {@link #lanes} until they
 * are scaled, with 0 in lanes beyond the row. Those of two go to {@link Call#out}.
 *
 * <p>Each pass is one source for the three kinds: masked, of one vector, and of two. A choice in
 * its loop would cost a tenth of the time.
 */
sealed class ShortRows extends Rows permits ColumnRows {

  /** As many elements at once: logits and results stay in L1. */
  private static final int ELEMENTS = 2048;

  /** Fewer rows are others one by one. */
  private static final int ENOUGH_TO_FOLD = Math.max(2, LANES / 4);

  /** Of each row, the sum of all gradients but that at the label. */
  private final float[] others = new float[MOST];

  /** Of each row, the lanes of its maximum or its sum, or the terms of one vector. */
  final float[] lanes = new float[(MOST + 1) * LANES];

  ShortRows(Call call) {
    super(call);
  }

  /** Whether rows are one vector with lanes beyond them. */
  private boolean isMasked() {
    return classes < LANES;
  }

  private boolean isOneVector() {
    return classes <= LANES;
  }

  @Override
  int atOnce() {
    return isMasked() ? MOST / 2 : Math.min(MOST, ELEMENTS / classes / LANES * LANES);
  }

  /** Where a row's second vector starts. */
  final int second() {
    return classes - LANES;
  }

  /** The lanes of a masked row. */
  @Inline
  private static VectorMask<Float> inRow(ShortRows t, boolean masked) {
    return masked ? FLOATS.indexInRange(0, t.classes) : null;
  }

  /** A row's first vector. */
  @Inline
  private static FloatVector first(float[] x, int at, VectorMask<Float> inRow, boolean masked) {
    return masked ? FloatVector.fromArray(FLOATS, x, at, inRow) : load(x, at);
  }

  /** A row's first vector of results. */
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
  void nextMaxima() {
    maxima();
  }

  @Override
  void maxima() {
    largestKeys();
    if (count < ENOUGH_TO_FOLD) {
      for (int r = 0; r < count; r++) {
        IntVector keys = keys(lanes, r * LANES);
        max[r] = Float.intBitsToFloat(keys.reduceLanes(VectorOperators.MAX));
      }
      maximaOfNegative(0);
      return;
    }
    Reduce.largest(lanes, count, max);
    for (int r = 0; r < count; r += LANES) {
      if (Lanes.keys(max, r).lt(0).anyTrue()) {
        maximaOfNegative(r);
      }
    }
  }

  /** The lanes of the largest bits as integers, whose order is wrong among negative floats. */
  void largestKeys() {
    if (isMasked()) {
      largestKeys(this, true);
    } else {
      largestKeys(this, false);
    }
  }

  @Inline
  private static void largestKeys(ShortRows t, boolean masked) {
    float[] x = t.call.logits.array;
    int from = t.call.logits.row(t.first);
    int stride = t.call.logits.stride;
    int second = t.second();
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

  /** {@link #max} of those rows from {@code begin} on, as many as there are lanes, that need it. */
  private void maximaOfNegative(int begin) {
    for (int r = begin; r < Math.min(begin + LANES, count); r++) {
      if (max[r] < 0 || Float.floatToRawIntBits(max[r]) < 0) {
        max[r] = Float.intBitsToFloat(smallestKey(call.logits.row(first + r)));
      }
    }
  }

  /** The smallest bits as integers: those of the largest of negative floats. */
  private int smallestKey(int row) {
    float[] x = call.logits.array;
    int smallest = Integer.MAX_VALUE;
    for (int i = row; i < row + classes; i++) {
      smallest = Math.min(smallest, Float.floatToRawIntBits(x[i]));
    }
    return smallest;
  }

  /** {@link #sum} of the lanes, NaN where the maximum is not finite. */
  private void fold() {
    if (count < ENOUGH_TO_FOLD) {
      foldOneByOne(lanes, 0);
      return;
    }
    foldTogether(lanes, count);
  }

  @Override
  void sums() {
    findTerms(false);
  }

  @Override
  void terms() {
    findTerms(true);
  }

  private void findTerms(boolean stores) {
    if (weights != null) {
      weightedDistances();
      for (int r = 0; r < count; r++) {
        distance[r] = Reduce.sum(lanes, r * LANES);
      }
    }
    exponentials(stores);
    fold();
  }

  /** The lanes of {@link #distance}. */
  void weightedDistances() {
    if (isMasked()) {
      weightedDistances(this, true, false);
    } else if (isOneVector()) {
      weightedDistances(this, false, false);
    } else {
      weightedDistances(this, false, true);
    }
  }

  @Inline
  private static void weightedDistances(ShortRows t, boolean masked, boolean two) {
    float[] x = t.call.logits.array;
    int from = t.call.logits.row(t.first);
    int stride = t.call.logits.stride;
    int second = t.second();
    VectorMask<Float> inRow = inRow(t, masked);
    FloatVector weightsOfA = first(t.weights, t.weightsAt, inRow, masked);
    FloatVector weightsOfB = zero(FLOATS);
    if (two) {
      weightsOfB = load(t.weights, t.weightsAt + second).mul(load(Lanes.FRESH, second));
    }
    for (int r = 0; r < t.count; r++) {
      int row = from + r * stride;
      FloatVector a = broadcast(FLOATS, t.references[r]).sub(first(x, row, inRow, masked));
      FloatVector sum = a.mul(weightsOfA);
      if (masked) {
        sum = zero(FLOATS).blend(sum, inRow);
      }
      if (two) {
        FloatVector b = distance(t.references[r], x, row + second);
        VectorMask<Float> isRepeated = zero(FLOATS).eq(weightsOfB); // be its distance infinite
        sum = b.blend(zero(FLOATS), isRepeated).fma(weightsOfB, sum);
      }
      sum.intoArray(t.lanes, r * LANES);
    }
  }

  /** The lanes of {@link #sum}, and the terms if wanted. */
  void exponentials(boolean stores) {
    if (isMasked()) {
      exponentials(this, lanes, 0, LANES, true, false);
    } else if (isOneVector()) {
      exponentials(this, lanes, 0, LANES, false, false);
    } else if (stores) {
      exponentialsOfTwo(call.out.array, call.out.row(first), call.out.stride);
    } else {
      exponentialsOfTwo(lanes, 0, LANES); // where what they add up to follows
    }
  }

  private void exponentialsOfTwo(float[] y, int to, int yStride) {
    exponentials(this, y, to, yStride, false, true);
  }

  /**
   * Terms that nobody wants are stored all the same, but not all in one place: some places double
   * the time, as the processor takes a load of something else for one of what is there.
   */
  @Inline
  private static void exponentials(
      ShortRows t, float[] y, int to, int yStride, boolean masked, boolean two) {
    float[] x = t.call.logits.array;
    int from = t.call.logits.row(t.first);
    int stride = t.call.logits.stride;
    int second = t.second();
    int headroom = t.headroom;
    float magic = Exponential.magic(headroom);
    IntVector limit = Exponential.limits(headroom);
    float[] references = t.references;
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
      FloatVector eA =
          Exponential.exp(
              Exponential.clamp(broadcast(FLOATS, references[r]).sub(a), limit), magic, false);
      if (two) {
        FloatVector eB =
            Exponential.exp(
                Exponential.clamp(broadcast(FLOATS, references[r]).sub(b), limit), magic, false);
        eA.intoArray(y, yRow);
        eB.intoArray(y, yRow + second);
        // with 16 registers, one vector kept over the loop would be on the stack
        FloatVector counted = WideRows.MANY_REGISTERS ? fresh : load(Lanes.FRESH, second);
        eB.fma(counted, eA).intoArray(lanes, r * LANES);
      } else {
        eA.intoArray(y, yRow);
      }
    }
  }

  private float[] termsArray() {
    return isOneVector() ? lanes : call.out.array;
  }

  private int termsFrom() {
    return isOneVector() ? 0 : call.out.row(first);
  }

  private int termsStride() {
    return isOneVector() ? LANES : call.out.stride;
  }

  @Override
  void scale() {
    if (isMasked()) {
      scale(this, true, false);
    } else if (isOneVector()) {
      scale(this, false, false);
    } else {
      scale(this, false, true);
    }
  }

  @Inline
  private static void scale(ShortRows t, boolean masked, boolean two) {
    float[] terms = t.termsArray();
    int from = t.termsFrom();
    int stride = t.termsStride();
    float[] y = t.call.out.array;
    int to = t.call.out.row(t.first);
    int yStride = t.call.out.stride;
    int second = t.second();
    VectorMask<Float> inRow = inRow(t, masked);
    for (int r = 0; r < t.count; r++) {
      int at = from + r * stride;
      int yRow = to + r * yStride;
      FloatVector by = broadcast(FLOATS, t.factor[r]);
      FloatVector b = two ? load(terms, at + second) : zero(FLOATS);
      store(load(terms, at).mul(by), y, yRow, inRow, masked);
      if (two) {
        b.mul(by).intoArray(y, yRow + second);
      }
    }
  }

  @Override
  void scaleMinusLabels(float[] weights, int at) {
    scaleAndSumOthers();
    if (weights != null) {
      subtractWeights(weights, at);
    }
    Reduce.sums(lanes, count, others);
    float[] y = call.out.array;
    int to = call.out.row(first);
    for (int r = 0; r < count; r++) {
      if (label[r] >= 0) {
        y[to + r * call.out.stride + label[r]] = beyond[r] - others[r];
      }
    }
  }

  void subtractWeights(float[] u, int at) {
    if (isMasked()) {
      subtractWeights(this, u, at, true, false);
    } else if (isOneVector()) {
      subtractWeights(this, u, at, false, false);
    } else {
      subtractWeights(this, u, at, false, true);
    }
  }

  /** The next row is loaded before a store, as in {@link #logSoftmax}. */
  @Inline
  private static void subtractWeights(ShortRows t, float[] u, int at, boolean masked, boolean two) {
    float[] y = t.call.out.array;
    int to = t.call.out.row(t.first);
    int stride = t.call.out.stride;
    int second = t.second();
    VectorMask<Float> inRow = inRow(t, masked);
    FloatVector weightsOfA = first(u, at, inRow, masked);
    FloatVector weightsOfB = two ? load(u, at + second) : zero(FLOATS);
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

  /** Scales the terms, and finds the lanes of the sum of all but the label's. */
  void scaleAndSumOthers() {
    if (isMasked()) {
      scaleAndSumOthers(this, true, false);
    } else if (isOneVector()) {
      scaleAndSumOthers(this, false, false);
    } else {
      scaleAndSumOthers(this, false, true);
    }
  }

  @Inline
  private static void scaleAndSumOthers(ShortRows t, boolean masked, boolean two) {
    float[] terms = t.termsArray();
    int from = t.termsFrom();
    int stride = t.termsStride();
    float[] y = t.call.out.array;
    int to = t.call.out.row(t.first);
    int yStride = t.call.out.stride;
    int second = t.second();
    VectorMask<Float> inRow = inRow(t, masked);
    FloatVector fresh = two ? load(Lanes.FRESH, second) : zero(FLOATS);
    FloatVector zero = zero(FLOATS);
    IntVector classesOfA = IntVector.zero(INTS).addIndex(1);
    IntVector classesOfB = classesOfA.add(second);
    for (int r = 0; r < t.count; r++) {
      int at = from + r * stride;
      int yRow = to + r * yStride;
      FloatVector by = broadcast(FLOATS, t.factor[r]);
      FloatVector b = two ? load(terms, at + second) : zero(FLOATS);
      FloatVector a = load(terms, at).mul(by);
      store(a, y, yRow, inRow, masked);
      VectorMask<Float> isLabel = IntVector.broadcast(INTS, t.label[r]).eq(classesOfA).cast(FLOATS);
      FloatVector others = a.blend(zero, isLabel);
      if (two) {
        FloatVector scaled = b.mul(by);
        scaled.intoArray(y, yRow + second);
        isLabel = IntVector.broadcast(INTS, t.label[r]).eq(classesOfB).cast(FLOATS);
        others = scaled.blend(zero, isLabel).fma(fresh, others);
      }
      others.intoArray(t.lanes, r * LANES);
    }
  }

  @Override
  void store() {
    // they are there
  }

  /**
   * In place, the next masked row is loaded before a store. The lanes of that store which are
   * beyond its row lie in the next one, and the processor waits for them although they are masked.
   * Elsewhere that takes up to a fifth longer.
   */
  @Override
  void logSoftmax() {
    if (!isMasked()) {
      if (isOneVector()) {
        logSoftmax(this, false, false, false);
      } else {
        logSoftmax(this, false, true, false);
      }
    } else if (call.out.array == call.logits.array && call.out.offset == call.logits.offset) {
      logSoftmax(this, true, false, true);
    } else {
      logSoftmax(this, true, false, false);
    }
  }

  @Inline
  private static void logSoftmax(ShortRows t, boolean masked, boolean two, boolean ahead) {
    float[] x = t.call.logits.array;
    int from = t.call.logits.row(t.first);
    int stride = t.call.logits.stride;
    float[] y = t.call.out.array;
    int to = t.call.out.row(t.first);
    int yStride = t.call.out.stride;
    int second = t.second();
    VectorMask<Float> inRow = inRow(t, masked);
    FloatVector following = ahead ? first(x, from, inRow, masked) : zero(FLOATS);
    for (int r = 0; r < t.count; r++) {
      int row = from + r * stride;
      int yRow = to + r * yStride;
      FloatVector minusMax = broadcast(FLOATS, -t.references[r]);
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

  @Override
  void logitsAtLabels() {
    takeAtLabels(call.logits.array, call.logits.row(first), call.logits.stride, 1);
  }

  @Override
  void scaleMinusTarget(int r, float[] t, int target, int step, double scale) {
    float[] terms = termsArray();
    int from = termsFrom() + r * termsStride();
    float[] y = call.out.array;
    int row = call.out.row(first + r);
    for (int c = 0; c < classes; c++) {
      float wanted = (float) (scale * t[target + c]);
      y[row + c] = terms[from + c] * factor[r] - wanted;
    }
  }
}
