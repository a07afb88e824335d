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

/** Too few rows to loop over: as {@link ColumnRows}, to the bit, but one row after the other. */
final class FewRows extends ColumnRows {

  FewRows(Call call) {
    super(call);
  }

  @Override
  void largestKeys() {
    float[] x = call.logits.array;
    for (int r = 0; r < count; r++) {
      int row = call.logits.row(first + r);
      IntVector last = keys(x, row + last());
      IntVector keys = last;
      for (int c = 0; c < last(); c += LANES) {
        keys = keys(x, row + c).max(keys);
      }
      last.max(keys).reinterpretAsFloats().intoArray(lanes, r * LANES);
    }
  }

  @Override
  void exponentials(boolean stores) {
    for (int r = 0; r < count; r++) {
      exponentials(r);
      if (stores) {
        System.arraycopy(ends, 0, call.out.array, call.out.row(first + r), classes);
      }
    }
  }

  /** Terms, for the time being to {@link #ends}, and the lanes of their sum. */
  private void exponentials(int r) {
    float[] x = call.logits.array;
    float[] terms = ends;
    int row = call.logits.row(first + r);
    int headroom = this.headroom;
    float magic = Exponential.magic(headroom);
    IntVector limit = Exponential.limits(headroom);
    float reference = references[r];
    FloatVector sum = zero(FLOATS);
    int c = overlaps() ? last() : 0;
    int next = overlaps() ? 0 : LANES;
    int fresh = fresh();
    for (int i = 0; i < classes; i += LANES) {
      FloatVector v = Exponential.clamp(distance(reference, x, row + c), limit);
      FloatVector e = Exponential.exp(v, magic, false);
      e.intoArray(terms, c);
      sum = e.fma(load(Lanes.FRESH, fresh), sum);
      fresh = LANES;
      c = next;
      next += LANES;
    }
    zero(FLOATS).add(sum).intoArray(lanes, r * LANES);
  }

  @Override
  void scale() {
    float[] y = call.out.array;
    for (int r = 0; r < count; r++) {
      int row = call.out.row(first + r);
      FloatVector by = broadcast(FLOATS, factor[r]);
      FloatVector last = load(y, row + last()).mul(by);
      for (int c = 0; c < last(); c += LANES) {
        load(y, row + c).mul(by).intoArray(y, row + c);
      }
      last.intoArray(y, row + last());
    }
  }

  @Override
  void scaleAndSumOthers() {
    float[] y = call.out.array;
    FloatVector zero = zero(FLOATS);
    FloatVector counted = load(Lanes.FRESH, overlaps() ? fresh() : 0);
    IntVector lanesOfVector = IntVector.zero(INTS).addIndex(1);
    for (int r = 0; r < count; r++) {
      int row = call.out.row(first + r);
      int labelHere = label[r];
      FloatVector by = broadcast(FLOATS, factor[r]);
      FloatVector last = load(y, row + last()).mul(by);
      VectorMask<Float> isLabel =
          IntVector.broadcast(INTS, labelHere - last()).eq(lanesOfVector).cast(FLOATS);
      FloatVector sum = last.blend(zero, isLabel).fma(counted, zero);
      for (int c = 0; c < end(); c += LANES) {
        FloatVector scaled = load(y, row + c).mul(by);
        scaled.intoArray(y, row + c);
        isLabel = IntVector.broadcast(INTS, labelHere - c).eq(lanesOfVector).cast(FLOATS);
        sum = scaled.blend(zero, isLabel).add(sum);
      }
      last.intoArray(y, row + last());
      zero(FLOATS).add(sum).intoArray(lanes, r * LANES);
    }
  }

  @Override
  void logSoftmax() {
    float[] x = call.logits.array;
    float[] y = call.out.array;
    for (int r = 0; r < count; r++) {
      int row = call.logits.row(first + r);
      int yRow = call.out.row(first + r);
      FloatVector m = broadcast(FLOATS, references[r]);
      FloatVector s = broadcast(FLOATS, logSum[r]);
      FloatVector last = load(x, row + last());
      for (int c = 0; c < last(); c += LANES) {
        load(x, row + c).sub(m).sub(s).intoArray(y, yRow + c);
      }
      last.sub(m).sub(s).intoArray(y, yRow + last());
    }
  }
}
