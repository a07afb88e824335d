package io.github.softmax4j.internal.vector.rows;

import static io.github.softmax4j.internal.vector.math.Lanes.FLOATS;
import static io.github.softmax4j.internal.vector.math.Lanes.INTS;
import static io.github.softmax4j.internal.vector.math.Lanes.LANES;
import static jdk.incubator.vector.FloatVector.broadcast;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.vector.math.Exponential;
import io.github.softmax4j.internal.vector.math.Reduce;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** The kernel for single rows of at most one vector, with the arithmetic of {@link ShortPasses}. */
public final class SingleMaskedRow extends SingleRowKernel {

  private final Call call;

  /** The terms of the current row, 0 in the lanes outside it. */
  private final float[] terms = new float[LANES];

  /** Makes the kernel of a call. */
  public SingleMaskedRow(Call call) {
    this.call = call;
  }

  @Override
  public float max(int r) {
    VectorMask<Float> inRow = FLOATS.indexInRange(0, call.classes);
    FloatVector lowest = IntVector.broadcast(INTS, Integer.MIN_VALUE).reinterpretAsFloats();
    FloatVector row = FloatVector.fromArray(FLOATS, call.logits.array, call.logits.row(r), inRow);
    IntVector keys = lowest.blend(row, inRow).reinterpretAsInts();
    int key = keys.reduceLanes(VectorOperators.MAX);
    float max = Float.intBitsToFloat(key);
    return key >= 0 && max <= Float.MAX_VALUE ? max : scalarMax(r);
  }

  /** Returns the maximum of a row of negative logits, or of a row that may contain NaN. */
  private float scalarMax(int r) {
    float[] x = call.logits.array;
    int from = call.logits.row(r);
    float max = Float.NEGATIVE_INFINITY;
    for (int i = from; i < from + call.classes; i++) {
      max = Math.max(max, x[i]);
    }
    return max;
  }

  @Override
  public float sum(int r, float max, int offset) {
    return terms(r, max, offset);
  }

  @Override
  public float terms(int r, float max, int offset) {
    VectorMask<Float> inRow = FLOATS.indexInRange(0, call.classes);
    FloatVector lowest = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    FloatVector row = FloatVector.fromArray(FLOATS, call.logits.array, call.logits.row(r), inRow);
    FloatVector gap = broadcast(FLOATS, Rows.reference(max)).sub(lowest.blend(row, inRow));
    FloatVector term = Exponential.of(gap, Exponential.magic(offset), offset);
    term.intoArray(terms, 0);
    return Reduce.sum(term) + (max - max);
  }

  @Override
  public void scale(int r, float factor) {
    VectorMask<Float> inRow = FLOATS.indexInRange(0, call.classes);
    FloatVector.fromArray(FLOATS, terms, 0)
        .mul(factor)
        .intoArray(call.out.array, call.out.row(r), inRow);
  }

  @Override
  public void gradient(int r, int label, float sum, float factor) {
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
  public void logSoftmax(int r, float reference, float logSum) {
    VectorMask<Float> inRow = FLOATS.indexInRange(0, call.classes);
    FloatVector.fromArray(FLOATS, call.logits.array, call.logits.row(r), inRow)
        .sub(reference)
        .sub(logSum)
        .intoArray(call.out.array, call.out.row(r), inRow);
  }
}
