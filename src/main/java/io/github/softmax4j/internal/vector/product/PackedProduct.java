package io.github.softmax4j.internal.vector.product;

import static io.github.softmax4j.internal.vector.math.Lanes.LANES;
import static io.github.softmax4j.internal.vector.product.MicroKernel.ROWS;
import static io.github.softmax4j.internal.vector.product.MicroKernel.VECTORS;

import io.github.softmax4j.internal.MatrixProduct;
import java.util.Arrays;

/**
 * The matrix product of the vector path. It copies blocks of both operands into panels, in the
 * order in which {@link MicroKernel} reads them, and computes the result tile by tile.
 */
public final class PackedProduct {

  /** Columns of a full tile. */
  private static final int TILE = VECTORS * LANES;

  /** Depth of a block: as long as a chain. */
  private static final int DEPTH = MatrixProduct.BLOCK;

  /** Rows of a block of {@code a}, whose panels stay in the second cache. */
  private static final int BLOCK_ROWS = Integer.getInteger("mc", 240);

  /** Columns of a block of {@code b}. */
  private static final int BLOCK_COLUMNS = Integer.getInteger("nc", 10) * TILE;

  private float[] aPanels = {};

  private float[] bPanels = {};

  /** A tile at the edge of the result. */
  private final float[] edge = new float[ROWS * TILE];

  private MatrixProduct p;

  /** Creates the working memory of a product. */
  public PackedProduct() {}

  /** Computes a product. */
  public void multiply(MatrixProduct product) {
    p = product;
    int depth = Math.min(DEPTH, p.depth());
    aPanels = atLeast(aPanels, (Math.min(BLOCK_ROWS, p.rows()) + ROWS) * depth + LANES);
    bPanels = atLeast(bPanels, (Math.min(BLOCK_COLUMNS, p.columns()) + TILE) * depth);
    for (int j = 0; j < p.columns(); j += BLOCK_COLUMNS) {
      int columns = Math.min(BLOCK_COLUMNS, p.columns() - j);
      for (int i = 0; i < p.rows(); i += BLOCK_ROWS) {
        fillStart(i, Math.min(BLOCK_ROWS, p.rows() - i), j, columns);
      }
      for (int k = 0; k < p.depth(); k += DEPTH) {
        int n = Math.min(DEPTH, p.depth() - k);
        Panels.packColumns(p.b, k, n, j, columns, bPanels);
        for (int i = 0; i < p.rows(); i += BLOCK_ROWS) {
          int rows = Math.min(BLOCK_ROWS, p.rows() - i);
          Panels.packRows(p.a, i, rows, k, n, p.rows(), aPanels);
          tiles(i, rows, j, columns, n);
        }
      }
    }
    p = null;
  }

  private static float[] atLeast(float[] array, int length) {
    return array.length >= length ? array : new float[length];
  }

  private void fillStart(int i, int rows, int j, int columns) {
    float[] start = p.start.array;
    if (start == p.out.array && start != null) {
      return;
    }
    for (int r = i; r < i + rows; r++) {
      int to = p.out.index(r, j);
      if (start == null) {
        Arrays.fill(p.out.array, to, to + columns, 0);
      } else {
        System.arraycopy(start, p.start.index(r, j), p.out.array, to, columns);
      }
    }
  }

  private void tiles(int i, int rows, int j, int columns, int depth) {
    for (int tile = 0; tile < columns; tile += TILE) {
      int width = Math.min(TILE, columns - tile);
      int vectors = (width + LANES - 1) / LANES;
      int bAt = tile * depth;
      for (int r = 0; r < rows; r += ROWS) {
        int height = Math.min(ROWS, rows - r);
        int at = p.out.index(i + r, j + tile);
        if (height == ROWS && width == vectors * LANES) {
          micro(r * depth, bAt, depth, p.out.array, at, p.out.rowStep, vectors);
        } else {
          edge(r * depth, bAt, depth, at, height, width, vectors);
        }
      }
    }
  }

  private void edge(int aAt, int bAt, int depth, int at, int height, int width, int vectors) {
    float[] out = p.out.array;
    int step = p.out.rowStep;
    for (int r = 0; r < height; r++) {
      System.arraycopy(out, at + r * step, edge, r * TILE, width);
    }
    micro(aAt, bAt, depth, edge, 0, TILE, vectors);
    for (int r = 0; r < height; r++) {
      System.arraycopy(edge, r * TILE, out, at + r * step, width);
    }
  }

  private void micro(int aAt, int bAt, int depth, float[] c, int at, int step, int vectors) {
    switch (vectors) {
      case 1 -> MicroKernel.one(aPanels, aAt, bPanels, bAt, depth, c, at, step, p.continues);
      case 2 -> MicroKernel.two(aPanels, aAt, bPanels, bAt, depth, c, at, step, p.continues);
      default -> MicroKernel.three(aPanels, aAt, bPanels, bAt, depth, c, at, step, p.continues);
    }
  }
}
