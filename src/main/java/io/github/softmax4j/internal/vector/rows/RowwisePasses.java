package io.github.softmax4j.internal.vector.rows;

import static io.github.softmax4j.internal.vector.math.Lanes.FLOATS;
import static io.github.softmax4j.internal.vector.math.Lanes.INTS;
import static io.github.softmax4j.internal.vector.math.Lanes.LANES;
import static io.github.softmax4j.internal.vector.math.Lanes.gap;
import static io.github.softmax4j.internal.vector.math.Lanes.keys;
import static io.github.softmax4j.internal.vector.math.Lanes.load;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.zero;

import io.github.softmax4j.internal.vector.math.Exponential;
import io.github.softmax4j.internal.vector.math.Lanes;
import io.github.softmax4j.internal.vector.math.Width;
import io.github.softmax4j.internal.vector.tile.Tile;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/**
 * {@link RowPasses} over few rows of a few vectors, one row after the other. The operations and
 * their order in each row are those of {@link ColumnPasses}, so the results are equal.
 */
public final class RowwisePasses extends RowPasses {

  /** The size of the buffer for one row. */
  private static final int MAX_CLASSES = 64;

  private final Tile t;
  private final ColumnPasses columns;

  /** The terms of a row. They are copied to the results when all logits of the row are read. */
  private final float[] terms = new float[MAX_CLASSES];

  /** Makes the passes over the rows of a tile. */
  public RowwisePasses(Tile tile, ColumnPasses columns) {
    t = tile;
    this.columns = columns;
  }

  /** Returns the class at which the last vector starts. */
  private int lastStart() {
    return t.classes - LANES;
  }

  /** Returns how many elements of the last vector are in no other. */
  private int fresh() {
    return t.classes - Width.wholeBeforeLast(t.classes);
  }

  @Override
  public void largestKeys() {
    float[] x = t.x;
    float[] lanes = t.lanes;
    int from = t.from;
    int stride = t.stride;
    int count = t.count;
    int lastClass = lastStart();
    for (int r = 0; r < count; r++) {
      int row = from + r * stride;
      IntVector last = keys(x, row + lastClass);
      IntVector keys = last;
      for (int c = 0; c < lastClass; c += LANES) {
        keys = keys(x, row + c).max(keys);
      }
      last.max(keys).reinterpretAsFloats().intoArray(lanes, r * LANES);
    }
  }

  @Override
  public void weightedGaps() {
    columns.weightedGaps();
  }

  @Override
  public void exponentials(boolean stores) {
    float[] x = t.x;
    float[] y = t.y;
    float[] terms = this.terms;
    float[] references = t.reference;
    float[] lanes = t.lanes;
    int from = t.from;
    int stride = t.stride;
    int count = t.count;
    int classes = t.classes;
    int freshOfLast = fresh();
    boolean overlaps = freshOfLast < LANES;
    int firstStart = overlaps ? lastStart() : 0;
    int secondStart = overlaps ? 0 : LANES;
    float magic = Exponential.magic(t.exponentOffset);
    IntVector limit = Exponential.limits(t.exponentOffset);
    for (int r = 0; r < count; r++) {
      int row = from + r * stride;
      float reference = references[r];
      FloatVector sum = zero(FLOATS);
      int fresh = freshOfLast;
      int c = firstStart;
      int next = secondStart;
      for (int i = 0; i < classes; i += LANES) {
        FloatVector gap = Exponential.clamp(gap(reference, x, row + c), limit);
        FloatVector term = Exponential.exp(gap, magic, false);
        term.intoArray(terms, c);
        sum = term.fma(load(Lanes.FRESH, fresh), sum);
        fresh = LANES;
        c = next;
        next += LANES;
      }
      zero(FLOATS).add(sum).intoArray(lanes, r * LANES);
      if (stores) {
        System.arraycopy(terms, 0, y, t.to + r * t.yStride, classes);
      }
    }
  }

  @Override
  public void scale() {
    float[] y = t.y;
    float[] factors = t.factor;
    int to = t.to;
    int stride = t.yStride;
    int count = t.count;
    int lastClass = lastStart();
    for (int r = 0; r < count; r++) {
      int row = to + r * stride;
      float factor = factors[r];
      FloatVector last = load(y, row + lastClass).mul(factor);
      for (int c = 0; c < lastClass; c += LANES) {
        load(y, row + c).mul(factor).intoArray(y, row + c);
      }
      last.intoArray(y, row + lastClass);
    }
  }

  @Override
  public void scaleAndSumOthers() {
    float[] y = t.y;
    int fresh = fresh();
    boolean overlaps = fresh < LANES;
    int end = overlaps ? lastStart() : t.classes;
    FloatVector zero = zero(FLOATS);
    FloatVector counted = load(Lanes.FRESH, fresh);
    IntVector lanesOfVector = IntVector.zero(INTS).addIndex(1);
    for (int r = 0; r < t.count; r++) {
      int row = t.to + r * t.yStride;
      int label = t.label[r];
      FloatVector factor = broadcast(FLOATS, t.factor[r]);
      FloatVector last = load(y, row + lastStart()).mul(factor);
      FloatVector sum = zero;
      if (overlaps) { // otherwise the loop has all classes, and 0 times an infinite result is NaN
        VectorMask<Float> isLabel =
            IntVector.broadcast(INTS, label - lastStart()).eq(lanesOfVector).cast(FLOATS);
        sum = last.blend(zero, isLabel).fma(counted, zero);
      }
      for (int c = 0; c < end; c += LANES) {
        FloatVector scaled = load(y, row + c).mul(factor);
        scaled.intoArray(y, row + c);
        VectorMask<Float> isLabel =
            IntVector.broadcast(INTS, label - c).eq(lanesOfVector).cast(FLOATS);
        sum = scaled.blend(zero, isLabel).add(sum);
      }
      last.intoArray(y, row + lastStart());
      zero(FLOATS).add(sum).intoArray(t.lanes, r * LANES);
    }
  }

  @Override
  public void subtractWeights(float[] weights, int at) {
    columns.subtractWeights(weights, at);
  }

  @Override
  public void logSoftmax() {
    float[] x = t.x;
    float[] y = t.y;
    for (int r = 0; r < t.count; r++) {
      int row = t.from + r * t.stride;
      int yRow = t.to + r * t.yStride;
      FloatVector reference = broadcast(FLOATS, t.reference[r]);
      FloatVector logSum = broadcast(FLOATS, t.logSum[r]);
      FloatVector last = load(x, row + lastStart());
      for (int c = 0; c < lastStart(); c += LANES) {
        load(x, row + c).sub(reference).sub(logSum).intoArray(y, yRow + c);
      }
      last.sub(reference).sub(logSum).intoArray(y, yRow + lastStart());
    }
  }
}
