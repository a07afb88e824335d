package io.github.softmax4j;

/** Refuses views that do not fit their array. */
final class ViewChecks {

  private ViewChecks() {}

  /** The array of this length holds the rows. */
  static void rows(String name, int length, int offset, int stride, int rows, int columns) {
    if ((offset | rows) < 0 || columns < 1 || stride < columns) {
      throw misshapen(name, offset, stride, rows, columns);
    }
    if (end(offset, stride, rows, columns) > length) {
      throw new IndexOutOfBoundsException(
          "%s: %d rows of %d columns at offset %d, stride %d end at %d, but its length is %d"
              .formatted(
                  name, rows, columns, offset, stride, end(offset, stride, rows, columns), length));
    }
  }

  /** The array of this length holds the blocks, each of {@code classes * inner} elements. */
  static void blocks(
      String name, int length, int offset, int stride, int outer, int classes, int inner) {
    Checks.sizes(outer, classes, inner);
    int width = classes * inner;
    if (offset < 0 || stride < width) {
      throw new IllegalArgumentException(
          offset < 0
              ? name + ": offset must not be negative, is " + offset
              : "%s: stride %d is less than the %d elements of %d classes by %d"
                  .formatted(name, stride, width, classes, inner));
    }
    long end = inner == 0 ? offset : end(offset, stride, outer, width);
    if (end > length) {
      throw new IndexOutOfBoundsException(
          "%s: %d times %d classes by %d at offset %d, stride %d end at %d, but its length is %d"
              .formatted(name, outer, classes, inner, offset, stride, end, length));
    }
  }

  /** The index behind the last row. */
  static long end(int offset, int stride, int rows, int columns) {
    return rows == 0 ? offset : offset + (rows - 1L) * stride + columns;
  }

  private static IllegalArgumentException misshapen(
      String name, int offset, int stride, int rows, int columns) {
    String what =
        offset < 0
            ? "offset must not be negative, is " + offset
            : rows < 0
                ? "rows must not be negative, is " + rows
                : columns < 1
                    ? "columns must be at least 1, is " + columns
                    : "stride %d is less than the %d columns".formatted(stride, columns);
    return new IllegalArgumentException(name + ": " + what);
  }
}
