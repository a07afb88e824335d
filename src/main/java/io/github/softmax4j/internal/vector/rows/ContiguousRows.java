package io.github.softmax4j.internal.vector.rows;

import static io.github.softmax4j.internal.vector.math.Lanes.LANES;

import io.github.softmax4j.internal.vector.math.Transpose;
import io.github.softmax4j.internal.vector.tile.ClassMajor;
import io.github.softmax4j.internal.vector.tile.Tile;

/** Rows whose classes are contiguous. They are transposed into the copy and back. */
public final class ContiguousRows extends RowAccess {

  private final Tile tile;
  private final ClassMajor copy;

  /** Makes the access to the rows of a tile. */
  public ContiguousRows(Tile tile, ClassMajor copy) {
    this.tile = tile;
    this.copy = copy;
  }

  @Override
  public int rowsAtOnce(int classes) {
    return Tile.MAX_ROWS;
  }

  /**
   * Transposes the rows. The last rows go through a buffer if they do not fill a vector of rows, or
   * if the array ends less than a vector after them.
   */
  @Override
  public void copyLogits() {
    float[] x = tile.x;
    int from = tile.from;
    int stride = tile.stride;
    int count = tile.count;
    int classes = tile.classes;
    int whole = count / LANES * LANES;
    if (from + (whole - 1) * stride + classes > x.length - LANES) {
      whole = Math.max(0, whole - LANES);
    }
    Transpose.toClasses(x, from, stride, whole, classes, copy.values, 0, copy.pitch);
    for (int r = whole; r < count; r += LANES) {
      for (int i = 0; i < Math.min(LANES, count - r); i++) {
        int to = copy.aside + i * classes;
        System.arraycopy(x, from + (r + i) * stride, copy.values, to, classes);
      }
      Transpose.toClasses(
          copy.values, copy.aside, classes, LANES, classes, copy.values, r, copy.pitch);
    }
  }

  @Override
  public void writeResults() {
    if (tile.yStride == tile.classes && tile.classes <= Transpose.MAX_TO_ROWS) {
      transposeBack();
      return;
    }
    for (int r = 0; r < tile.count; r++) {
      int to = tile.to + r * tile.yStride;
      for (int c = 0; c < tile.classes; c++) {
        tile.y[to + c] = copy.values[c * copy.pitch + r];
      }
    }
  }

  /**
   * Transposes results. The last rows go through a buffer, as stores overwrite what follows them.
   */
  private void transposeBack() {
    float[] y = tile.y;
    int to = tile.to;
    int classes = tile.classes;
    int whole = Math.max(0, tile.count - Transpose.rowsSpoilt(classes)) / LANES * LANES;
    Transpose.toRows(copy.values, 0, copy.pitch, whole, y, to, classes);
    for (int r = whole; r < tile.count; r += LANES) {
      Transpose.toRows(copy.values, r, copy.pitch, LANES, copy.values, copy.aside, classes);
      int left = Math.min(LANES, tile.count - r);
      System.arraycopy(copy.values, copy.aside, y, to + r * classes, left * classes);
    }
  }
}
