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
 * Rows of a few vectors, one column of vectors after the other: loops run over the rows, so none is
 * short, and what a row has once is added up in memory. The last column is the vectors that end
 * where the rows end. If they repeat elements of the column before, those count once, and the last
 * column comes first and waits aside until the others are written, which may be in place.
 */
sealed class ColumnRows extends ShortRows permits FewRows {

  /** Rows of more are faster one by one; with 512 bits those of more than two vectors. */
  private static final int MOST_CLASSES = LANES > 8 ? 0 : LANES == 8 ? 40 : 32;

  /** What is to be in the last column. */
  final float[] ends = new float[MOST * LANES];

  ColumnRows(Call call) {
    super(call);
  }

  static boolean fits(int classes) {
    return FEWEST_CLASSES <= classes && classes <= MOST_CLASSES;
  }

  /** Where the last column is. */
  final int last() {
    return classes - LANES;
  }

  /** How many elements of the last column are in no other. */
  final int fresh() {
    return classes - Lanes.wholeBeforeLast(classes);
  }

  /** Whether the last column is one that comes first. */
  final boolean overlaps() {
    return fresh() < LANES;
  }

  /** Where the columns end that need not wait. */
  final int end() {
    return overlaps() ? last() : classes;
  }

  private void clearLanes() {
    FloatVector zero = zero(FLOATS);
    for (int r = 0; r < count; r++) {
      zero.intoArray(lanes, r * LANES);
    }
  }

  /** Writes the last column, if it has waited. */
  private void writeEnds() {
    if (!overlaps()) {
      return;
    }
    float[] y = call.out.array;
    int to = call.out.row(first) + last();
    int stride = call.out.stride;
    for (int r = 0; r < count; r++) {
      FloatVector.fromArray(FLOATS, ends, r * LANES).intoArray(y, to + r * stride);
    }
  }

  @Override
  void largestKeys() {
    float[] x = call.logits.array;
    int from = call.logits.row(first) + last();
    int stride = call.logits.stride;
    for (int r = 0; r < count; r++) {
      FloatVector.fromArray(FLOATS, x, from + r * stride).intoArray(lanes, r * LANES);
    }
    for (int c = 0; c < last(); c += LANES) {
      raiseKeys(c);
    }
  }

  private void raiseKeys(int c) {
    float[] x = call.logits.array;
    int from = call.logits.row(first) + c;
    int stride = call.logits.stride;
    for (int r = 0; r < count; r++) {
      IntVector keys = FloatVector.fromArray(FLOATS, x, from + r * stride).reinterpretAsInts();
      IntVector most = FloatVector.fromArray(FLOATS, lanes, r * LANES).reinterpretAsInts();
      keys.max(most).reinterpretAsFloats().intoArray(lanes, r * LANES);
    }
  }

  @Override
  int smallestKey(int row) {
    float[] x = call.logits.array;
    int smallest = Integer.MAX_VALUE;
    for (int i = row; i < row + classes; i++) {
      smallest = Math.min(smallest, Float.floatToRawIntBits(x[i]));
    }
    return smallest;
  }

  @Override
  void weightedDistances() {
    clearLanes();
    addDistances(last(), fresh());
    for (int c = 0; c < last(); c += LANES) {
      addDistances(c, LANES);
    }
  }

  private void addDistances(int c, int fresh) {
    float[] x = call.logits.array;
    int from = call.logits.row(first) + c;
    int stride = call.logits.stride;
    FloatVector zero = zero(FLOATS);
    FloatVector w =
        FloatVector.fromArray(FLOATS, weights, weightsAt + c)
            .mul(FloatVector.fromArray(FLOATS, Lanes.FRESH, fresh));
    VectorMask<Float> none = w.eq(zero); // of an infinite distance, too
    for (int r = 0; r < count; r++) {
      FloatVector reference = broadcast(FLOATS, references[r]);
      FloatVector far = reference.sub(FloatVector.fromArray(FLOATS, x, from + r * stride));
      FloatVector distances = FloatVector.fromArray(FLOATS, lanes, r * LANES);
      far.blend(zero, none).fma(w, distances).intoArray(lanes, r * LANES);
    }
  }

