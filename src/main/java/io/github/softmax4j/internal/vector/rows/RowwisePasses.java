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
import io.github.softmax4j.internal.vector.tile.Tile;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/**
 * {@link RowPasses} over too few rows to loop over. They do the arithmetic of {@link ColumnPasses}
 * to the bit, but one row after the other.
 */
public final class RowwisePasses extends RowPasses {

  /** The most classes of such rows. */
  private static final int MAX_CLASSES = 64;

  private final Tile t;
  private final ColumnPasses columns;

  /** The terms of a row, whose logits they may replace only when all are read. */
  private final float[] terms = new float[MAX_CLASSES];

  public RowwisePasses(Tile tile, ColumnPasses columns) {
    t = tile;
    this.columns = columns;
  }

  /** Where the last vector starts. */
  private int last() {
    return t.classes - LANES;
  }

  /** How many elements of the last vector are in no other. */
  private int fresh() {
    return t.classes - Lanes.wholeBeforeLast(t.classes);
  }

  @Override
  public void largestKeys() {
    float[] x = t.x;
    for (int r = 0; r < t.count; r++) {
      int row = t.from + r * t.stride;
      IntVector last = keys(x, row + last());
      IntVector keys = last;
      for (int c = 0; c < last(); c += LANES) {
        keys = keys(x, row + c).max(keys);
      }
      last.max(keys).reinterpretAsFloats().intoArray(t.lanes, r * LANES);
    }
  }

  @Override
  public void weightedGaps() {
    columns.weightedGaps();
  }

  @Override
  public void exponentials(boolean stores) {
    for (int r = 0; r < t.count; r++) {
      exponentials(r);
      if (stores) {
        System.arraycopy(terms, 0, t.y, t.to + r * t.yStride, t.classes);
      }
    }
  }

  private void exponentials(int r) {
    float[] x = t.x;
    float[] terms = this.terms;
    int row = t.from + r * t.stride;
    int offset = t.exponentOffset;
    float magic = Exponential.magic(offset);
    IntVector limit = Exponential.limits(offset);
    float reference = t.reference[r];
    FloatVector sum = zero(FLOATS);
    int classes = t.classes;
    int fresh = fresh();
    boolean overlaps = fresh < LANES;
    int c = overlaps ? last() : 0;
    int next = overlaps ? 0 : LANES;
    for (int i = 0; i < classes; i += LANES) {
      FloatVector v = Exponential.clamp(gap(reference, x, row + c), limit);
      FloatVector e = Exponential.exp(v, magic, false);
      e.intoArray(terms, c);
      sum = e.fma(load(Lanes.FRESH, fresh), sum);
      fresh = LANES;
      c = next;
      next += LANES;
    }
    zero(FLOATS).add(sum).intoArray(t.lanes, r * LANES);
  }

  @Override
  public void scale() {
    float[] y = t.y;
    for (int r = 0; r < t.count; r++) {
      int row = t.to + r * t.yStride;
      FloatVector by = broadcast(FLOATS, t.factor[r]);
      FloatVector last = load(y, row + last()).mul(by);
      for (int c = 0; c < last(); c += LANES) {
        load(y, row + c).mul(by).intoArray(y, row + c);
      }
      last.intoArray(y, row + last());
    }
  }

  @Override
  public void scaleAndSumOthers() {
    float[] y = t.y;
    int fresh = fresh();
    boolean overlaps = fresh < LANES;
    int end = overlaps ? last() : t.classes;
    FloatVector zero = zero(FLOATS);
    FloatVector counted = load(Lanes.FRESH, overlaps ? fresh : 0);
    IntVector lanesOfVector = IntVector.zero(INTS).addIndex(1);
    for (int r = 0; r < t.count; r++) {
      int row = t.to + r * t.yStride;
      int label = t.label[r];
      FloatVector by = broadcast(FLOATS, t.factor[r]);
      FloatVector last = load(y, row + last()).mul(by);
      VectorMask<Float> isLabel =
          IntVector.broadcast(INTS, label - last()).eq(lanesOfVector).cast(FLOATS);
      FloatVector sum = last.blend(zero, isLabel).fma(counted, zero);
      for (int c = 0; c < end; c += LANES) {
        FloatVector scaled = load(y, row + c).mul(by);
        scaled.intoArray(y, row + c);
        isLabel = IntVector.broadcast(INTS, label - c).eq(lanesOfVector).cast(FLOATS);
        sum = scaled.blend(zero, isLabel).add(sum);
      }
      last.intoArray(y, row + last());
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
      FloatVector m = broadcast(FLOATS, t.reference[r]);
      FloatVector s = broadcast(FLOATS, t.logSum[r]);
      FloatVector last = load(x, row + last());
      for (int c = 0; c < last(); c += LANES) {
        load(x, row + c).sub(m).sub(s).intoArray(y, yRow + c);
      }
      last.sub(m).sub(s).intoArray(y, yRow + last());
    }
  }
}
