package io.github.softmax4j.internal.vector.rows;

import static io.github.softmax4j.internal.vector.math.Lanes.FLOATS;
import static io.github.softmax4j.internal.vector.math.Lanes.INTS;
import static io.github.softmax4j.internal.vector.math.Lanes.LANES;
import static io.github.softmax4j.internal.vector.math.Lanes.load;

import io.github.softmax4j.internal.Matrix;
import io.github.softmax4j.internal.vector.math.Lanes;
import io.github.softmax4j.internal.vector.tile.ClassMajor;
import io.github.softmax4j.internal.vector.tile.Tile;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/**
 * Rows with their class axis in the middle, which lie beside each other as {@link ClassMajor} has
 * them. They are copied all the same: as far apart as classes are in an array, often by a power of
 * two, they would drive each other out of the caches. Results go straight to where they belong.
 */
public final class BlockRows extends RowAccess {

  /** Of blocks with fewer rows, the results go through the copy, as runs of them are short. */
  private static final int LONG_RUN = 2 * LANES;

  /** What becomes of the copy's rows from {@code r} on, in one block, of one class. */
  @FunctionalInterface
  private interface LastStep {
    void write(int c, int r, int rows, float[] y, int to);
  }

  private final Tile tile;
  private final ClassMajor copy;
  private final LastStep scaled = this::writeScaled;
  private final LastStep scaledExceptLabels = this::writeScaledExceptLabels;
  private final LastStep logSoftmax = this::writeLogSoftmax;

  public BlockRows(Tile tile, ClassMajor copy) {
    this.tile = tile;
    this.copy = copy;
  }

  @Override
  public int rowsAtOnce(int classes) {
    return ClassMajor.rowsInCache(classes);
  }

  @Override
  public void take() {
    for (int c = 0; c < tile.classes; c++) {
      tile.call.logits.takeClass(c, tile.first, tile.count, copy.values, c * copy.pitch);
    }
  }

  @Override
  public void give() {
    tile.call.out.giveBlocks(tile.first, tile.count, tile.classes, copy.values, 0, copy.pitch);
  }

  @Override
  public boolean scale() {
    return write(scaled);
  }

  @Override
  public boolean scalesExceptLabels() {
    return hasLongRuns();
  }

  @Override
  public void scaleExceptLabels() {
    write(scaledExceptLabels);
  }

  @Override
  public boolean logSoftmax() {
    return write(logSoftmax);
  }

  private boolean hasLongRuns() {
    return tile.call.out.inner >= LONG_RUN;
  }

  private boolean write(LastStep step) {
    if (!hasLongRuns()) {
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

  /** A twin of the next, since softmax shall not look for labels. */
  private void writeScaled(int c, int begin, int rows, float[] y, int to) {
    int from = c * copy.pitch + begin;
    int whole = Lanes.wholeGroups(rows, LANES);
    for (int r = 0; r < whole; r += LANES) {
      load(copy.values, from + r).mul(load(tile.factor, begin + r)).intoArray(y, to + r);
    }
    for (int r = whole; r < rows; r++) {
      y[to + r] = copy.values[from + r] * tile.factor[begin + r];
    }
  }

  private void writeScaledExceptLabels(int c, int begin, int rows, float[] y, int to) {
    int from = c * copy.pitch + begin;
    int[] label = tile.label;
    int whole = Lanes.wholeGroups(rows, LANES);
    for (int r = 0; r < whole; r += LANES) {
      FloatVector scaled = load(copy.values, from + r).mul(load(tile.factor, begin + r));
      VectorMask<Float> isLabel = IntVector.fromArray(INTS, label, begin + r).eq(c).cast(FLOATS);
      scaled.blend(load(tile.sum, begin + r), isLabel).intoArray(y, to + r);
    }
    for (int r = whole; r < rows; r++) {
      float scaled = copy.values[from + r] * tile.factor[begin + r];
      y[to + r] = label[begin + r] == c ? tile.sum[begin + r] : scaled;
    }
  }

  private void writeLogSoftmax(int c, int begin, int rows, float[] y, int to) {
    int from = c * copy.pitch + begin;
    int whole = Lanes.wholeGroups(rows, LANES);
    for (int r = 0; r < whole; r += LANES) {
      FloatVector difference = load(copy.values, from + r).sub(load(tile.reference, begin + r));
      difference.sub(load(tile.logSum, begin + r)).intoArray(y, to + r);
    }
    for (int r = whole; r < rows; r++) {
      y[to + r] = copy.values[from + r] - tile.reference[begin + r] - tile.logSum[begin + r];
    }
  }
}
