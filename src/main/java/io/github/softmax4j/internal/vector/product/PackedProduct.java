package io.github.softmax4j.internal.vector.product;

import static io.github.softmax4j.internal.vector.math.Lanes.LANES;
import static io.github.softmax4j.internal.vector.product.MicroKernel.COLUMNS;
import static io.github.softmax4j.internal.vector.product.MicroKernel.ROWS;

import io.github.softmax4j.internal.MatrixProduct;

/**
 * The matrix product of the vector path. It copies blocks of both operands into panels, in the
 * order in which {@link MicroKernel} reads them, and computes the result tile by tile.
 *
 * <p>A block of {@code a} stays in the second cache. A panel of {@code b} is packed just before its
 * tiles are computed.
 */
public final class PackedProduct {

  /** Depth of a block: as long as a chain. */
  private static final int DEPTH = MatrixProduct.BLOCK;

  /** Most rows of a block of {@code a}. */
  private static final int BLOCK_ROWS = Integer.getInteger("mc", 480);

  private float[] aPanels = {};

  private final float[] bPanel = new float[COLUMNS * DEPTH];

  /** A tile at the edge of the result. */
  private final float[] edge = new float[ROWS * COLUMNS];

  private final TilePlace tile = new TilePlace();

  private final TilePlace edgeTile = new TilePlace();

  /** Creates the working memory of a product. */
  public PackedProduct() {}

  /** Computes a product. */
  public void multiply(MatrixProduct p) {
    int rows = blockRows(p.rows());
    int depth = Math.min(DEPTH, p.depth());
    int needed = rows * depth + 2 * LANES;
    if (aPanels.length < needed) {
      aPanels = new float[needed];
    }
    for (int i = 0; i < p.rows(); i += rows) {
      block(p, i, Math.min(rows, p.rows() - i));
    }
    tile.end();
  }

  /** Rows of each block: whole tiles, about as many in each. */
  private static int blockRows(int rows) {
    int blocks = Math.max(1, (rows + BLOCK_ROWS - 1) / BLOCK_ROWS);
    int even = (rows + blocks - 1) / blocks;
    return (even + ROWS - 1) / ROWS * ROWS;
  }

  private void block(MatrixProduct p, int i, int rows) {
    for (int k = 0; k == 0 || k < p.depth(); k += DEPTH) {
      int depth = Math.min(DEPTH, p.depth() - k);
      Panels.packRows(p.a, i, rows, k, depth, aPanels);
      for (int j = 0; j < p.columns(); j += COLUMNS) {
        int width = Math.min(COLUMNS, p.columns() - j);
        Panels.packColumns(p.b, k, depth, j, width, bPanel);
        tiles(p, i, rows, k, depth, j, width);
      }
    }
  }

  private void tiles(MatrixProduct p, int i, int rows, int k, int depth, int j, int width) {
    int vectors = (width + LANES - 1) / LANES;
    for (int r = 0; r < rows; r += ROWS) {
      int height = Math.min(ROWS, rows - r);
      tile.set(p, i + r, j, k == 0);
      if (height == ROWS && width == vectors * LANES) {
        sums(tile, r * depth, depth, vectors);
      } else {
        edgeTile.takeEdge(tile, p.continues, edge, height, width);
        sums(edgeTile, r * depth, depth, vectors);
        tile.giveEdge(edge, height, width);
      }
    }
  }

  private void sums(TilePlace t, int aAt, int depth, int vectors) {
    switch (vectors) {
      case 1 -> MicroKernel.one(t, aPanels, aAt, bPanel, depth);
      case 2 -> MicroKernel.two(t, aPanels, aAt, bPanel, depth);
      default -> MicroKernel.three(t, aPanels, aAt, bPanel, depth);
    }
  }
}
