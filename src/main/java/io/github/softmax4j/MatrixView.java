package io.github.softmax4j;

import java.util.Objects;

/**
 * Says where a matrix lies: rows of contiguous columns in an array. A view refers to the array and
 * copies nothing. It is immutable, and may be kept or made anew for each call. It is safe for any
 * number of threads as long as the array is.
 *
 * {@snippet :
 * MatrixView weights = MatrixView.of(array, classes, features); // kept
 * Linear.forward(MatrixView.of(x, rows, features), weights, null, MatrixView.of(z, rows, classes));
 * }
 *
 * <p>Element {@code (r, c)} is at {@code offset + r * stride + c}. No operation writes elements
 * between the rows, and no result depends on them.
 *
 * <p>A view always fits its array, as {@code of} refuses any other:
 *
 * <ul>
 *   <li>{@link NullPointerException} for a missing array;
 *   <li>{@link IllegalArgumentException} for negative numbers, no columns or a stride below the
 *       columns;
 *   <li>{@link IndexOutOfBoundsException} for an array that is too short.
 * </ul>
 */
public final class MatrixView {

  final float[] array;
  final int offset;
  final int stride;
  final int rows;
  final int columns;

  private MatrixView(float[] array, int offset, int stride, int rows, int columns) {
    this.array = array;
    this.offset = offset;
    this.stride = stride;
    this.rows = rows;
    this.columns = columns;
  }

  /**
   * A contiguous matrix from the start of an array.
   *
   * @param array the elements, row after row
   * @param rows the number of rows, 0 or more
   * @param columns the number of columns, 1 or more
   * @return the view
   */
  public static MatrixView of(float[] array, int rows, int columns) {
    return of(array, 0, columns, rows, columns);
  }

  /**
   * A matrix anywhere in an array.
   *
   * @param array the elements
   * @param offset where the first row starts
   * @param stride from one row's start to the next, at least {@code columns}
   * @param rows the number of rows, 0 or more
   * @param columns the number of columns, 1 or more
   * @return the view
   */
  public static MatrixView of(float[] array, int offset, int stride, int rows, int columns) {
    return of("array", array, offset, stride, rows, columns);
  }

  /** The same, refused by the array's name. */
  static MatrixView of(String name, float[] array, int offset, int stride, int rows, int columns) {
    Objects.requireNonNull(array, name);
    if ((offset | rows) < 0 || columns < 1 || stride < columns) {
      throw misshapen(name, offset, stride, rows, columns);
    }
    if (end(offset, stride, rows, columns) > array.length) {
      throw tooShort(name, array.length, offset, stride, rows, columns);
    }
    return new MatrixView(array, offset, stride, rows, columns);
  }

  /**
   * An array as one row, such as a bias.
   *
   * @param array the elements, 1 or more
   * @return the view
   */
  public static MatrixView ofRow(float[] array) {
    Objects.requireNonNull(array, "array");
    return of(array, 1, array.length);
  }

  /**
   * Some of these rows, as a view of the same array.
   *
   * @param first the first of them, counted from 0
   * @param count how many, 0 or more
   * @return the view
   * @throws IndexOutOfBoundsException if there are not so many
   */
  public MatrixView slice(int first, int count) {
    Objects.checkFromIndexSize(first, count, rows);
    return new MatrixView(array, count == 0 ? offset : row(first), stride, count, columns);
  }

  /**
   * Number of rows.
   *
   * @return 0 or more
   */
  public int rows() {
    return rows;
  }

  /**
   * Number of columns.
   *
   * @return 1 or more
   */
  public int columns() {
    return columns;
  }

  /**
   * Where the elements are.
   *
   * @return the array itself, not a copy
   */
  public float[] array() {
    return array;
  }

  /**
   * Index of the first element in the array.
   *
   * @return 0 or more
   */
  public int offset() {
    return offset;
  }

  /**
   * Distance from one row's start to the next.
   *
   * @return at least the number of columns
   */
  public int stride() {
    return stride;
  }

  /**
   * The shape and the place, without the elements.
   *
   * @return for instance {@code 2 x 3 at offset 0, stride 3}
   */
  @Override
  public String toString() {
    return "%d x %d at offset %d, stride %d".formatted(rows, columns, offset, stride);
  }

  /** Index of the first element of a row. */
  int row(int r) {
    return offset + r * stride;
  }

  /** Whether the two share an element. */
  boolean meets(MatrixView other) {
    return array == other.array
        && offset < other.end()
        && other.offset < end()
        && (rows <= other.rows ? isMetBy(other) : other.isMetBy(this));
  }

  private boolean isMetBy(MatrixView other) {
    for (int r = 0; r < rows; r++) {
      if (other.hasElementIn(row(r), row(r) + columns)) {
        return true;
      }
    }
    return false;
  }

  /** Whether an element is at an index in {@code [from, to)}. */
  private boolean hasElementIn(int from, int to) {
    if (to <= offset) {
      return false;
    }
    int lastBefore = Math.min(rows - 1, (to - 1 - offset) / stride);
    return row(lastBefore) + columns > from;
  }

  private long end() {
    return end(offset, stride, rows, columns);
  }

  private static long end(int offset, int stride, int rows, int columns) {
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

  private static IndexOutOfBoundsException tooShort(
      String name, int length, int offset, int stride, int rows, int columns) {
    return new IndexOutOfBoundsException(
        "%s: %d rows of %d columns at offset %d, stride %d end at %d, but its length is %d"
            .formatted(
                name, rows, columns, offset, stride, end(offset, stride, rows, columns), length));
  }
}
