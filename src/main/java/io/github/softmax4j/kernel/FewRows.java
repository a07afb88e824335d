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

/** Too few rows to loop over: as {@link ColumnRows}, to the bit, but one row after the other. */
final class FewRows extends ColumnRows {

  private static final int MOST_ROWS = 4;

  FewRows(Call call) {
    super(call);
  }

  static boolean fit(int rows) {
    return rows <= MOST_ROWS;
  }

  @Override
  void largestKeys() {
    float[] x = call.logits.array;
    for (int r = 0; r < count; r++) {
      int row = call.logits.row(first + r);
      IntVector last = FloatVector.fromArray(FLOATS, x, row + last()).reinterpretAsInts();
      IntVector keys = last;
      for (int c = 0; c < last(); c += LANES) {
        keys = FloatVector.fromArray(FLOATS, x, row + c).reinterpretAsInts().max(keys);
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
    FloatVector reference = broadcast(FLOATS, references[r]);
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
    FloatVector zero = zero(FLOATS);
    FloatVector sum = zero;
    int c = overlaps() ? last() : 0;
    int next = overlaps() ? 0 : LANES;
    int fresh = fresh();
    for (int i = 0; i < classes; i += LANES) {
      FloatVector v = reference.sub(FloatVector.fromArray(FLOATS, x, row + c));
      v = v.reinterpretAsInts().min(limit).reinterpretAsFloats();
      FloatVector k = v.fma(log2e, broadcast(FLOATS, magic));
      FloatVector q = v.fma(low, v.fma(log2e, broadcast(FLOATS, magic).sub(k)));
      FloatVector p = q.fma(c5, c4).fma(q, c3).fma(q, c2).fma(q, c1).fma(q, c0);
      IntVector n = k.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
      FloatVector e = p.mul(n.reinterpretAsFloats());
      e.intoArray(terms, c);
      sum = e.fma(FloatVector.fromArray(FLOATS, Lanes.FRESH, fresh), sum);
      fresh = LANES;
      c = next;
      next += LANES;
    }
    zero.add(sum).intoArray(lanes, r * LANES);
  }

  @Override
  void scale() {
    float[] y = call.out.array;
    for (int r = 0; r < count; r++) {
      int row = call.out.row(first + r);
      FloatVector by = broadcast(FLOATS, factor[r]);
      FloatVector last = FloatVector.fromArray(FLOATS, y, row + last()).mul(by);
      for (int c = 0; c < last(); c += LANES) {
        FloatVector.fromArray(FLOATS, y, row + c).mul(by).intoArray(y, row + c);
      }
      last.intoArray(y, row + last());
    }
  }

  @Override
  void scaleAndSumOthers() {
    float[] y = call.out.array;
    FloatVector zero = zero(FLOATS);
    FloatVector counted = FloatVector.fromArray(FLOATS, Lanes.FRESH, overlaps() ? fresh() : 0);
    for (int r = 0; r < count; r++) {
      int row = call.out.row(first + r);
      IntVector classesHere = IntVector.broadcast(INTS, -label[r]).addIndex(1);
      FloatVector by = broadcast(FLOATS, factor[r]);
      FloatVector last = FloatVector.fromArray(FLOATS, y, row + last()).mul(by);
      VectorMask<Float> isLabel = classesHere.add(last()).eq(0).cast(FLOATS);
      FloatVector sum = last.blend(zero, isLabel).fma(counted, zero);
      for (int c = 0; c < end(); c += LANES) {
        FloatVector scaled = FloatVector.fromArray(FLOATS, y, row + c).mul(by);
        scaled.intoArray(y, row + c);
        isLabel = classesHere.add(c).eq(0).cast(FLOATS);
        sum = scaled.blend(zero, isLabel).add(sum);
      }
      last.intoArray(y, row + last());
      zero.add(sum).intoArray(lanes, r * LANES);
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
      FloatVector last = FloatVector.fromArray(FLOATS, x, row + last());
      for (int c = 0; c < last(); c += LANES) {
        FloatVector.fromArray(FLOATS, x, row + c).sub(m).sub(s).intoArray(y, yRow + c);
      }
      last.sub(m).sub(s).intoArray(y, yRow + last());
    }
  }
}
