package io.github.softmax4j.internal.vector.product;

import static io.github.softmax4j.internal.vector.math.Lanes.LANES;
import static io.github.softmax4j.internal.vector.math.Lanes.load;
import static io.github.softmax4j.internal.vector.product.MicroKernel.ROWS;
import static io.github.softmax4j.internal.vector.product.MicroKernel.VECTORS;

import io.github.softmax4j.internal.MatrixProduct.Operand;
import io.github.softmax4j.internal.vector.math.Transpose;

/** Copies blocks of the operands into panels, in the order in which the micro-kernel reads them. */
final class Panels {

  private static final int TILE = VECTORS * LANES;

  private Panels() {}

  /**
   * Packs a block of {@code b}: panels of up to {@link #TILE} columns, whole vectors, in which the
   * columns of one step of the depth are contiguous.
   */
  static void packColumns(Operand b, int k, int depth, int j, int columns, float[] panels) {
    for (int c = 0; c < columns; c += TILE) {
      int width = Math.min(TILE, columns - c);
      int pitch = (width + LANES - 1) / LANES * LANES;
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
    if (width == TILE) {
      for (int k = 0; k < depth; k++) {
        load(x, at + k * step).intoArray(panel, to + k * TILE);
        load(x, at + k * step + LANES).intoArray(panel, to + k * TILE + LANES);
        load(x, at + k * step + 2 * LANES).intoArray(panel, to + k * TILE + 2 * LANES);
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
    int deep = depth & -8;
    if (whole > 0 && deep > 0) {
      Transpose.toClasses(x, at, step, whole, deep, panel, to, pitch);
    }
    for (int c = 0; c < width; c++) {
      for (int k = c < whole ? deep : 0; k < depth; k++) {
        panel[to + k * pitch + c] = x[at + c * step + k];
      }
    }
  }

  /**
   * Packs a block of {@code a}: panels of {@link MicroKernel#ROWS} rows, in which the rows of one
   * step of the depth are contiguous.
   */
  static void packRows(Operand a, int i, int rows, int k, int depth, int allRows, float[] panels) {
    for (int r = 0; r < rows; r += ROWS) {
      int height = Math.min(ROWS, rows - r);
      int at = a.index(i + r, k);
      int to = r * depth;
      for (int h = 0; h < height; h++) {
        for (int d = 0; d < depth; d++) {
          panels[to + d * ROWS + h] = a.array[at + h * a.rowStep + d * a.columnStep];
        }
      }
    }
  }
}
