package io.github.softmax4j.internal.vector.product;

import static io.github.softmax4j.internal.vector.math.Lanes.load;
import static io.github.softmax4j.internal.vector.math.Width.LANES;
import static io.github.softmax4j.internal.vector.product.MicroKernel.COLUMNS;
import static io.github.softmax4j.internal.vector.product.MicroKernel.ROWS;
import static io.github.softmax4j.internal.vector.product.MicroKernel.VECTORS;

import io.github.softmax4j.internal.MatrixProduct.Operand;
import io.github.softmax4j.internal.vector.math.Square;
import io.github.softmax4j.internal.vector.math.Transpose;
import io.github.softmax4j.internal.vector.math.Width;

/** Copies blocks of the operands into panels, in the order in which the micro-kernel reads them. */
final class Panels {

  private Panels() {}

  /**
   * Packs a panel of {@code b}: up to {@link MicroKernel#COLUMNS} columns, contiguous for each step
   * of the depth. What follows a narrower panel's columns keeps old values, which no result has.
   */
  static void packColumns(Operand b, int k, int depth, int j, int width, float[] panel) {
    int at = b.index(k, j);
    if (b.columnStep != 1) {
      transposeColumns(b.array, at, b.columnStep, depth, width, panel);
    } else if (width == COLUMNS) {
      copyVectors(b.array, at, b.rowStep, depth, panel);
    } else {
      for (int d = 0; d < depth; d++) {
        System.arraycopy(b.array, at + d * b.rowStep, panel, d * COLUMNS, width);
      }
    }
  }

  private static void copyVectors(float[] x, int at, int step, int depth, float[] panel) {
    for (int d = 0; d < depth; d++) {
      int from = at + d * step;
      int to = d * COLUMNS;
      load(x, from).intoArray(panel, to);
      load(x, from + LANES).intoArray(panel, to + LANES);
      if (VECTORS > 2) {
        load(x, from + 2 * LANES).intoArray(panel, to + 2 * LANES);
      }
    }
  }

  private static void transposeColumns(
      float[] x, int at, int step, int depth, int width, float[] panel) {
    int whole = Width.wholeGroups(width, LANES);
    int deep = Width.wholeGroups(depth, LANES);
    for (int c = 0; c < whole; c += LANES) {
      Square.transpose(x, at + c * step, step, deep, panel, c, COLUMNS);
    }
    for (int c = 0; c < width; c++) {
      for (int d = c < whole ? deep : 0; d < depth; d++) {
        panel[d * COLUMNS + c] = x[at + c * step + d];
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
    int whole = Width.wholeGroups(depth, LANES);
    if (whole == 0 || at + 7L * step + depth > x.length) {
      return 0; // a transpose reads eight rows
    }
    Transpose.toRows(x, at, step, whole, panel, to, ROWS);
    return whole;
  }

  /** Copies contiguous elements of each step of the depth. Returns the steps that are done. */
  private static int copyRows(float[] x, int at, int step, int depth, float[] panel, int to) {
    int last = x.length - LANES - at;
    int whole = last < 0 ? 0 : Math.min(depth, last / step + 1);
    for (int d = 0; d < whole; d++) {
      load(x, at + d * step).intoArray(panel, to + d * ROWS);
    }
    return whole;
  }
}
