package io.github.softmax4j.internal.vector.rows;

import static io.github.softmax4j.internal.vector.math.Lanes.FLOATS;
import static io.github.softmax4j.internal.vector.math.Lanes.INTS;
import static io.github.softmax4j.internal.vector.math.Lanes.LANES;
import static io.github.softmax4j.internal.vector.math.Lanes.load;

import io.github.softmax4j.internal.Matrix;
import io.github.softmax4j.internal.vector.math.Width;
import io.github.softmax4j.internal.vector.tile.ClassMajor;
import io.github.softmax4j.internal.vector.tile.Tile;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/**
 * Rows of an array with the class axis in the middle. In a block, the elements of one class are
 * contiguous, as in {@link ClassMajor}.
 *
 * <p>The logits are copied, because classes a power of two apart evict each other from the caches.
 * Probabilities, log-probabilities and gradients of plain label losses are written without the
 * copy. Other results go through it.
 */
public final class BlockRows extends RowAccess {

  /** The minimum number of rows in a block for writing results without the copy. */
  private static final int MIN_ROWS_OF_BLOCK = 2 * LANES;

  /** Writes one class of some rows of a block, from row {@code r} of the tile on. */
  @FunctionalInterface
  private interface ResultStep {
    void write(int c, int r, int rows, float[] y, int to);
  }

  private final Tile tile;
  private final ClassMajor copy;
  private final ResultStep scaled = this::writeScaled;
  private final ResultStep scaledExceptLabels = this::writeScaledExceptLabels;
  private final ResultStep logSoftmax = this::writeLogSoftmax;

  /** Makes the access to the rows of a tile. */
  public BlockRows(Tile tile, ClassMajor copy) {
    this.tile = tile;
    this.copy = copy;
  }

  @Override
  public int rowsAtOnce(int classes) {
    return ClassMajor.rowsInCache(classes);
  }

  @Override
  public void copyLogits() {
    for (int c = 0; c < tile.classes; c++) {
      tile.call.logits.takeClass(c, tile.first, tile.count, copy.values, c * copy.pitch);
    }
  }

  @Override
  public void writeResults() {
    tile.call.out.giveBlocks(tile.first, tile.count, tile.classes, copy.values, 0, copy.pitch);
  }

  @Override
  public boolean scale() {
    return write(scaled);
  }

  @Override
  public boolean scalesExceptLabels() {
    return hasLargeBlocks();
  }

  @Override
  public void scaleExceptLabels() {
    write(scaledExceptLabels);
  }

  @Override
  public boolean logSoftmax() {
    return write(logSoftmax);
  }

  private boolean hasLargeBlocks() {
    return tile.call.out.inner >= MIN_ROWS_OF_BLOCK;
  }

  private boolean write(ResultStep step) {
    if (!hasLargeBlocks()) {
      return false;
    }
    Matrix out = tile.call.out;
    for (int r = 0, size; r < tile.count; r += size) {
      size = Math.min(tile.count - r, out.leftOfBlock(tile.first + r));
      int to = out.row(tile.first + r);
      for (int c = 0; c < tile.classes; c++) {
        step.write(c, r, size, out.array, to + c * out.inner);
      }
    }
    return true;
  }

  /**
   * Differs from {@link #writeScaledExceptLabels} by the comparison with the label, which costs
   * time.
   */
  private void writeScaled(int c, int first, int rows, float[] y, int to) {
    int from = c * copy.pitch + first;
    int whole = Width.wholeGroups(rows, LANES);
    for (int r = 0; r < whole; r += LANES) {
      load(copy.values, from + r).mul(load(tile.factor, first + r)).intoArray(y, to + r);
    }
    for (int r = whole; r < rows; r++) {
      y[to + r] = copy.values[from + r] * tile.factor[first + r];
    }
  }

  private void writeScaledExceptLabels(int c, int first, int rows, float[] y, int to) {
    int from = c * copy.pitch + first;
    int[] label = tile.label;
    int whole = Width.wholeGroups(rows, LANES);
    for (int r = 0; r < whole; r += LANES) {
      FloatVector scaled = load(copy.values, from + r).mul(load(tile.factor, first + r));
      VectorMask<Float> isLabel = IntVector.fromArray(INTS, label, first + r).eq(c).cast(FLOATS);
      scaled.blend(load(tile.sum, first + r), isLabel).intoArray(y, to + r);
    }
    for (int r = whole; r < rows; r++) {
      float scaled = copy.values[from + r] * tile.factor[first + r];
      y[to + r] = label[first + r] == c ? tile.sum[first + r] : scaled;
    }
  }

  private void writeLogSoftmax(int c, int first, int rows, float[] y, int to) {
    int from = c * copy.pitch + first;
    int whole = Width.wholeGroups(rows, LANES);
    for (int r = 0; r < whole; r += LANES) {
      FloatVector difference = load(copy.values, from + r).sub(load(tile.reference, first + r));
      difference.sub(load(tile.logSum, first + r)).intoArray(y, to + r);
    }
    for (int r = whole; r < rows; r++) {
      y[to + r] = copy.values[from + r] - tile.reference[first + r] - tile.logSum[first + r];
    }
  }
}
