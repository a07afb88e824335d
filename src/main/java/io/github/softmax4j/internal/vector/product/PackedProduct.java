package io.github.softmax4j.internal.vector.product;

import static io.github.softmax4j.internal.vector.math.Lanes.LANES;
import static io.github.softmax4j.internal.vector.product.MicroKernel.COLUMNS;
import static io.github.softmax4j.internal.vector.product.MicroKernel.ROWS;

import io.github.softmax4j.internal.MatrixProduct;
import io.github.softmax4j.internal.vector.math.Inline;

/**
 * The matrix product of the vector path. It copies blocks of both operands into panels, in the
 * order in which {@link MicroKernel} reads them, and computes the result tile by tile.
 *
 * <p>A block of {@code a} stays in the second cache. A panel of {@code b} is packed just before its
 * tiles are computed.
 *
 * <p>The loops are one method after inlining, too large for C2 to inline it again. Its callers stay
 * small enough to be inlined themselves, so that views made for a call need no memory (C2-39).
 */
public final class PackedProduct {

  /** Depth of a block: as long as a chain. */
  private static final int DEPTH = MatrixProduct.BLOCK;

  /** Most rows of a block of {@code a}. */
  private static final int BLOCK_ROWS = Integer.getInteger("mc", 480);

  private float[] aPanels = {};

  private final float[] bPanel = new float[COLUMNS * DEPTH];

  /** A tile at the edge of the result. */
  private final float[] edge = new float[ROWS * TilePlace.WIDTH];

  private final FewRows fewRows = new FewRows();

  private final TilePlace tile = new TilePlace();

  private final TilePlace edgeTile = new TilePlace();

  /** Creates the working memory of a product. */
  public PackedProduct() {}

  /** Computes a product. */
  public void multiply(MatrixProduct p, float[] a, float[] b, float[] start, float[] out) {
    p.setArrays(a, b, start, out);
    if (FewRows.fits(p)) {
      fewRows.multiply(p);
      p.end();
      return;
    }
    int rows = blockRows(p.rows());
    int needed = rows * Math.min(DEPTH, p.depth()) + 2 * LANES;
    if (aPanels.length < needed) {
      aPanels = new float[needed];
    }
    for (int i = 0; i < p.rows(); i += rows) {
      for (int k = 0; k == 0 || k < p.depth(); k += DEPTH) {
        block(this, p, i, Math.min(rows, p.rows() - i), k, Math.min(DEPTH, p.depth() - k));
      }
    }
    tile.end();
    p.end();
  }

  /** Rows of each block: whole tiles, about as many in each. */
  private static int blockRows(int rows) {
    int blocks = Math.max(1, (rows + BLOCK_ROWS - 1) / BLOCK_ROWS);
    int even = (rows + blocks - 1) / blocks;
    return (even + ROWS - 1) / ROWS * ROWS;
  }

  @Inline
  private static void block(
      PackedProduct memory, MatrixProduct p, int i, int rows, int k, int depth) {
    Panels.packRows(p.a, i, rows, k, depth, memory.aPanels);
    for (int j = 0; j < p.columns(); j += COLUMNS) {
      int width = Math.min(COLUMNS, p.columns() - j);
      Panels.packColumns(p.b, k, depth, j, width, memory.bPanel);
      tiles(memory, p, i, rows, k, depth, j, width);
    }
  }

  @Inline
  private static void tiles(
      PackedProduct memory, MatrixProduct p, int i, int rows, int k, int depth, int j, int width) {
    TilePlace tile = memory.tile;
    TilePlace edge = memory.edgeTile;
    int vectors = (width + LANES - 1) / LANES;
    for (int r = 0; r < rows; r += ROWS) {
      int height = Math.min(ROWS, rows - r);
      tile.set(p, i + r, j, k == 0);
      if (height == ROWS && width == vectors * LANES) {
        sums(memory, tile, r * depth, depth, vectors);
      } else {
        edge.takeEdge(tile, p.continues, memory.edge, height, width);
        sums(memory, edge, r * depth, depth, vectors);
        tile.giveEdge(memory.edge, height, width);
      }
    }
  }

  @Inline
  private static void sums(PackedProduct memory, TilePlace tile, int aAt, int depth, int vectors) {
    float[] a = memory.aPanels;
    float[] b = memory.bPanel;
    switch (vectors) {
      case 1 -> MicroKernel.one(tile, a, aAt, b, depth);
      case 2 -> MicroKernel.two(tile, a, aAt, b, depth);
      default -> MicroKernel.three(tile, a, aAt, b, depth);
    }
  }
}
