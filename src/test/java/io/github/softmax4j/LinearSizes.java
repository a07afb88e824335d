package io.github.softmax4j;

import java.util.ArrayList;
import java.util.List;

/** Shapes at which tiles, vectors, blocks and their edges go wrong. */
final class LinearSizes {

  /** Around lane widths, tiles of one to three vectors, blocks of the depth; and primes. */
  private static final int[] ALONG = {
    1, 2, 3, 4, 5, 7, 8, 9, 11, 12, 13, 15, 16, 17, 23, 24, 25, 31, 32, 33, 47, 48, 49, 61, 97, 127,
    255, 256, 257, 512, 513
  };

  /** Around the rows of a tile and of a block of tiles. */
  private static final int[] ROWS = {1, 2, 3, 4, 5, 6, 7, 8, 33, 100, 241};

  private LinearSizes() {}

  /** Each size in each dimension, beside small and odd ones in the others. */
  static List<int[]> all() {
    List<int[]> shapes = new ArrayList<>();
    for (int n : ALONG) {
      shapes.add(new int[] {n, 13, 5});
      shapes.add(new int[] {n, 5, 50});
      shapes.add(new int[] {3, n, 19});
      shapes.add(new int[] {8, n, 49});
      shapes.add(new int[] {2, 19, n});
      shapes.add(new int[] {7, 49, n});
    }
    for (int rows : ROWS) {
      shapes.add(new int[] {rows, 17, 25});
      shapes.add(new int[] {rows, 257, 49});
      shapes.add(new int[] {rows, 31, 129});
    }
    shapes.add(new int[] {100, 257, 129});
    return shapes;
  }

  /** At least two blocks of whatever size in one dimension. */
  static List<int[]> large() {
    return List.of(
        new int[] {1030, 33, 13},
        new int[] {7, 300, 6200},
        new int[] {5, 6200, 19},
        new int[] {241, 513, 257});
  }

  /** A few for what costs more. */
  static List<int[]> few() {
    return List.of(
        new int[] {1, 1, 1},
        new int[] {1, 33, 10},
        new int[] {2, 257, 3},
        new int[] {5, 12, 49},
        new int[] {7, 64, 48},
        new int[] {13, 300, 97},
        new int[] {33, 17, 257});
  }
}
