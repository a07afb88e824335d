package io.github.softmax4j.internal.vector.rows;

import static io.github.softmax4j.internal.vector.math.Lanes.LANES;
import static io.github.softmax4j.internal.vector.math.Lanes.keys;

import io.github.softmax4j.internal.vector.math.Reduce;
import io.github.softmax4j.internal.vector.tile.Tile;
import jdk.incubator.vector.VectorOperators;

/**
 * Rows of a few vectors of classes, which run along the lanes where they lie. There is no loop
 * along a row, and as many rows as there are lanes are added up across the lanes at once.
 *
 * <p>The terms of rows of one vector stay in {@link Tile#lanes} until they are scaled. Those of
 * others go to the results.
 */
public final class ShortRows extends RowKernel {

  /** As many elements at once: logits and results stay in L1. */
  private static final int ELEMENTS = 2048;

  /** Fewer rows are reduced one by one. */
  private static final int ENOUGH_TO_REDUCE = Math.max(2, LANES / 4);

  private final Tile t;
  private final RowPasses passes;

  /** Of each row, the sum of all gradients but that at the label. */
  private final float[] others = new float[Tile.MAX_ROWS];

  public ShortRows(Tile tile, RowPasses passes) {
    t = tile;
    this.passes = passes;
  }

  @Override
  public int rowsAtOnce() {
    boolean isMasked = t.classes < LANES;
    int rows = Math.min(Tile.MAX_ROWS, ELEMENTS / t.classes / LANES * LANES);
    return isMasked ? Tile.MAX_ROWS / 2 : rows;
  }

  @Override
  public void maxima() {
    passes.largestKeys();
    if (t.count < ENOUGH_TO_REDUCE) {
      for (int r = 0; r < t.count; r++) {
        int key = keys(t.lanes, r * LANES).reduceLanes(VectorOperators.MAX);
        t.max[r] = Float.intBitsToFloat(key);
      }
      maximaOfNegative(0);
      return;
    }
    Reduce.largest(t.lanes, t.count, t.max);
    for (int r = 0; r < t.count; r += LANES) {
      if (keys(t.max, r).lt(0).anyTrue()) {
        maximaOfNegative(r);
      }
    }
  }

  /** Finds the maxima again of rows from {@code begin} on, as many as there are lanes. */
  private void maximaOfNegative(int begin) {
    for (int r = begin; r < Math.min(begin + LANES, t.count); r++) {
      if (t.max[r] < 0 || Float.floatToRawIntBits(t.max[r]) < 0) {
        t.max[r] = Float.intBitsToFloat(smallestKey(t.from + r * t.stride));
      }
    }
  }

  /** The smallest bits as integers: those of the largest of negative floats. */
  private int smallestKey(int row) {
    float[] x = t.x;
    int smallest = Integer.MAX_VALUE;
    for (int i = row; i < row + t.classes; i++) {
      smallest = Math.min(smallest, Float.floatToRawIntBits(x[i]));
    }
    return smallest;
  }

  @Override
  public void terms(boolean stores) {
    if (t.weights != null) {
      passes.weightedGaps();
      for (int r = 0; r < t.count; r++) {
        t.gap[r] = Reduce.sum(t.lanes, r * LANES);
      }
    }
    passes.exponentials(stores);
    if (t.count < ENOUGH_TO_REDUCE) {
      RowSteps.sumOneByOne(t, 0);
    } else {
      RowSteps.sumTogether(t, t.count);
    }
  }

  @Override
  public void scale() {
    passes.scale();
  }

  @Override
  public void scaleMinusLabels(float[] weights, int at) {
    passes.scaleAndSumOthers();
    if (weights != null) {
      passes.subtractWeights(weights, at);
    }
    Reduce.sums(t.lanes, t.count, others);
    for (int r = 0; r < t.count; r++) {
      if (t.label[r] >= 0) {
        t.y[t.placeOfLabel(r)] = t.labelBase[r] - others[r];
      }
    }
  }

  @Override
  public void logSoftmax() {
    passes.logSoftmax();
  }

  @Override
  public void logitsAtLabels() {
    RowSteps.takeAtLabels(t, t.x, t.from, t.stride, 1);
  }

  @Override
  public void target(int r, float[] targets, int at, int step) {
    RowSteps.target(t, r, targets, at, step);
  }

  @Override
  public void scaleMinusTarget(int r, float[] targets, int at, int step, double scale) {
    boolean isOneVector = t.classes <= LANES;
    int row = t.to + r * t.yStride;
    float[] terms = isOneVector ? t.lanes : t.y;
    int from = isOneVector ? r * LANES : row;
    for (int c = 0; c < t.classes; c++) {
      float target = (float) (scale * targets[at + c]);
      t.y[row + c] = terms[from + c] * t.factor[r] - target;
    }
  }
}
