package io.github.softmax4j.kernel;

import static io.github.softmax4j.kernel.Lanes.FLOATS;
import static io.github.softmax4j.kernel.Lanes.INTS;
import static io.github.softmax4j.kernel.Lanes.LANES;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.zero;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Rows of one or two vectors of classes, which run along the lanes where they lie, as in {@link
 * WideRows}; the terms are in {@link Call#out}, or in the scratch. A row is loaded as the vector
 * that starts where it starts and the one that ends where it ends: what these share counts once.
 * There is no loop along a row, and as many rows as a vector has lanes are added up across the
 * lanes at once.
 */
sealed class ShortRows extends Rows permits ColumnRows, MaskedRows {

  /** Turning rows of few more classes than one vector is faster where vectors have eight lanes. */
  static final int FEWEST_CLASSES = LANES == 8 ? 13 : LANES;

  /** As many elements at once: logits and results stay in L1. */
  private static final int ELEMENTS = 2048;

  /** Fewer rows are folded one by one. */
  private static final int ENOUGH_TO_FOLD = Math.max(2, LANES / 4);

  /** Of each row, the sum of all gradients but that at the label. */
  private final float[] others = new float[MOST];

  /** Of each row, the lanes of its maximum or its sum; behind the last, what nobody wants. */
  final float[] lanes = new float[(MOST + 1) * LANES];

  ShortRows(Call call) {
    super(call);
  }

  static boolean fits(int classes) {
    return FEWEST_CLASSES <= classes && classes <= 2 * LANES;
  }

  @Override
  int atOnce() {
    return Math.min(MOST, ELEMENTS / classes / LANES * LANES);
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
        IntVector keys = FloatVector.fromArray(FLOATS, lanes, r * LANES).reinterpretAsInts();
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

  /**
   * Of the bits as integers, as in {@link WideRows#maxima}: the smallest where all are negative.
   */
  void largestKeys() {
    float[] x = call.logits.array;
    int from = call.logits.row(first);
    int stride = call.logits.stride;
    int second = classes - LANES;
    for (int r = 0; r < count; r++) {
      int row = from + r * stride;
      IntVector a = FloatVector.fromArray(FLOATS, x, row).reinterpretAsInts();
      IntVector b = FloatVector.fromArray(FLOATS, x, row + second).reinterpretAsInts();
      a.max(b).reinterpretAsFloats().intoArray(lanes, r * LANES);
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

  int smallestKey(int row) {
    IntVector a = FloatVector.fromArray(FLOATS, call.logits.array, row).reinterpretAsInts();
    int last = row + classes - LANES;
    IntVector b = FloatVector.fromArray(FLOATS, call.logits.array, last).reinterpretAsInts();
    return a.min(b).reduceLanes(VectorOperators.MIN);
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
    float[] x = call.logits.array;
    int from = call.logits.row(first);
    int stride = call.logits.stride;
    int second = classes - LANES;
    FloatVector weightsOfA = FloatVector.fromArray(FLOATS, weights, weightsAt);
    FloatVector weightsOfB =
        FloatVector.fromArray(FLOATS, weights, weightsAt + second)
            .mul(FloatVector.fromArray(FLOATS, Lanes.FRESH, second));
    FloatVector zero = zero(FLOATS);
    VectorMask<Float> counted = weightsOfB.eq(zero); // an infinite distance must not count twice
    for (int r = 0; r < count; r++) {
      int row = from + r * stride;
      FloatVector reference = broadcast(FLOATS, references[r]);
      FloatVector a = reference.sub(FloatVector.fromArray(FLOATS, x, row));
      FloatVector b = reference.sub(FloatVector.fromArray(FLOATS, x, row + second));
      b.blend(zero, counted).fma(weightsOfB, a.mul(weightsOfA)).intoArray(lanes, r * LANES);
    }
  }

  /** The lanes of {@link #sum}; the terms, if wanted. */
  void exponentials(boolean stores) {
    if (isOneVector()) {
      oneVector();
    } else if (stores) {
      twoVectors(call.out.array, call.out.row(first), call.out.stride);
    } else {
      twoVectors(lanes, 0, LANES); // where what they add up to follows
    }
  }

  /** Such rows' terms stay in {@link #lanes} until they are scaled: each result is stored once. */
  private boolean isOneVector() {
    return classes <= LANES;
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

  /** */
  private void oneVector() {
    float[] x = call.logits.array;
    int from = call.logits.row(first);
    int stride = call.logits.stride;
    float magic = Lanes.magicOf(headroom);
    IntVector limit =
        FloatVector.fromArray(FLOATS, Lanes.LIMITS, headroom * LANES).reinterpretAsInts();
    FloatVector log2e = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.LOG2_E);
    FloatVector low = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.LOG2_E_LOW);
    FloatVector c5 = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.C5);
    FloatVector c4 = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.C4);
    FloatVector c3 = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.C3);
    FloatVector c2 = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.C2);
    FloatVector c1 = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.C1);
    FloatVector c0 = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.C0);
    for (int r = 0; r < count; r++) {
      FloatVector reference = broadcast(FLOATS, references[r]);
      FloatVector v = reference.sub(FloatVector.fromArray(FLOATS, x, from + r * stride));
      v = v.reinterpretAsInts().min(limit).reinterpretAsFloats();
      FloatVector k = v.fma(log2e, broadcast(FLOATS, magic));
      FloatVector q = v.fma(low, v.fma(log2e, broadcast(FLOATS, magic).sub(k)));
      FloatVector p = q.fma(c5, c4).fma(q, c3).fma(q, c2).fma(q, c1).fma(q, c0);
      IntVector n = k.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
      p.mul(n.reinterpretAsFloats()).intoArray(lanes, r * LANES);
    }
  }

  /**
   * As {@link #oneVector}, of two: a twin, as a choice in the loop costs a tenth of the time. Terms
   * that nobody wants are stored all the same, but not all in one place: some places would double
   * the time, as the processor takes a load of something else for one of what is there. So would
   * one on the stack: with 16 registers {@link Lanes#FRESH} is loaded in the loop.
   */
  private void twoVectors(float[] y, int to, int yStride) {
    float[] x = call.logits.array;
    int from = call.logits.row(first);
    int stride = call.logits.stride;
    int second = classes - LANES;
    FloatVector fresh = FloatVector.fromArray(FLOATS, Lanes.FRESH, second);
    float magic = Lanes.magicOf(headroom);
    IntVector limit =
        FloatVector.fromArray(FLOATS, Lanes.LIMITS, headroom * LANES).reinterpretAsInts();
    FloatVector log2e = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.LOG2_E);
    FloatVector low = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.LOG2_E_LOW);
    FloatVector c5 = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.C5);
    FloatVector c4 = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.C4);
    FloatVector c3 = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.C3);
    FloatVector c2 = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.C2);
    FloatVector c1 = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.C1);
    FloatVector c0 = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.C0);
    for (int r = 0; r < count; r++) {
      int row = from + r * stride;
      int yRow = to + r * yStride;
      FloatVector reference = broadcast(FLOATS, references[r]);
      FloatVector b = FloatVector.fromArray(FLOATS, x, row + second);
      FloatVector vA = reference.sub(FloatVector.fromArray(FLOATS, x, row));
      vA = vA.reinterpretAsInts().min(limit).reinterpretAsFloats();
      FloatVector kA = vA.fma(log2e, broadcast(FLOATS, magic));
      FloatVector qA = vA.fma(low, vA.fma(log2e, broadcast(FLOATS, magic).sub(kA)));
      FloatVector pA = qA.fma(c5, c4).fma(qA, c3).fma(qA, c2).fma(qA, c1).fma(qA, c0);
      IntVector nA = kA.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
      FloatVector eA = pA.mul(nA.reinterpretAsFloats());
      FloatVector vB = reference.sub(b);
      vB = vB.reinterpretAsInts().min(limit).reinterpretAsFloats();
      FloatVector kB = vB.fma(log2e, broadcast(FLOATS, magic));
      FloatVector qB = vB.fma(low, vB.fma(log2e, broadcast(FLOATS, magic).sub(kB)));
      FloatVector pB = qB.fma(c5, c4).fma(qB, c3).fma(qB, c2).fma(qB, c1).fma(qB, c0);
      IntVector nB = kB.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
      FloatVector eB = pB.mul(nB.reinterpretAsFloats());
      eA.intoArray(y, yRow);
      eB.intoArray(y, yRow + second);
      FloatVector counted =
          WideRows.MANY_REGISTERS ? fresh : FloatVector.fromArray(FLOATS, Lanes.FRESH, second);
      eB.fma(counted, eA).intoArray(lanes, r * LANES);
    }
  }

  @Override
  void scale() {
    float[] terms = termsArray();
    int from = termsFrom();
    int termsStride = termsStride();
    float[] y = call.out.array;
    int to = call.out.row(first);
    int stride = call.out.stride;
    int second = classes - LANES;
    for (int r = 0; r < count; r++) {
      int row = to + r * stride;
      int at = from + r * termsStride;
      FloatVector by = broadcast(FLOATS, factor[r]);
      FloatVector a = FloatVector.fromArray(FLOATS, terms, at);
      FloatVector b = FloatVector.fromArray(FLOATS, terms, at + second);
      a.mul(by).intoArray(y, row);
      if (second > 0) {
        b.mul(by).intoArray(y, row + second);
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
    float[] y = call.out.array;
    int to = call.out.row(first);
    int stride = call.out.stride;
    int second = classes - LANES;
    FloatVector weightsOfA = FloatVector.fromArray(FLOATS, u, at);
    FloatVector weightsOfB = FloatVector.fromArray(FLOATS, u, at + second);
    for (int r = 0; r < count; r++) {
      int row = to + r * stride;
      FloatVector down = broadcast(FLOATS, -shift[r]);
      FloatVector a = FloatVector.fromArray(FLOATS, y, row);
      FloatVector b = FloatVector.fromArray(FLOATS, y, row + second);
      weightsOfA.fma(down, a).intoArray(y, row);
      weightsOfB.fma(down, b).intoArray(y, row + second);
    }
  }

  /** Scales the terms, and finds the lanes of the sum of all but the label's. */
  void scaleAndSumOthers() {
    float[] terms = termsArray();
    int from = termsFrom();
    int termsStride = termsStride();
    float[] y = call.out.array;
    int to = call.out.row(first);
    int stride = call.out.stride;
    int second = classes - LANES;
    FloatVector fresh = FloatVector.fromArray(FLOATS, Lanes.FRESH, second);
    FloatVector zero = zero(FLOATS);
    IntVector classesOfA = IntVector.zero(INTS).addIndex(1);
    IntVector classesOfB = classesOfA.add(second);
    for (int r = 0; r < count; r++) {
      int row = to + r * stride;
      int place = from + r * termsStride;
      IntVector at = IntVector.broadcast(INTS, label[r]);
      FloatVector by = broadcast(FLOATS, factor[r]);
      FloatVector a = FloatVector.fromArray(FLOATS, terms, place).mul(by);
      FloatVector b = FloatVector.fromArray(FLOATS, terms, place + second);
      a.intoArray(y, row);
      VectorMask<Float> labelOfA = classesOfA.eq(at).cast(FLOATS);
      FloatVector othersOfA = a.blend(zero, labelOfA);
      if (second > 0) {
        FloatVector scaled = b.mul(by);
        scaled.intoArray(y, row + second);
        VectorMask<Float> labelOfB = classesOfB.eq(at).cast(FLOATS);
        scaled.blend(zero, labelOfB).fma(fresh, othersOfA).intoArray(lanes, r * LANES);
      } else {
        othersOfA.intoArray(lanes, r * LANES);
      }
    }
  }

  @Override
  void store() {
    // they are there
  }

  @Override
  void logSoftmax() {
    float[] x = call.logits.array;
    float[] y = call.out.array;
    int from = call.logits.row(first);
    int to = call.out.row(first);
    int stride = call.logits.stride;
    int yStride = call.out.stride;
    int second = classes - LANES;
    for (int r = 0; r < count; r++) {
      int row = from + r * stride;
      int yRow = to + r * yStride;
      FloatVector m = broadcast(FLOATS, references[r]);
      FloatVector s = broadcast(FLOATS, logSum[r]);
      FloatVector a = FloatVector.fromArray(FLOATS, x, row);
      FloatVector b = FloatVector.fromArray(FLOATS, x, row + second);
      a.sub(m).sub(s).intoArray(y, yRow);
      if (second > 0) {
        b.sub(m).sub(s).intoArray(y, yRow + second);
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
