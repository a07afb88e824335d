package io.github.softmax4j.kernel;

import static io.github.softmax4j.kernel.Lanes.FLOATS;
import static io.github.softmax4j.kernel.Lanes.INTS;
import static io.github.softmax4j.kernel.Lanes.LANES;
import static io.github.softmax4j.kernel.Lanes.distance;
import static io.github.softmax4j.kernel.Lanes.keys;
import static io.github.softmax4j.kernel.Lanes.load;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.zero;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/**
 * Rows of a few vectors, one column of vectors after the other: loops run over the rows, so none is
 * short, and what a row has once is added up in memory. The last column is the vectors that end
 * where the rows end. If they repeat elements of the column before, those count once, and the last
 * column comes first and waits aside until the others are written, which may be in place.
 */
sealed class ColumnRows extends ShortRows permits FewRows {

  /** What is to be in the last column. */
  final float[] ends = new float[MOST * LANES];

  ColumnRows(Call call) {
    super(call);
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
    Arrays.fill(lanes, 0, count * LANES, 0);
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
      load(ends, r * LANES).intoArray(y, to + r * stride);
    }
  }

  @Override
  void largestKeys() {
    float[] x = call.logits.array;
    int from = call.logits.row(first) + last();
    int stride = call.logits.stride;
    for (int r = 0; r < count; r++) {
      load(x, from + r * stride).intoArray(lanes, r * LANES);
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
      IntVector largest = keys(x, from + r * stride).max(keys(lanes, r * LANES));
      largest.reinterpretAsFloats().intoArray(lanes, r * LANES);
    }
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
    FloatVector w = load(weights, weightsAt + c).mul(load(Lanes.FRESH, fresh));
    VectorMask<Float> none = w.eq(zero); // of an infinite distance, too
    for (int r = 0; r < count; r++) {
      FloatVector far = distance(references[r], x, from + r * stride);
      far.blend(zero, none).fma(w, load(lanes, r * LANES)).intoArray(lanes, r * LANES);
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
    FloatVector counted = load(Lanes.FRESH, fresh);
    int headroom = this.headroom;
    float magic = Exponential.magic(headroom);
    IntVector limit = Exponential.limits(headroom);
    int pairs = Lanes.wholeGroups(count, 2);
    for (int r = 0; r < pairs; r += 2) {
      FloatVector vA = Exponential.clamp(distance(references[r], x, from + r * stride), limit);
      FloatVector vB =
          Exponential.clamp(distance(references[r + 1], x, from + (r + 1) * stride), limit);
      FloatVector e = Exponential.exp(vA, magic, false);
      e.intoArray(y, to + r * yStride);
      e.fma(counted, load(lanes, r * LANES)).intoArray(lanes, r * LANES);
      e = Exponential.exp(vB, magic, false);
      e.intoArray(y, to + (r + 1) * yStride);
      e.fma(counted, load(lanes, (r + 1) * LANES)).intoArray(lanes, (r + 1) * LANES);
    }
    for (int r = pairs; r < count; r++) {
      FloatVector v = distance(references[r], x, from + r * stride);
      FloatVector e = Exponential.of(v, magic, headroom);
      e.intoArray(y, to + r * yStride);
      e.fma(counted, load(lanes, r * LANES)).intoArray(lanes, r * LANES);
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
      FloatVector e = load(y, from + r * stride);
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
    FloatVector counted = load(Lanes.FRESH, fresh);
    FloatVector zero = zero(FLOATS);
    IntVector classesHere = IntVector.broadcast(INTS, c).addIndex(1);
    for (int r = 0; r < count; r++) {
      FloatVector by = broadcast(FLOATS, factor[r]);
      FloatVector scaled = load(y, from + r * stride).mul(by);
      scaled.intoArray(z, to + r * zStride);
      VectorMask<Float> isLabel = IntVector.broadcast(INTS, label[r]).eq(classesHere).cast(FLOATS);
      FloatVector sum = load(lanes, r * LANES);
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
    FloatVector w = load(u, at + c);
    for (int r = 0; r < count; r++) {
      FloatVector e = load(y, from + r * stride);
      broadcast(FLOATS, -shift[r]).fma(w, e).intoArray(z, to + r * zStride);
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
      FloatVector z = load(x, from + r * stride);
      z.sub(m).sub(s).intoArray(y, to + r * yStride);
    }
  }
}
