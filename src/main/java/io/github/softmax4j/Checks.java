package io.github.softmax4j;

import java.util.Objects;

/** Refuses bad arguments before anything is written, by name, row and value. */
final class Checks {

  private Checks() {}

  static void sizes(int rows, int classes) {
    if (rows < 0) {
      throw new IllegalArgumentException("rows: must not be negative, is " + rows);
    }
    if (classes < 1) {
      throw new IllegalArgumentException("classes: must be at least 1, is " + classes);
    }
  }

  /** {@code array} holds {@code rows} rows of {@code classes} at this offset and stride. */
  static void matrix(String name, float[] array, int offset, int stride, int rows, int classes) {
    Objects.requireNonNull(array, name);
    notNegative(name, "offset", offset);
    notNegative(name, "stride", stride);
    if (stride < classes) {
      throw new IllegalArgumentException(
          name + ": stride " + stride + " is less than the " + classes + " classes of a row");
    }
    long end = end(offset, stride, rows, classes);
    if (end > array.length) {
      throw new IndexOutOfBoundsException(
          "%s: %d rows of %d classes at offset %d, stride %d end at %d, but the array's length is %d"
              .formatted(name, rows, classes, offset, stride, end, array.length));
    }
  }

  /** {@code array} of this length holds one value for each row from {@code offset} on. */
  static void perRow(String name, int length, int offset, int rows) {
    notNegative(name, "offset", offset);
    if ((long) offset + rows > length) {
      throw new IndexOutOfBoundsException(
          "%s: %d rows at offset %d end at %d, but the array's length is %d"
              .formatted(name, rows, offset, (long) offset + rows, length));
    }
  }

  static void labels(int[] labels, int offset, int rows, int classes) {
    Objects.requireNonNull(labels, "labels");
    perRow("labels", labels.length, offset, rows);
    int outside = 0; // negative as soon as one label is: no branch in the loop
    for (int i = offset; i < offset + rows; i++) {
      outside |= labels[i] | (classes - 1 - labels[i]);
    }
    if (outside < 0) {
      throw labelOutside(labels, offset, classes);
    }
  }

  private static IllegalArgumentException labelOutside(int[] labels, int offset, int classes) {
    int row = 0;
    while (labels[offset + row] >= 0 && labels[offset + row] < classes) {
      row++;
    }
    return new IllegalArgumentException(
        "labels: row %d has label %d, outside [0, %d)"
            .formatted(row, labels[offset + row], classes));
  }

  /** An output matrix is the input's very place or shares no element with it. */
  static void inPlaceOrApart(
      String inName,
      float[] in,
      int inOffset,
      int inStride,
      String outName,
      float[] out,
      int outOffset,
      int outStride,
      int rows,
      int classes) {
    boolean samePlace = inOffset == outOffset && (inStride == outStride || rows <= 1);
    if (in != out || samePlace) {
      return;
    }
    apart(inName, in, inOffset, inStride, outName, out, outOffset, outStride, rows, classes);
  }

  /** Two matrices share no element. */
  static void apart(
      String inName,
      float[] in,
      int inOffset,
      int inStride,
      String outName,
      float[] out,
      int outOffset,
      int outStride,
      int rows,
      int classes) {
    if (in == out
        && rangesMeet(inOffset, inStride, outOffset, outStride, rows, classes)
        && !(inStride == outStride && interleave(inOffset, outOffset, inStride, rows, classes))) {
      throw new IllegalArgumentException(
          "%s: overlaps %s in part (offset %d stride %d against offset %d stride %d)"
              .formatted(outName, inName, outOffset, outStride, inOffset, inStride));
    }
  }

  /** A vector of one value per row shares no element with a matrix. */
  static void apartFromMatrix(
      String name,
      float[] perRow,
      int offset,
      String matrixName,
      float[] matrix,
      int matrixOffset,
      int matrixStride,
      int rows,
      int classes) {
    if (perRow != matrix) {
      return;
    }
    // the first row that does not end before perRow starts
    long row = Math.max(0, Math.floorDiv((long) offset - matrixOffset - classes, matrixStride) + 1);
    if (row < rows && matrixOffset + row * matrixStride < (long) offset + rows) {
      throw new IllegalArgumentException(
          "%s: overlaps %s (offset %d against %d)"
              .formatted(name, matrixName, offset, matrixOffset));
    }
  }

  private static boolean rangesMeet(
      int aOffset, int aStride, int bOffset, int bStride, int rows, int classes) {
    return rows > 0
        && aOffset < end(bOffset, bStride, rows, classes)
        && bOffset < end(aOffset, aStride, rows, classes);
  }

  /** Rows of two matrices of one stride lie beside each other, as columns of a wider matrix do. */
  private static boolean interleave(int aOffset, int bOffset, int stride, int rows, int classes) {
    long distance = Math.abs((long) aOffset - bOffset);
    long rowsApart = distance / stride;
    long within = distance % stride;
    boolean meetsThatRow = within < classes && rowsApart < rows;
    boolean meetsTheNext = stride - within < classes && rowsApart + 1 < rows;
    return !meetsThatRow && !meetsTheNext;
  }

  private static long end(int offset, int stride, int rows, int classes) {
    return rows == 0 ? offset : offset + (rows - 1L) * stride + classes;
  }

  private static void notNegative(String name, String what, int value) {
    if (value < 0) {
      throw new IllegalArgumentException(name + ": " + what + " must not be negative, is " + value);
    }
  }
}
