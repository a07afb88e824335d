package io.github.softmax4j;

/**
 * Where a call's matrices lie in their arrays, in elements: how far in they start, and the gap
 * between one row and the next.
 */
record Layout(
    String name,
    int logitsOffset,
    int logitsGap,
    int targetsOffset,
    int targetsGap,
    int outOffset,
    int outGap,
    int perRowOffset,
    int behind) {

  /** Contiguous, no element to spare on either side. */
  static final Layout TIGHT = new Layout("contiguous", 0, 0, 0, 0, 0, 0, 0, 0);

  /** Nothing at a multiple of anything. */
  static final Layout SPACED = new Layout("odd strides", 3, 5, 2, 7, 1, 2, 4, 6);

  /** As columns of wider matrices. */
  static final Layout COLUMNS = new Layout("columns of wide matrices", 16, 48, 32, 64, 8, 80, 1, 0);

  /** Contiguous rows, everything starting this many elements into its array. */
  static Layout shifted(int by) {
    return new Layout("shifted by " + by, by, 0, by, 0, by, 0, by, 0);
  }

  @Override
  public String toString() {
    return name;
  }
}