  @Override
  void exponentials(boolean stores) {
    float[] y = stores ? call.out.array : ends;
    int yStride = stores ? call.out.stride : LANES;
    clearLanes();
    if (overlaps()) {
      addExponentials(last(), fresh(), ends, 0, LANES);
    }
    for (int c = 0; c < end(); c += LANES) {
      addExponentials(c, LANES, y, stores ? call.out.row(first) + c : 0, yStride);
    }
    if (stores) {
      writeEnds();
    }
  }

  /**
   * Two rows a turn, because C2 checks the places of each, which are not a fixed distance apart.
   */
  private void addExponentials(int c, int fresh, float[] y, int to, int yStride) {
    float[] x = call.logits.array;
    int from = call.logits.row(first) + c;
    int stride = call.logits.stride;
    FloatVector counted = FloatVector.fromArray(FLOATS, Lanes.FRESH, fresh);
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
    int pairs = Lanes.wholeGroups(count, 2);
    for (int r = 0; r < pairs; r += 2) {
      FloatVector referenceA = broadcast(FLOATS, references[r]);
      FloatVector vA = referenceA.sub(FloatVector.fromArray(FLOATS, x, from + r * stride));
      vA = vA.reinterpretAsInts().min(limit).reinterpretAsFloats();
      FloatVector referenceB = broadcast(FLOATS, references[r + 1]);
      FloatVector vB = referenceB.sub(FloatVector.fromArray(FLOATS, x, from + (r + 1) * stride));
      vB = vB.reinterpretAsInts().min(limit).reinterpretAsFloats();
      FloatVector kA = vA.fma(log2e, broadcast(FLOATS, magic));
      FloatVector qA = vA.fma(low, vA.fma(log2e, broadcast(FLOATS, magic).sub(kA)));
      FloatVector pA = qA.fma(c5, c4).fma(qA, c3).fma(qA, c2).fma(qA, c1).fma(qA, c0);
      IntVector nA = kA.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
      FloatVector eA = pA.mul(nA.reinterpretAsFloats());
      eA.intoArray(y, to + r * yStride);
      FloatVector sumA = FloatVector.fromArray(FLOATS, lanes, r * LANES);
      eA.fma(counted, sumA).intoArray(lanes, r * LANES);
      FloatVector kB = vB.fma(log2e, broadcast(FLOATS, magic));
      FloatVector qB = vB.fma(low, vB.fma(log2e, broadcast(FLOATS, magic).sub(kB)));
      FloatVector pB = qB.fma(c5, c4).fma(qB, c3).fma(qB, c2).fma(qB, c1).fma(qB, c0);
      IntVector nB = kB.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
      FloatVector eB = pB.mul(nB.reinterpretAsFloats());
      eB.intoArray(y, to + (r + 1) * yStride);
      FloatVector sumB = FloatVector.fromArray(FLOATS, lanes, (r + 1) * LANES);
      eB.fma(counted, sumB).intoArray(lanes, (r + 1) * LANES);
    }
    for (int r = pairs; r < count; r++) {
      FloatVector reference = broadcast(FLOATS, references[r]);
      FloatVector v = reference.sub(FloatVector.fromArray(FLOATS, x, from + r * stride));
      v = v.reinterpretAsInts().min(limit).reinterpretAsFloats();
      FloatVector k = v.fma(log2e, broadcast(FLOATS, magic));
      FloatVector q = v.fma(low, v.fma(log2e, broadcast(FLOATS, magic).sub(k)));
      FloatVector p = q.fma(c5, c4).fma(q, c3).fma(q, c2).fma(q, c1).fma(q, c0);
      IntVector n = k.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
      FloatVector e = p.mul(n.reinterpretAsFloats());
      e.intoArray(y, to + r * yStride);
      FloatVector sum = FloatVector.fromArray(FLOATS, lanes, r * LANES);
      e.fma(counted, sum).intoArray(lanes, r * LANES);
    }
  }

