package io.github.softmax4j.internal.vector.tile;

import static io.github.softmax4j.internal.vector.math.Width.LANES;

/**
 * A transposed copy of the tile's rows: plain data. Class {@code c} is at {@code c * pitch}, one
 * row after the other. The elements after the last row, up to a whole vector, have no meaning.
 */
public final class ClassMajor {

  /** The largest number of classes with room for {@link Tile#MAX_ROWS} rows. */
  public static final int MAX_CLASSES = LANES == 8 ? 24 : 32;

  /** The largest number of classes of rows that other code transposes. */
  public static final int FEW_CLASSES = 3;

  /** The largest number of classes with a place for each class at {@link #aside}. */
  public static final int CLASSES_ASIDE = LANES > 8 ? 8 : FEW_CLASSES;

  /** The floats of a cache line, which separates two classes (C2-26). */
  private static final int CACHE_LINE = 16;

  /**
   * The largest copy with the class axis in the middle. It fits in L2: longer copies are faster.
   */
  private static final int MAX_ELEMENTS_IN_L2 = 65536;

  /** The elements. */
  public float[] values = {};

  /** The distance from one class to the next. */
  public int pitch;

  /** The index of free space, for unused terms and for a few rows on their way. */
  public int aside;

  /** Makes room for so many rows. */
  public void makeRoom(int classes, int rows) {
    pitch = rows > CACHE_LINE ? rows + CACHE_LINE : rows;
    checkRoom(classes, 2L * pitch);
    if (classes * pitch > aside) {
      int maxPitch = Tile.MAX_ROWS + CACHE_LINE;
      aside = behind(Math.max(classes * pitch, MAX_CLASSES * maxPitch));
      values = new float[aside + CLASSES_ASIDE * maxPitch + LANES];
    }
  }

  /**
   * Throws if an array cannot hold so many floats for each class, since their number would overflow
   * and the copy would be too short.
   */
  public static void checkRoom(int classes, long floats) {
    if (classes * floats > Integer.MAX_VALUE) {
      throw new OutOfMemoryError(
          "copies of rows of %d classes do not fit into an array".formatted(classes));
    }
  }

  /** The number of rows of so many classes that fit in the cache, in whole vectors. */
  public static int rowsInCache(int classes) {
    return Math.clamp(MAX_ELEMENTS_IN_L2 / classes / LANES * LANES, LANES, Tile.MAX_ROWS);
  }

  /** The start of a second array after so many elements: 2 KiB off multiples of 4 KiB (C2-26). */
  public static int behind(int elements) {
    return (elements + 1023) / 1024 * 1024 + 512;
  }
}
