package io.github.softmax4j;

import java.util.Objects;

/**
 * Says where a matrix lies: rows in an array, each with as many columns. The columns of logits are
 * classes. A view refers to the array and copies nothing. It is immutable, and may be kept or made
 * anew for each call. It is safe for any number of threads as long as the array is.
 *
 * {@snippet :
 * MatrixView logits = MatrixView.of(array, offset, stride, rows, classes);
 * Softmax.softmax(logits, MatrixView.of(probabilities, rows, classes));
 * }
 *
 * <p><b>Rows.</b> {@link #of} makes rows of contiguous columns. Element {@code (r, c)} is at {@code
 * offset + r * stride + c}. No operation writes elements between the rows, and no result depends on
 * them.
 *
 * <p><b>Blocks.</b> {@link #ofBlocks} has the class axis in the middle, as images of {@code batch,
 * classes, height * width}. A block has {@code inner} rows, whose elements of one class are
 * contiguous. Element {@code c} of row {@code r} is at {@code offset + r / inner * stride + c *
 * inner + r % inner}.
 *
 * <p><b>Values of rows.</b> {@link #ofColumn} is a matrix of one column: one value for each row,
 * contiguous.
 *
 * <p>A view always fits its array, as these methods refuse any other:
 *
 * <ul>
 *   <li>{@link NullPointerException} for a missing array;
 *   <li>{@link IllegalArgumentException} for negative numbers, no columns, a stride below the
 *       elements of a row or block, or sizes whose product is more than an array can hold;
 *   <li>{@link IndexOutOfBoundsException} for an array that is too short.
 * </ul>
 */
public final class MatrixView {

  final float[] array;
  final int offset;
  final int stride;

  /** The number of blocks, which are rows if {@link #inner} is 1. */
  final int outer;

  final int inner;
  final int rows;
  final int columns;

  private MatrixView(float[] array, int offset, int stride, int outer, int columns, int inner) {
    this.array = array;
    this.offset = offset;
    this.stride = stride;
    this.outer = outer;
    this.inner = inner;
    this.columns = columns;
    rows = outer * inner;
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
    ViewChecks.rows(name, array.length, offset, stride, rows, columns);
    return new MatrixView(array, offset, stride, rows, columns, 1);
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
   * A whole array as one value for each row.
   *
   * @param array the values
   * @return the view
   */
  public static MatrixView ofColumn(float[] array) {
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
  public static MatrixView ofColumn(float[] array, int offset, int rows) {
    return of(array, offset, 1, rows, 1);
  }

  /**
   * A contiguous matrix whose class axis is in the middle, from the start of an array.
   *
   * @param array the elements, block after block
   * @param outer the number of blocks, 0 or more
   * @param classes the number of classes, 1 or more
   * @param inner the number of rows in a block, 0 or more
   * @return the view
   */
  public static MatrixView ofBlocks(float[] array, int outer, int classes, int inner) {
    return ofBlocks(array, 0, classes * inner, outer, classes, inner);
  }

  /**
   * A matrix anywhere in an array whose class axis is in the middle.
   *
   * @param array the elements
   * @param offset where the first block starts
   * @param stride from one block's start to the next, at least {@code classes * inner}
   * @param outer the number of blocks, 0 or more
   * @param classes the number of classes, 1 or more
   * @param inner the number of rows in a block, 0 or more
   * @return the view
   */
  public static MatrixView ofBlocks(
      float[] array, int offset, int stride, int outer, int classes, int inner) {
    return ofBlocks("array", array, offset, stride, outer, classes, inner);
  }

  /** The same, refused by the array's name. */
  static MatrixView ofBlocks(
      String name, float[] array, int offset, int stride, int outer, int classes, int inner) {
    Objects.requireNonNull(array, name);
    ViewChecks.blocks(name, array.length, offset, stride, outer, classes, inner);
    return new MatrixView(array, offset, stride, outer, classes, inner);
  }

  /**
   * Some of these rows, as a view of the same array. In blocks, these are whole blocks.
   *
   * @param first the first of them, counted from 0
   * @param count how many, 0 or more
   * @return the view
   * @throws IndexOutOfBoundsException if there are not so many
   * @throws IllegalArgumentException if they are parts of blocks
   */
  public MatrixView slice(int first, int count) {
    Objects.checkFromIndexSize(first, count, rows);
    if (count == 0) {
      return new MatrixView(array, offset, stride, 0, columns, inner);
    }
    if (first % inner != 0 || count % inner != 0) {
      throw new IllegalArgumentException(
          "first: rows %d to %d are not whole blocks of %d rows"
              .formatted(first, first + count, inner));
    }
    int start = offset + first / inner * stride;
    return new MatrixView(array, start, stride, count / inner, columns, inner);
  }

  /**
   * Some of the columns of all rows, as a view of the same array: a part of the classes.
   *
   * @param first the first of them, counted from 0
   * @param count how many, 1 or more
   * @return the view
   * @throws IndexOutOfBoundsException if there are not so many
   * @throws IllegalArgumentException for none
   */
  public MatrixView sliceColumns(int first, int count) {
    Objects.checkFromIndexSize(first, count, columns);
    if (count == 0) {
      throw new IllegalArgumentException("count: must be at least 1, is 0");
    }
    return new MatrixView(array, offset + first * inner, stride, outer, count, inner);
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
   * Number of rows in a block, which is also the distance of two classes of a row.
   *
   * @return 1 if the columns of a row are contiguous
   */
  public int inner() {
    return inner;
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
   * Distance from the start of one row, or block, to the next.
   *
   * @return at least the number of columns, or of the elements of a block
   */
  public int stride() {
    return stride;
  }

  /**
   * The shape and the place, without the elements.
   *
   * @return for instance {@code 2 x 3 at offset 0, stride 3}, or {@code 2 x 3 x 5 at offset 0,
   *     stride 15} for blocks
   */
  @Override
  public String toString() {
    return "%s at offset %d, stride %d".formatted(shape(), offset, stride);
  }

  /** The shape alone. */
  String shape() {
    return shape(outer, columns, inner);
  }

  static String shape(int outer, int columns, int inner) {
    return inner == 1
        ? "%d x %d".formatted(outer, columns)
        : "%d x %d x %d".formatted(outer, columns, inner);
  }

  /** Index of the first element of a row. */
  int row(int r) {
    return offset + r * stride;
  }

  /** Whether the first elements of two views of one shape are the same. */
  boolean startsAs(MatrixView other) {
    return array == other.array && offset == other.offset;
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
    return ViewChecks.end(offset, stride, rows, columns);
  }
}
