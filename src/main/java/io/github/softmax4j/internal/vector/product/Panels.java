package io.github.softmax4j.internal.vector.product;

import static io.github.softmax4j.internal.vector.math.Lanes.LANES;
import static io.github.softmax4j.internal.vector.math.Lanes.load;
import static io.github.softmax4j.internal.vector.product.MicroKernel.COLUMNS;
import static io.github.softmax4j.internal.vector.product.MicroKernel.ROWS;
import static io.github.softmax4j.internal.vector.product.MicroKernel.VECTORS;

import io.github.softmax4j.internal.MatrixProduct.Operand;
import io.github.softmax4j.internal.vector.math.Lanes;
import io.github.softmax4j.internal.vector.math.Square;
import io.github.softmax4j.internal.vector.math.Transpose;

/** Copies blocks of the operands into panels, in the order in which the micro-kernel reads them. */
final class Panels {

  private Panels() {}

  /**
   * Packs a block of {@code b}: panels of up to {@link #COLUMNS} columns, whole vectors, in which
   * the columns of one step of the depth are contiguous.
   */
  static void packColumns(Operand b, int k, int depth, int j, int columns, float[] panels) {
    for (int c = 0; c < columns; c += COLUMNS) {
      int width = Math.min(COLUMNS, columns - c);
      int pitch = COLUMNS;
      if (b.columnStep == 1) {
        copyColumns(b.array, b.index(k, j + c), b.rowStep, depth, width, panels, c * depth, pitch);
      } else {
        transposeColumns(
            b.array, b.index(k, j + c), b.columnStep, depth, width, panels, c * depth, pitch);
      }
    }
  }

  private static void copyColumns(
      float[] x, int at, int step, int depth, int width, float[] panel, int to, int pitch) {
    if (width == COLUMNS) {
      for (int k = 0; k < depth; k++) {
        load(x, at + k * step).intoArray(panel, to + k * COLUMNS);
        load(x, at + k * step + LANES).intoArray(panel, to + k * COLUMNS + LANES);
        if (VECTORS > 2) {
          load(x, at + k * step + 2 * LANES).intoArray(panel, to + k * COLUMNS + 2 * LANES);
        }
      }
      return;
    }
    for (int k = 0; k < depth; k++) {
      System.arraycopy(x, at + k * step, panel, to + k * pitch, width);
    }
  }

  private static void transposeColumns(
      float[] x, int at, int step, int depth, int width, float[] panel, int to, int pitch) {
    int whole = width / LANES * LANES;
    int deep = Lanes.wholeGroups(depth, LANES);
    for (int c = 0; c < whole; c += LANES) {
      Square.transpose(x, at + c * step, step, deep, panel, to + c, pitch);
    }
    for (int c = 0; c < width; c++) {
      for (int k = c < whole ? deep : 0; k < depth; k++) {
        panel[to + k * pitch + c] = x[at + c * step + k];
      }
    }
  }

  /**
   * Packs a block of {@code a}: panels of {@link MicroKernel#ROWS} rows, in which the rows of one
   * step of the depth are contiguous. Whole vectors are stored, so that what is behind a panel is
   * written, too.
   */
  static void packRows(Operand a, int i, int rows, int k, int depth, float[] panels) {
    for (int r = 0; r < rows; r += ROWS) {
      int height = Math.min(ROWS, rows - r);
      int at = a.index(i + r, k);
      int to = r * depth;
      int done = 0;
      if (height == ROWS) {
        done =
            a.columnStep == 1
                ? transposeRows(a.array, at, a.rowStep, depth, panels, to)
                : copyRows(a.array, at, a.columnStep, depth, panels, to);
      }
      for (int h = 0; h < height; h++) {
        for (int d = done; d < depth; d++) {
          panels[to + d * ROWS + h] = a.array[at + h * a.rowStep + d * a.columnStep];
        }
      }
    }
  }

  /** Transposes contiguous rows to a panel. Returns the steps of the depth that are done. */
  private static int transposeRows(float[] x, int at, int step, int depth, float[] panel, int to) {
    int whole = Lanes.wholeGroups(depth, LANES);
    if (whole == 0 || at + 7L * step + depth > x.length) {
      return 0; // a transpose reads eight rows
    }
    Transpose.toRows(x, at, step, whole, panel, to, ROWS);
    return whole;
  }

  /** Copies contiguous elements of each step of the depth. Returns the steps that are done. */
  private static int copyRows(float[] x, int at, int step, int depth, float[] panel, int to) {
    int whole = at + (depth - 1L) * step + LANES <= x.length ? depth : depth - 1;
    for (int d = 0; d < whole; d++) {
      load(x, at + d * step).intoArray(panel, to + d * ROWS);
    }
    return whole;
  }
}
