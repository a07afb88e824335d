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
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/**
 * {@link RowPasses} over rows of a few vectors. The vectors of all rows at the same classes are a
 * column. A pass processes column by column, with a loop over the rows and sums in memory.
 *
 * <p>The last column ends where the rows end. If it overlaps the column before it, sums exclude its
 * repeated lanes. It is then processed first and written last, so that passes may work in place.
 */
public final class ColumnPasses extends RowPasses {

  /**
   * The work of a pass on one column, which starts at class {@code c}.
   *
   * <p>The last {@code fresh} lanes of each vector are in no other column. Results go to {@code z}.
   */
  @FunctionalInterface
  private interface ColumnPass {
    void apply(int c, int fresh, float[] z, int to, int zStride);
  }

  private final Tile t;

  private final ColumnPass exponentials = this::exponentials;
  private final ColumnPass scale = this::scale;
  private final ColumnPass scaleAndSumOthers = this::scaleAndSumOthers;
  private final ColumnPass subtractWeights = this::subtractWeights;
  private final ColumnPass logSoftmax = this::logSoftmax;

  /** The results of the last column until they are written. */
  private final float[] lastColumn = new float[Tile.MAX_ROWS * LANES];

  /** The arguments of {@link #subtractWeights}. */
  private float[] weights;

  private int weightsAt;

  /** Makes the passes over the rows of a tile. */
  public ColumnPasses(Tile tile) {
    t = tile;
  }

  /** Applies a pass to all columns. If {@code z} is not the results, each column overwrites it. */
  private void columns(ColumnPass pass, float[] z, int to, int zStride) {
    int last = t.classes - LANES;
    int fresh = t.classes - Width.wholeBeforeLast(t.classes);
    boolean overlaps = fresh < LANES;
    if (overlaps) {
      pass.apply(last, fresh, lastColumn, 0, LANES);
    }
    int end = overlaps ? last : t.classes;
    for (int c = 0; c < end; c += LANES) {
      pass.apply(c, LANES, z, to + (z == t.y ? c : 0), zStride);
    }
    if (overlaps && z == t.y) {
      for (int r = 0; r < t.count; r++) {
        load(lastColumn, r * LANES).intoArray(z, to + last + r * zStride);
      }
    }
  }

  private void columns(ColumnPass pass) {
    columns(pass, t.y, t.to, t.yStride);
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
    addGaps(t.classes - LANES, t.classes - Width.wholeBeforeLast(t.classes));
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
    FloatVector weight = load(t.weights, t.weightsAt + c).mul(load(Lanes.FRESH, fresh));
    VectorMask<Float> hasNoWeight = weight.eq(zero); // 0 times an infinite gap is NaN
    for (int r = 0; r < t.count; r++) {
      FloatVector gap = gap(t.reference[r], x, from + r * stride);
      gap.blend(zero, hasNoWeight).fma(weight, load(lanes, r * LANES)).intoArray(lanes, r * LANES);
    }
  }

  @Override
  public void exponentials(boolean stores) {
    clearLanes();
    if (stores) {
      columns(exponentials);
    } else {
      columns(exponentials, lastColumn, 0, LANES);
    }
  }

  /** Processes two rows per turn, as C2 checks the indices of each row. */
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
    int pairs = Width.wholeGroups(t.count, 2);
    for (int r = 0; r < pairs; r += 2) {
      FloatVector gapA = Exponential.clamp(gap(reference[r], x, from + r * stride), limit);
      FloatVector gapB =
          Exponential.clamp(gap(reference[r + 1], x, from + (r + 1) * stride), limit);
      FloatVector e = Exponential.exp(gapA, magic, false);
      e.intoArray(z, to + r * zStride);
      e.fma(counted, load(lanes, r * LANES)).intoArray(lanes, r * LANES);
      e = Exponential.exp(gapB, magic, false);
      e.intoArray(z, to + (r + 1) * zStride);
      e.fma(counted, load(lanes, (r + 1) * LANES)).intoArray(lanes, (r + 1) * LANES);
    }
    for (int r = pairs; r < t.count; r++) {
      FloatVector gap = gap(reference[r], x, from + r * stride);
      FloatVector e = Exponential.of(gap, magic, offset);
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
      FloatVector factor = broadcast(FLOATS, t.factor[r]);
      load(y, from + r * stride).mul(factor).intoArray(z, to + r * zStride);
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
      FloatVector factor = broadcast(FLOATS, t.factor[r]);
      FloatVector scaled = load(y, from + r * stride).mul(factor);
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
    FloatVector weight = load(weights, weightsAt + c);
    for (int r = 0; r < t.count; r++) {
      FloatVector result = load(y, from + r * stride);
      broadcast(FLOATS, -t.shift[r]).fma(weight, result).intoArray(z, to + r * zStride);
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
      FloatVector reference = broadcast(FLOATS, t.reference[r]);
      FloatVector logSum = broadcast(FLOATS, t.logSum[r]);
      load(x, from + r * stride).sub(reference).sub(logSum).intoArray(z, to + r * zStride);
    }
  }
}
