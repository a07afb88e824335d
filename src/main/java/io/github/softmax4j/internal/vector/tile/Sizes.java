package io.github.softmax4j.internal.vector.tile;

import static io.github.softmax4j.internal.vector.math.Width.LANES;
import static io.github.softmax4j.internal.vector.math.Width.MANY_REGISTERS;

/**
 * The numbers of elements that are added up together, and of rows in a tile. Both decide the bits
 * of results, so the vector code and {@code lanewise} share them.
 */
public final class Sizes {

  /** Classes per block of rows across the lanes: its sum is then added to the row's sum. */
  public static final int ACROSS_BLOCK = 8;

  /** Sums of terms along the lanes that take turns within a block. */
  public static final int TERM_CHAINS = MANY_REGISTERS ? 4 : 1;

  /**
   * Elements of a block of terms along the lanes. Each lane of a sum adds up 16 terms. More terms
   * cost accuracy: equal terms are all rounded to the same side.
   */
  public static final int TERM_BLOCK = 16 * TERM_CHAINS * LANES;

  /** Sums of stored elements along the lanes that take turns within a block. */
  public static final int SUM_CHAINS = MANY_REGISTERS ? 4 : 2;

  /** Elements of a block of stored elements along the lanes, whose sums are compensated. */
  public static final int SUM_BLOCK = 4 * LANES * LANES;

  /** Scaled elements that are added up before their sum joins one of four sums. */
  public static final int SCALE_BLOCK = 32;

  /** Targets per block: a block is summed in float, and the blocks are summed in double. */
  public static final int TARGET_BLOCK = 256 * LANES;

  /**
   * The maximum number of classes whose sum is found in float, with compensation. The sums of more
   * are added up in double, part by part: compensation would lose errors of so many blocks.
   */
  public static final int MAX_SUMMED = 1 << 20;

  /** The same with weighted gaps, the sums of whose blocks have no compensation. */
  private static final int MAX_WEIGHTED = 8192;

  /** The maximum number of classes for adding up lanes in float. More are added up in double. */
  public static final int MAX_CLASSES_IN_FLOAT = 2048;

  /**
   * The maximum number of classes for always adding up the gradients at other classes than the
   * label.
   */
  public static final int MAX_CLASSES_OF_SHORT_ROW = 512;

  /**
   * The elements of a piece of a long row. The last piece has at least one vector, and at most one
   * vector more than this. Logits, results and the logits of the next piece fit in L1.
   */
  public static final int PIECE = 32 * LANES;

  /** Classes per block of a sum in one lane, for gradients through softmax and log-softmax. */
  public static final int BACKWARD_BLOCK = 16;

  /** Elements per block of such a sum along the lanes: 8 for each of 4 sums. */
  public static final int BACKWARD_LANES_BLOCK = 32 * LANES;

  /** Vectors per block of the entropy's terms, which are added up in float. */
  public static final int ENTROPY_BLOCK_VECTORS = 16;

  /** The maximum size of a batch in L2: its logits and results take a mebibyte. */
  public static final int ELEMENTS_IN_L2 = 1 << 17;

  /** Elements per tile of rows along the lanes: they fit in L1, with the next tile's logits. */
  private static final int ALONG_ELEMENTS = MANY_REGISTERS ? 2048 : 4096;

  /** Elements per tile of short rows: its logits and results stay in L1. */
  private static final int SHORT_ELEMENTS = 2048;

  /**
   * The minimum number of rows for reducing lanes together. Not with 16 registers: blends are slow.
   */
  public static final int MIN_ROWS_TOGETHER = MANY_REGISTERS ? LANES / 2 : Integer.MAX_VALUE / 2;

  private Sizes() {}

  /** The maximum number of classes whose sum is found in float. */
  public static int mostSummed(boolean weighted) {
    return weighted ? MAX_WEIGHTED : MAX_SUMMED;
  }

  /** The number of classes of a part, of those left. The last part has at least one vector. */
  public static int partLength(int left, int most) {
    return left < most + LANES ? left : most;
  }

  /** The number of rows in a tile along the lanes. */
  public static int rowsAlong(int classes) {
    int rows = Math.clamp(ALONG_ELEMENTS / classes, 1, Tile.MAX_ROWS);
    return rows < MIN_ROWS_TOGETHER ? rows : (rows + LANES - 1) / LANES * LANES;
  }

  /** The number of rows in a tile of rows of a few vectors. */
  public static int shortRows(int classes) {
    boolean isMasked = classes < LANES;
    int rows = Math.min(Tile.MAX_ROWS, SHORT_ELEMENTS / classes / LANES * LANES);
    return isMasked ? Tile.MAX_ROWS / 2 : rows;
  }
}
