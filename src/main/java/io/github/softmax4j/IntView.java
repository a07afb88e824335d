package io.github.softmax4j;

import java.util.Objects;

/**
 * Says where a matrix of integers lies: labels, drawn classes, or the classes of a ranking. It is
 * to {@code int[]} what {@link MatrixView} is to {@code float[]}: immutable, it refers to the array
 * and copies nothing, and it may be kept or made anew for each call.
 *
 * <p>Labels may also be of type {@code long}.
 *
 * <p>Element {@code (r, c)} is at {@code offset + r * stride + c}. A view always fits its array, as
 * these methods refuse any other:
 *
 * <ul>
 *   <li>{@link NullPointerException} for a missing array;
 *   <li>{@link IllegalArgumentException} for negative numbers, no columns or a stride below the
 *       columns;
 *   <li>{@link IndexOutOfBoundsException} for an array that is too short.
 * </ul>
 */
public final class IntView {

  /** The elements, or {@code null} if they are of type long. */
  final int[] array;

  final long[] longs;
  final int offset;
  final int stride;
  final int rows;
  final int columns;

  private IntView(int[] array, long[] longs, int offset, int stride, int rows, int columns) {
    this.array = array;
    this.longs = longs;
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
  public static IntView of(int[] array, int rows, int columns) {
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
  public static IntView of(int[] array, int offset, int stride, int rows, int columns) {
    return of("array", array, offset, stride, rows, columns);
  }

  /** The same, refused by the array's name. */
  static IntView of(String name, int[] array, int offset, int stride, int rows, int columns) {
    Objects.requireNonNull(array, name);
    ViewChecks.rows(name, array.length, offset, stride, rows, columns);
    return new IntView(array, null, offset, stride, rows, columns);
  }

  /**
   * A whole array as one value for each row, such as labels.
   *
   * @param array the values
   * @return the view
   */
  public static IntView ofColumn(int[] array) {
    Objects.requireNonNull(array, "array");
    return of(array, array.length, 1);
  }

  /**
   * Part of an array as one value for each row.
   *
   * @param array the values
   * @param offset where the value of the first row is
   * @param rows the number of rows, 0 or more
   * @return the view
   */
  public static IntView ofColumn(int[] array, int offset, int rows) {
    return of(array, offset, 1, rows, 1);
  }

  /**
   * Part of an array of longs as one label for each row.
   *
   * @param array the labels
   * @param offset where the label of the first row is
   * @param rows the number of rows, 0 or more
   * @return the view, which serves as labels only
   */
  public static IntView ofColumn(long[] array, int offset, int rows) {
    Objects.requireNonNull(array, "array");
    ViewChecks.rows("array", array.length, offset, 1, rows, 1);
    return new IntView(null, array, offset, 1, rows, 1);
  }

  /**
   * Some of these rows, as a view of the same array.
   *
   * @param first the first of them, counted from 0
   * @param count how many, 0 or more
   * @return the view
   * @throws IndexOutOfBoundsException if there are not so many
   */
  public IntView slice(int first, int count) {
    Objects.checkFromIndexSize(first, count, rows);
    int start = count == 0 ? offset : offset + first * stride;
    return new IntView(array, longs, start, stride, count, columns);
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
   * @return the array itself, not a copy; {@code null} if the elements are of type long
   */
  public int[] array() {
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
}
