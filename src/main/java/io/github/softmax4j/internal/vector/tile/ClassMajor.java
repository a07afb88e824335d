package io.github.softmax4j.internal.vector.tile;

import static io.github.softmax4j.internal.vector.math.Lanes.LANES;

/**
 * Rows of a tile, copied class by class: plain data. Class {@code c} of the rows is at {@code c *
 * pitch}, one row after the other. What follows the last row, up to a whole vector, has no meaning.
 */
public final class ClassMajor {

  /** Up to this many classes there is room for {@link Tile#MAX_ROWS} rows. */
  public static final int MAX_CLASSES = LANES == 8 ? 24 : 32;

  /** Up to so many classes, terms that nobody reads have a place for each class. */
  public static final int CLASSES_ASIDE = LANES > 8 ? 8 : 3;

  /** From one class to the next there is a cache line more than rows. */
  private static final int LINE = 16;

  /** Of many classes, blocks stay in L2, as more rows at once make longer copies. */
  private static final int ELEMENTS_OF_BLOCKS = 65536;

  public float[] values = {};
  public int pitch;

  /** Where there is room for terms that nobody reads, and for a few rows on their way. */
  public int aside;

  /**
   * Makes room for so many rows. Without a line between classes of many, loads of one class would
   * wait for stores of another at the same place in its page, on which they seem to depend.
   */
  public void makeRoom(int classes, int rows) {
    pitch = rows > LINE ? rows + LINE : rows;
    if (classes * pitch > aside) {
      int most = Tile.MAX_ROWS + LINE;
      aside = behind(Math.max(classes * pitch, MAX_CLASSES * most));
      values = new float[aside + CLASSES_ASIDE * most + LANES];
    }
  }

  /** How many rows of blocks with so many classes stay in the cache: whole vectors. */
  public static int rowsInCache(int classes) {
    return Math.clamp(ELEMENTS_OF_BLOCKS / classes / LANES * LANES, LANES, Tile.MAX_ROWS);
  }

  /**
   * Where, behind so many elements, others of the same places start. A multiple of 4 KiB in between
   * would have every load wait for a store that it seems to depend on, so half of that is added.
   */
  public static int behind(int elements) {
    return (elements + 1023) / 1024 * 1024 + 512;
  }
}
