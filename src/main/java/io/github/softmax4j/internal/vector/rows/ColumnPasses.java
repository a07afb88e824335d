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
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/**
 * {@link RowPasses} over rows of a few vectors, one column of vectors after the other. Loops run
 * over the rows, so none is short, and lanes are added up in memory.
 *
 * <p>The last column is the vectors that end where the rows end. If they repeat elements of the
 * column before, those count once. The last column comes first then, and waits aside until the
 * others are written, which may be in place.
 */
public final class ColumnPasses extends RowPasses {

  /**
   * What a pass does with the vectors of a column.
   *
   * <p>It starts at class {@code c}. The last {@code fresh} lanes of each vector are in no other.
   * Results go to {@code z}.
   */
  @FunctionalInterface
  private interface Column {
    void pass(int c, int fresh, float[] z, int to, int zStride);
  }

  private final Tile t;

  private final Column exponentials = this::exponentials;
  private final Column scale = this::scale;
  private final Column scaleAndSumOthers = this::scaleAndSumOthers;
  private final Column subtractWeights = this::subtractWeights;
  private final Column logSoftmax = this::logSoftmax;

  /** What is to be in the last column. */
  private final float[] ends = new float[Tile.MAX_ROWS * LANES];

  private float[] weights;
  private int weightsAt;

  public ColumnPasses(Tile tile) {
    t = tile;
  }

  /** Goes over all columns. */
  private void columns(Column column, float[] z, int to, int zStride) {
    int last = t.classes - LANES;
    int fresh = t.classes - Lanes.wholeBeforeLast(t.classes);
    boolean overlaps = fresh < LANES;
    if (overlaps) {
      column.pass(last, fresh, ends, 0, LANES);
    }
    int end = overlaps ? last : t.classes;
    for (int c = 0; c < end; c += LANES) {
      column.pass(c, LANES, z, to + (z == t.y ? c : 0), zStride);
    }
    if (overlaps && z == t.y) {
      for (int r = 0; r < t.count; r++) {
        load(ends, r * LANES).intoArray(z, to + last + r * zStride);
      }
    }
  }

  private void columns(Column column) {
    columns(column, t.y, t.to, t.yStride);
  }

  private void clearLanes() {
    Arrays.fill(t.lanes, 0, t.count * LANES, 0);
  }

  @Override
  public void largestKeys() {
    int from = t.from + t.classes - LANES;
    for (int r = 0; r < t.count; r++) {
      load(t.x, from + r * t.stride).intoArray(t.lanes, r * LANES);
    }
    for (int c = 0; c < t.classes - LANES; c += LANES) {
      raiseKeys(c);
    }
  }

  private void raiseKeys(int c) {
    float[] x = t.x;
    int from = t.from + c;
    int stride = t.stride;
    float[] lanes = t.lanes;
    for (int r = 0; r < t.count; r++) {
      IntVector largest = keys(x, from + r * stride).max(keys(lanes, r * LANES));
      largest.reinterpretAsFloats().intoArray(lanes, r * LANES);
    }
  }

  @Override
  public void weightedGaps() {
    clearLanes();
    addGaps(t.classes - LANES, t.classes - Lanes.wholeBeforeLast(t.classes));
    for (int c = 0; c < t.classes - LANES; c += LANES) {
      addGaps(c, LANES);
    }
  }

  private void addGaps(int c, int fresh) {
    float[] x = t.x;
    int from = t.from + c;
    int stride = t.stride;
    float[] lanes = t.lanes;
    FloatVector zero = zero(FLOATS);
    FloatVector w = load(t.weights, t.weightsAt + c).mul(load(Lanes.FRESH, fresh));
    VectorMask<Float> none = w.eq(zero); // of an infinite gap, too
    for (int r = 0; r < t.count; r++) {
      FloatVector gap = gap(t.reference[r], x, from + r * stride);
      gap.blend(zero, none).fma(w, load(lanes, r * LANES)).intoArray(lanes, r * LANES);
    }
  }

  @Override
  public void exponentials(boolean stores) {
    clearLanes();
    if (stores) {
      columns(exponentials);
    } else {
      columns(exponentials, ends, 0, LANES);
    }
  }

