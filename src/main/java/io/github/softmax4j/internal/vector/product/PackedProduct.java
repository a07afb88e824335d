package io.github.softmax4j.internal.vector.product;

import static io.github.softmax4j.internal.vector.math.Width.LANES;
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
  private static final int BLOCK_ROWS = 480;

  /**
   * Most rows for which a panel of {@code b} is read where it lies, if its columns are contiguous.
   */
  private static final int FEW_ROWS = 2 * ROWS;

  private float[] aPanels = {};

  private final float[] bPanel = new float[COLUMNS * DEPTH];

  /** A tile at the edge of the result. */
  private final float[] edge = new float[ROWS * TilePlace.WIDTH];

  private final OneRow oneRow = new OneRow();

  private final AcrossLanes acrossLanes = new AcrossLanes();

  private final TilePlace tile = new TilePlace();

  private final TilePlace edgeTile = new TilePlace();

  private final Cold cold;

  /**
   * Creates the working memory of a product.
   *
   * @param cold computes products until vector code is compiled, or {@code null}
   */
  public PackedProduct(Cold cold) {
    this.cold = cold;
  }

  /** The number of forms of products, which differ in the code that computes them. */
  public static final int FORMS = 11;

  private static final int FIRST_PACKED = 3;

  /** Code without vectors, which computes a product as long as vector code is not compiled. */
  @FunctionalInterface
  public interface Cold {

    /** Computes and ends a product, or returns false. */
    boolean computes(MatrixProduct product, int form);
  }

  /** The form of a product whose places are set. */
  public static int form(MatrixProduct p) {
    if (OneRow.fits(p)) {
      return 0;
    }
    if (AcrossLanes.fits(p)) {
      return AcrossLanes.hasFewColumns(p) ? 1 : 2;
    }
    return FIRST_PACKED
        + (p.b.columnStep == 1 ? 1 : 0)
        + (p.continues ? 2 : 0)
        + (p.rows() <= FEW_ROWS ? 4 : 0);
  }

  /** Computes a product. */
  public void multiply(MatrixProduct p, float[] a, float[] b, float[] start, float[] out) {
    if (p.rows() == 0) {
      return;
    }
    p.setArrays(a, b, start, out);
    int form = form(p);
    if (cold != null && cold.computes(p, form)) {
      return;
    }
    if (form < FIRST_PACKED) {
      narrow(p, form);
      p.end();
      return;
    }
    int rows = blockRows(p.rows());
    int needed = rows * Math.min(DEPTH, p.depth()) + 2 * LANES;
    if (aPanels.length < needed) {
      aPanels = new float[needed];
    }
    for (int i = 0; p.rows() - i > 0; i += rows) { // the last i, k and j may overflow
      for (int k = 0; k == 0 || p.depth() - k > 0; k += DEPTH) {
        block(this, p, i, Math.min(rows, p.rows() - i), k, Math.min(DEPTH, p.depth() - k));
      }
    }
    tile.end();
    p.end();
  }

  private void narrow(MatrixProduct p, int form) {
    if (form == 0) {
      oneRow.multiply(p);
    } else {
      acrossLanes.multiply(p);
    }
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
    for (int j = 0; p.columns() - j > 0; j += COLUMNS) {
      int width = Math.min(COLUMNS, p.columns() - j);
      boolean direct = width == COLUMNS && rows <= FEW_ROWS && p.b.columnStep == 1;
      if (!direct) {
        Panels.packColumns(p.b, k, depth, j, width, memory.bPanel);
      }
      tiles(memory, p, i, rows, k, depth, j, width, direct);
    }
  }

  @Inline
  private static void tiles(
      PackedProduct memory,
      MatrixProduct p,
      int i,
      int rows,
      int k,
      int depth,
      int j,
      int width,
      boolean direct) {
    TilePlace tile = memory.tile;
    TilePlace edge = memory.edgeTile;
    int vectors = (width + LANES - 1) / LANES;
    for (int r = 0; r < rows; r += ROWS) {
      int height = Math.min(ROWS, rows - r);
      tile.set(p, i + r, j, k == 0);
      if (height == ROWS && width == vectors * LANES) {
        sums(memory, p, tile, r * depth, k, depth, j, direct ? 0 : vectors);
      } else {
        edge.takeEdge(tile, p.continues, memory.edge, height, width);
        sums(memory, p, edge, r * depth, k, depth, j, direct ? 0 : vectors);
        tile.giveEdge(memory.edge, height, width);
      }
    }
  }

  @Inline
  private static void sums(
      PackedProduct memory,
      MatrixProduct p,
      TilePlace tile,
      int aAt,
      int k,
      int depth,
      int j,
      int vectors) {
    float[] a = memory.aPanels;
    float[] b = memory.bPanel;
    switch (vectors) {
      case 0 -> MicroKernel.direct(tile, a, aAt, p.b.array, p.b.index(k, j), p.b.rowStep, depth);
      case 1 -> MicroKernel.one(tile, a, aAt, b, depth);
      case 2 -> MicroKernel.two(tile, a, aAt, b, depth);
      default -> MicroKernel.three(tile, a, aAt, b, depth);
    }
  }
}