  @Override
  void scale() {
    float[] y = call.out.array;
    int to = call.out.row(first);
    if (overlaps()) {
      scale(last(), ends, 0, LANES);
    }
    for (int c = 0; c < end(); c += LANES) {
      scale(c, y, to + c, call.out.stride);
    }
    writeEnds();
  }

  private void scale(int c, float[] z, int to, int zStride) {
    float[] y = call.out.array;
    int from = call.out.row(first) + c;
    int stride = call.out.stride;
    for (int r = 0; r < count; r++) {
      FloatVector by = broadcast(FLOATS, factor[r]);
      FloatVector e = FloatVector.fromArray(FLOATS, y, from + r * stride);
      e.mul(by).intoArray(z, to + r * zStride);
    }
  }

  @Override
  void scaleAndSumOthers() {
    float[] y = call.out.array;
    int to = call.out.row(first);
    clearLanes();
    if (overlaps()) {
      scaleAndAddOthers(last(), fresh(), ends, 0, LANES);
    }
    for (int c = 0; c < end(); c += LANES) {
      scaleAndAddOthers(c, LANES, y, to + c, call.out.stride);
    }
    writeEnds();
  }

  private void scaleAndAddOthers(int c, int fresh, float[] z, int to, int zStride) {
    float[] y = call.out.array;
    int from = call.out.row(first) + c;
    int stride = call.out.stride;
    FloatVector counted = FloatVector.fromArray(FLOATS, Lanes.FRESH, fresh);
    FloatVector zero = zero(FLOATS);
    IntVector classesHere = IntVector.broadcast(INTS, c).addIndex(1);
    for (int r = 0; r < count; r++) {
      FloatVector by = broadcast(FLOATS, factor[r]);
      FloatVector scaled = FloatVector.fromArray(FLOATS, y, from + r * stride).mul(by);
      scaled.intoArray(z, to + r * zStride);
      VectorMask<Float> isLabel = classesHere.eq(IntVector.broadcast(INTS, label[r])).cast(FLOATS);
      FloatVector sum = FloatVector.fromArray(FLOATS, lanes, r * LANES);
      scaled.blend(zero, isLabel).fma(counted, sum).intoArray(lanes, r * LANES);
    }
  }

  @Override
  void subtractWeights(float[] u, int at) {
    float[] y = call.out.array;
    int to = call.out.row(first);
    if (overlaps()) {
      subtractWeights(last(), u, at, ends, 0, LANES);
    }
    for (int c = 0; c < end(); c += LANES) {
      subtractWeights(c, u, at, y, to + c, call.out.stride);
    }
    writeEnds();
  }

  private void subtractWeights(int c, float[] u, int at, float[] z, int to, int zStride) {
    float[] y = call.out.array;
    int from = call.out.row(first) + c;
    int stride = call.out.stride;
    FloatVector w = FloatVector.fromArray(FLOATS, u, at + c);
    for (int r = 0; r < count; r++) {
      FloatVector down = broadcast(FLOATS, -shift[r]);
      FloatVector e = FloatVector.fromArray(FLOATS, y, from + r * stride);
      w.fma(down, e).intoArray(z, to + r * zStride);
    }
  }

  @Override
  void logSoftmax() {
    float[] y = call.out.array;
    int to = call.out.row(first);
    if (overlaps()) {
      logSoftmax(last(), ends, 0, LANES);
    }
    for (int c = 0; c < end(); c += LANES) {
      logSoftmax(c, y, to + c, call.out.stride);
    }
    writeEnds();
  }

  private void logSoftmax(int c, float[] y, int to, int yStride) {
    float[] x = call.logits.array;
    int from = call.logits.row(first) + c;
    int stride = call.logits.stride;
    for (int r = 0; r < count; r++) {
      FloatVector m = broadcast(FLOATS, references[r]);
      FloatVector s = broadcast(FLOATS, logSum[r]);
      FloatVector z = FloatVector.fromArray(FLOATS, x, from + r * stride);
      z.sub(m).sub(s).intoArray(y, to + r * yStride);
    }
  }
}
