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
 * Rows of one vector of classes some of whose lanes are beyond them, where masked loads and stores
 * cost hardly more than others: with 512 bits. The terms stay in {@link #lanes}, as of {@link
 * ShortRows} that fill one vector, and those of lanes beyond the row are 0.
 */
final class MaskedRows extends ShortRows {

  /** Of fewer, turning costs less than the lanes beyond the rows; up to 256 bits there are none. */
  static final int FEWEST = LANES > 8 ? 9 : LANES + 1;

  MaskedRows(Call call) {
    super(call);
  }

  static boolean fits(int classes) {
    return FEWEST <= classes && classes < LANES;
  }

  @Override
  int atOnce() {
    return MOST / 2;
  }

  @Override
  void largestKeys() {
    float[] x = call.logits.array;
    int from = call.logits.row(first);
    int stride = call.logits.stride;
    VectorMask<Float> inRow = FLOATS.indexInRange(0, classes);
    FloatVector lowest = IntVector.broadcast(INTS, Integer.MIN_VALUE).reinterpretAsFloats();
    for (int r = 0; r < count; r++) {
      FloatVector row = FloatVector.fromArray(FLOATS, x, from + r * stride, inRow);
      lowest.blend(row, inRow).intoArray(lanes, r * LANES);
    }
  }

  @Override
  int smallestKey(int row) {
    VectorMask<Float> inRow = FLOATS.indexInRange(0, classes);
    FloatVector keys = FloatVector.fromArray(FLOATS, call.logits.array, row, inRow);
    return keys.reinterpretAsInts().reduceLanes(VectorOperators.MIN, inRow.cast(INTS));
  }

  @Override
  void weightedDistances() {
    float[] x = call.logits.array;
    int from = call.logits.row(first);
    int stride = call.logits.stride;
    VectorMask<Float> inRow = FLOATS.indexInRange(0, classes);
    FloatVector weightsOfRow = FloatVector.fromArray(FLOATS, weights, weightsAt, inRow);
    FloatVector zero = zero(FLOATS);
    for (int r = 0; r < count; r++) {
      FloatVector reference = broadcast(FLOATS, references[r]);
      FloatVector row = FloatVector.fromArray(FLOATS, x, from + r * stride, inRow);
      zero.blend(reference.sub(row).mul(weightsOfRow), inRow).intoArray(lanes, r * LANES);
    }
  }

  /** */
  @Override
  void exponentials(boolean stores) {
    float[] x = call.logits.array;
    int from = call.logits.row(first);
    int stride = call.logits.stride;
    VectorMask<Float> inRow = FLOATS.indexInRange(0, classes);
    FloatVector lowest = broadcast(FLOATS, Float.NEGATIVE_INFINITY);
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
      FloatVector row = FloatVector.fromArray(FLOATS, x, from + r * stride, inRow);
      FloatVector v = reference.sub(lowest.blend(row, inRow));
      v = v.reinterpretAsInts().min(limit).reinterpretAsFloats();
      FloatVector k = v.fma(log2e, broadcast(FLOATS, magic));
      FloatVector q = v.fma(low, v.fma(log2e, broadcast(FLOATS, magic).sub(k)));
      FloatVector p = q.fma(c5, c4).fma(q, c3).fma(q, c2).fma(q, c1).fma(q, c0);
      IntVector n = k.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
      p.mul(n.reinterpretAsFloats()).intoArray(lanes, r * LANES);
    }
  }

  @Override
  void scale() {
    float[] y = call.out.array;
    int to = call.out.row(first);
    int stride = call.out.stride;
    VectorMask<Float> inRow = FLOATS.indexInRange(0, classes);
    for (int r = 0; r < count; r++) {
      FloatVector by = broadcast(FLOATS, factor[r]);
      FloatVector.fromArray(FLOATS, lanes, r * LANES).mul(by).intoArray(y, to + r * stride, inRow);
    }
  }

  @Override
  void scaleAndSumOthers() {
    float[] y = call.out.array;
    int to = call.out.row(first);
    int stride = call.out.stride;
    VectorMask<Float> inRow = FLOATS.indexInRange(0, classes);
    FloatVector zero = zero(FLOATS);
    IntVector classesOfRow = IntVector.zero(INTS).addIndex(1);
    for (int r = 0; r < count; r++) {
      FloatVector by = broadcast(FLOATS, factor[r]);
      FloatVector scaled = FloatVector.fromArray(FLOATS, lanes, r * LANES).mul(by);
      scaled.intoArray(y, to + r * stride, inRow);
      VectorMask<Float> isLabel = classesOfRow.eq(label[r]).cast(FLOATS);
      scaled.blend(zero, isLabel).intoArray(lanes, r * LANES);
    }
  }

  /** The next row is loaded before a store, as in {@link #logSoftmaxInPlace}. */
  @Override
  void subtractWeights(float[] u, int at) {
    float[] y = call.out.array;
    int to = call.out.row(first);
    int stride = call.out.stride;
    VectorMask<Float> inRow = FLOATS.indexInRange(0, classes);
    FloatVector weightsOfRow = FloatVector.fromArray(FLOATS, u, at, inRow);
    FloatVector following = FloatVector.fromArray(FLOATS, y, to, inRow);
    for (int r = 0; r < count; r++) {
      FloatVector down = broadcast(FLOATS, -shift[r]);
      FloatVector scaled = following;
      int next = to + Math.min(r + 1, count - 1) * stride;
      following = FloatVector.fromArray(FLOATS, y, next, inRow);
      weightsOfRow.fma(down, scaled).intoArray(y, to + r * stride, inRow);
    }
  }

  @Override
  void logSoftmax() {
    if (call.out.array == call.logits.array && call.out.offset == call.logits.offset) {
      logSoftmaxInPlace();
      return;
    }
    float[] x = call.logits.array;
    float[] y = call.out.array;
    int from = call.logits.row(first);
    int to = call.out.row(first);
    int stride = call.logits.stride;
    int yStride = call.out.stride;
    VectorMask<Float> inRow = FLOATS.indexInRange(0, classes);
    for (int r = 0; r < count; r++) {
      FloatVector m = broadcast(FLOATS, references[r]);
      FloatVector s = broadcast(FLOATS, logSum[r]);
      FloatVector row = FloatVector.fromArray(FLOATS, x, from + r * stride, inRow);
      row.sub(m).sub(s).intoArray(y, to + r * yStride, inRow);
    }
  }

  /**
   * The next row is loaded before a store: lanes of that store which are beyond its row lie in the
   * next one, and the processor waits for them although they are masked. A twin, since elsewhere
   * this takes up to a fifth longer.
   */
  private void logSoftmaxInPlace() {
    float[] x = call.logits.array;
    int from = call.logits.row(first);
    int stride = call.logits.stride;
    VectorMask<Float> inRow = FLOATS.indexInRange(0, classes);
    FloatVector following = FloatVector.fromArray(FLOATS, x, from, inRow);
    for (int r = 0; r < count; r++) {
      FloatVector minusMax = broadcast(FLOATS, -references[r]);
      FloatVector minusSum = broadcast(FLOATS, -logSum[r]);
      FloatVector row = following;
      int next = from + Math.min(r + 1, count - 1) * stride;
      following = FloatVector.fromArray(FLOATS, x, next, inRow);
      minusSum.add(minusMax.add(row)).intoArray(x, from + r * stride, inRow);
    }
  }
}
