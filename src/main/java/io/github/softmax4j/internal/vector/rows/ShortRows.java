package io.github.softmax4j.internal.vector.rows;

import static io.github.softmax4j.internal.vector.math.Lanes.LANES;
import static io.github.softmax4j.internal.vector.math.Lanes.keys;

import io.github.softmax4j.internal.vector.math.Reduce;
import io.github.softmax4j.internal.vector.tile.Sizes;
import io.github.softmax4j.internal.vector.tile.Tile;
import jdk.incubator.vector.VectorOperators;

/**
 * Rows of a few vectors, with the classes along the lanes. {@link RowPasses} process the elements,
 * and the reductions across lanes are for a vector of rows together.
 *
 * <p>The terms of rows of one vector stay in {@link Tile#lanes} until they are scaled. Terms of
 * longer rows are stored in the results.
 */
public final class ShortRows extends RowKernel {

  /** The minimum number of rows for reducing lanes together. Fewer are reduced one by one. */
  private static final int MIN_ROWS_TOGETHER = Math.max(2, LANES / 4);

  private final Tile t;
  private final RowPasses passes;

  /** The sum of all gradients except the label's, for each row. */
  private final float[] others = new float[Tile.MAX_ROWS];

  /** Makes the kernel of a tile, with the passes for its rows. */
  public ShortRows(Tile tile, RowPasses passes) {
    t = tile;
    this.passes = passes;
  }

  @Override
  public int rowsAtOnce() {
    return Sizes.shortRows(t.classes);
  }

  @Override
  public void maxima() {
    passes.largestKeys();
    if (t.count < MIN_ROWS_TOGETHER) {
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

  /** Corrects the maxima of rows of negative logits, in a vector of rows from {@code first} on. */
  private void maximaOfNegative(int first) {
    for (int r = first; r < Math.min(first + LANES, t.count); r++) {
      if (t.max[r] < 0 || Float.floatToRawIntBits(t.max[r]) < 0) {
        t.max[r] = Float.intBitsToFloat(smallestKey(t.from + r * t.stride));
      }
    }
  }

  /** Returns the smallest key of a row: the key of the largest of negative floats. */
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
    if (t.count < MIN_ROWS_TOGETHER) {
      RowVectors.sumOneByOne(t, 0);
    } else {
      RowVectors.sumTogether(t, t.count);
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
    RowSteps.loadAtLabels(t, t.x, t.from, t.stride, 1);
  }

  @Override
  public void scaleMinusTarget(int r, float[] targets, int at, int step, double scale) {
    boolean isOneVector = t.classes <= LANES;
    int row = t.to + r * t.yStride;
    float[] terms = isOneVector ? t.lanes : t.y;
    int from = isOneVector ? r * LANES : row;
    float[] y = t.y;
    float factor = t.factor[r];
    int classes = t.classes;
    for (int c = 0; c < classes; c++) {
      float target = (float) (scale * targets[at + c]);
      y[row + c] = terms[from + c] * factor - target;
    }
  }
}
