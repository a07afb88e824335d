package io.github.softmax4j.internal.vector.product;

import static io.github.softmax4j.internal.vector.math.Width.LANES;

import io.github.softmax4j.internal.MatrixProduct;
import java.util.Arrays;

/**
 * Where a tile of the result lies, where its chains start, and what their sums are added to. One of
 * the latter two is a constant: the chains start at 0, or nothing is added to them.
 */
final class TilePlace {

  /** Most columns of a tile, and the distance between the rows of an edge's memory. */
  static final int WIDTH = 4 * LANES;

  private static final float[] ZEROS = new float[WIDTH];

  /** -0 in each element: added to a float, it changes nothing. */
  private static final float[] NOTHING = nothing();

  /** The result. */
  float[] out;

  /** Index of the tile. */
  int at;

  /** Distance between its rows. */
  int step;

  /** Where the chains start. */
  float[] chain;

  int chainAt;
  int chainStep;

  /** What the chains' sums are added to. */
  float[] base;

  int baseAt;
  int baseStep;

  private static float[] nothing() {
    float[] nothing = new float[WIDTH];
    Arrays.fill(nothing, -0f);
    return nothing;
  }

  /**
   * Sets the place of a tile.
   *
   * @param isFirst whether no part of the depth has been computed before
   */
  void set(MatrixProduct p, int row, int column, boolean isFirst) {
    out = p.out.array;
    at = p.out.index(row, column);
    step = p.out.rowStep;
    MatrixProduct.Operand start = isFirst ? p.start : p.out;
    if (start.array == null) {
      sums(p.continues, ZEROS, 0, 0);
    } else {
      sums(p.continues, start.array, start.index(row, column), start.rowStep);
    }
  }

  private void sums(boolean continues, float[] start, int startAt, int startStep) {
    chain = continues ? start : ZEROS;
    chainAt = continues ? startAt : 0;
    chainStep = continues ? startStep : 0;
    base = continues ? NOTHING : start;
    baseAt = continues ? 0 : startAt;
    baseStep = continues ? 0 : startStep;
  }

  /** Takes the place of a tile at the edge of the result, in memory of whole tiles. */
  void takeEdge(TilePlace tile, boolean continues, float[] edge, int height, int width) {
    float[] start = continues ? tile.chain : tile.base;
    int from = continues ? tile.chainAt : tile.baseAt;
    int fromStep = continues ? tile.chainStep : tile.baseStep;
    out = edge;
    at = 0;
    step = WIDTH;
    if (start == ZEROS) {
      sums(continues, start, 0, 0);
      return;
    }
    for (int r = 0; r < height; r++) {
      System.arraycopy(start, from + r * fromStep, edge, r * WIDTH, width);
    }
    sums(continues, edge, 0, WIDTH);
  }

  /** Writes the tile from the memory that {@link #takeEdge} has set. */
  void giveEdge(float[] edge, int height, int width) {
    for (int r = 0; r < height; r++) {
      System.arraycopy(edge, r * WIDTH, out, at + r * step, width);
    }
  }

  /** Releases the arrays. */
  void end() {
    out = null;
    chain = null;
    base = null;
  }
}