  /** Two rows a turn: C2 checks the places of each, which are not evenly spaced. */
  private void exponentials(int c, int fresh, float[] z, int to, int zStride) {
    float[] x = t.x;
    int from = t.from + c;
    int stride = t.stride;
    float[] reference = t.reference;
    float[] lanes = t.lanes;
    FloatVector counted = load(Lanes.FRESH, fresh);
    int offset = t.exponentOffset;
    float magic = Exponential.magic(offset);
    IntVector limit = Exponential.limits(offset);
    int pairs = Lanes.wholeGroups(t.count, 2);
    for (int r = 0; r < pairs; r += 2) {
      FloatVector vA = Exponential.clamp(gap(reference[r], x, from + r * stride), limit);
      FloatVector vB = Exponential.clamp(gap(reference[r + 1], x, from + (r + 1) * stride), limit);
      FloatVector e = Exponential.exp(vA, magic, false);
      e.intoArray(z, to + r * zStride);
      e.fma(counted, load(lanes, r * LANES)).intoArray(lanes, r * LANES);
      e = Exponential.exp(vB, magic, false);
      e.intoArray(z, to + (r + 1) * zStride);
      e.fma(counted, load(lanes, (r + 1) * LANES)).intoArray(lanes, (r + 1) * LANES);
    }
    for (int r = pairs; r < t.count; r++) {
      FloatVector v = gap(reference[r], x, from + r * stride);
      FloatVector e = Exponential.of(v, magic, offset);
      e.intoArray(z, to + r * zStride);
      e.fma(counted, load(lanes, r * LANES)).intoArray(lanes, r * LANES);
    }
  }

  @Override
  public void scale() {
    columns(scale);
  }

  private void scale(int c, int fresh, float[] z, int to, int zStride) {
    float[] y = t.y;
    int from = t.to + c;
    int stride = t.yStride;
    for (int r = 0; r < t.count; r++) {
      FloatVector by = broadcast(FLOATS, t.factor[r]);
      load(y, from + r * stride).mul(by).intoArray(z, to + r * zStride);
    }
  }

  @Override
  public void scaleAndSumOthers() {
    clearLanes();
    columns(scaleAndSumOthers);
  }

  private void scaleAndSumOthers(int c, int fresh, float[] z, int to, int zStride) {
    float[] y = t.y;
    int from = t.to + c;
    int stride = t.yStride;
    float[] lanes = t.lanes;
    FloatVector counted = load(Lanes.FRESH, fresh);
    FloatVector zero = zero(FLOATS);
    IntVector classesHere = IntVector.broadcast(INTS, c).addIndex(1);
    for (int r = 0; r < t.count; r++) {
      FloatVector by = broadcast(FLOATS, t.factor[r]);
      FloatVector scaled = load(y, from + r * stride).mul(by);
      scaled.intoArray(z, to + r * zStride);
      VectorMask<Float> isLabel =
          IntVector.broadcast(INTS, t.label[r]).eq(classesHere).cast(FLOATS);
      FloatVector sum = load(lanes, r * LANES);
      scaled.blend(zero, isLabel).fma(counted, sum).intoArray(lanes, r * LANES);
    }
  }

  @Override
  public void subtractWeights(float[] weights, int at) {
    this.weights = weights;
    weightsAt = at;
    columns(subtractWeights);
    this.weights = null;
  }

  private void subtractWeights(int c, int fresh, float[] z, int to, int zStride) {
    float[] y = t.y;
    int from = t.to + c;
    int stride = t.yStride;
    FloatVector w = load(weights, weightsAt + c);
    for (int r = 0; r < t.count; r++) {
      FloatVector p = load(y, from + r * stride);
      broadcast(FLOATS, -t.shift[r]).fma(w, p).intoArray(z, to + r * zStride);
    }
  }

  @Override
  public void logSoftmax() {
    columns(logSoftmax);
  }

  private void logSoftmax(int c, int fresh, float[] z, int to, int zStride) {
    float[] x = t.x;
    int from = t.from + c;
    int stride = t.stride;
    for (int r = 0; r < t.count; r++) {
      FloatVector m = broadcast(FLOATS, t.reference[r]);
      FloatVector s = broadcast(FLOATS, t.logSum[r]);
      load(x, from + r * stride).sub(m).sub(s).intoArray(z, to + r * zStride);
    }
  }
}
