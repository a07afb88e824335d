package io.github.softmax4j.kernel;

import static io.github.softmax4j.kernel.Lanes.FLOATS;
import static io.github.softmax4j.kernel.Lanes.INTS;
import static io.github.softmax4j.kernel.Lanes.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** {@link MaskedRows}, one or two of them, or {@link ShortRows} that fill one vector. */
final class LoneMaskedRows extends LoneRows {

  private static final int MOST_ROWS = 2;

  /** The terms of the row at hand, 0 in lanes beyond it. */
  private final float[] terms = new float[LANES];

  LoneMaskedRows(Call call) {
    super(call, MOST_ROWS);
  }

  static boolean fit(int classes) {
    return MaskedRows.FEWEST <= classes && classes <= LANES;
  }

  @Override
  float max(int r) {
    VectorMask<Float> inRow = FLOATS.indexInRange(0, call.classes);
    FloatVector lowest = IntVector.broadcast(INTS, Integer.MIN_VALUE).reinterpretAsFloats();
    FloatVector row = FloatVector.fromArray(FLOATS, call.logits.array, call.logits.row(r), inRow);
    IntVector keys = lowest.blend(row, inRow).reinterpretAsInts();
    int key = keys.reduceLanes(VectorOperators.MAX);
    float max = Float.intBitsToFloat(key);
    return key >= 0 && max <= Float.MAX_VALUE ? max : maxOfRare(r);
  }

  /** Of nothing but negative logits, or where there may be any NaN. */
  private float maxOfRare(int r) {
    float[] x = call.logits.array;
    int from = call.logits.row(r);
    float max = Float.NEGATIVE_INFINITY;
    for (int i = from; i < from + call.classes; i++) {
      max = Math.max(max, x[i]);
    }
    return max;
  }

  @Override
  float sum(int r, float max, int headroom) {
    return terms(r, max, headroom);
  }

  @Override
  float terms(int r, float max, int headroom) {
    VectorMask<Float> inRow = FLOATS.indexInRange(0, call.classes);
    FloatVector lowest = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    FloatVector row = FloatVector.fromArray(FLOATS, call.logits.array, call.logits.row(r), inRow);
    FloatVector reference = FloatVector.broadcast(FLOATS, Rows.reference(max));
    FloatVector magic = FloatVector.fromArray(FLOATS, Lanes.MAGIC, headroom * LANES);
    FloatVector v = reference.sub(lowest.blend(row, inRow));
    v =
        v.reinterpretAsInts()
            .min(FloatVector.fromArray(FLOATS, Lanes.LIMITS, headroom * LANES).reinterpretAsInts())
            .reinterpretAsFloats();
    FloatVector log2e = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.LOG2_E);
    FloatVector low = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.LOG2_E_LOW);
    FloatVector k = v.fma(log2e, magic);
    FloatVector q = v.fma(low, v.fma(log2e, magic.sub(k)));
    FloatVector p =
        q.fma(
            FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.C5),
            FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.C4));
    p =
        p.fma(q, FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.C3))
            .fma(q, FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.C2));
    p =
        p.fma(q, FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.C1))
            .fma(q, FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.C0));
    IntVector n = k.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
    FloatVector e = p.mul(n.reinterpretAsFloats());
    e.intoArray(terms, 0);
    return Reduce.sum(e) + (max - max);
  }

  @Override
  void scale(int r, float factor) {
    VectorMask<Float> inRow = FLOATS.indexInRange(0, call.classes);
    FloatVector.fromArray(FLOATS, terms, 0)
        .mul(factor)
        .intoArray(call.out.array, call.out.row(r), inRow);
  }

  @Override
  void gradient(int r, int label, float sum, float factor) {
    float[] y = call.out.array;
    int to = call.out.row(r);
    VectorMask<Float> inRow = FLOATS.indexInRange(0, call.classes);
    VectorMask<Float> isLabel = IntVector.zero(INTS).addIndex(1).eq(label).cast(FLOATS);
    FloatVector scaled = FloatVector.fromArray(FLOATS, terms, 0).mul(factor);
    scaled.intoArray(y, to, inRow);
    FloatVector others = scaled.blend(0, isLabel);
    y[to + label] = 0 - Reduce.sum(others); // never -0
  }

  @Override
  void logSoftmax(int r, float reference, float logSum) {
    VectorMask<Float> inRow = FLOATS.indexInRange(0, call.classes);
    FloatVector.fromArray(FLOATS, call.logits.array, call.logits.row(r), inRow)
        .sub(reference)
        .sub(logSum)
        .intoArray(call.out.array, call.out.row(r), inRow);
  }
}
