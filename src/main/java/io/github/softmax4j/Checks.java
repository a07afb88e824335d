package io.github.softmax4j;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.LossOptions;
import io.github.softmax4j.internal.Matrix;
import io.github.softmax4j.internal.RowArray;
import java.util.Objects;

/** Refuses bad arguments before anything is written, by name, row and value. */
final class Checks {

  private Checks() {}

  static void sizes(int rows, int classes) {
    size("rows", rows);
    classes(classes);
  }

  static void sizes(int outer, int classes, int inner) {
    size("outer", outer);
    classes(classes);
    size("inner", inner);
    if ((long) classes * inner > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "inner: %d times %d classes are more than an array can hold".formatted(inner, classes));
    }
    if ((long) outer * inner > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "outer: %d times %d inner are more rows than an array can hold".formatted(outer, inner));
    }
  }

  /** A number that is positive and finite as a float, too. */
  static float positive(String name, double value) {
    float rounded = (float) value;
    if (!(rounded > 0 && rounded <= Float.MAX_VALUE)) {
      throw new IllegalArgumentException(
          value > 0 && value <= Double.MAX_VALUE
              ? "%s: %s is beyond the range of float".formatted(name, value)
              : name + ": must be finite and above 0, is " + value);
    }
    return rounded;
  }

  /** A number whose inverse is positive and finite as a float. */
  static float inverse(String name, double value) {
    float inverse = (float) (1 / value);
    if (!(value > 0 && inverse > 0 && inverse <= Float.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "%s: must be above 0 and have an inverse within float, is %s".formatted(name, value));
    }
    return inverse;
  }

  /** A soft cap of scaled logits, 0 if there is none. */
  static void cap(float scale, float cap) {
    if (cap != 0 && scale / cap > Float.MAX_VALUE) {
      throw new IllegalArgumentException(
          "softCap: %s is too small for a logitScale of %s".formatted(cap, scale));
    }
  }

  /** A number of most probable classes. */
  static void leading(int k, int classes) {
    if (k < 1 || k > classes) {
      throw new IllegalArgumentException("k: %d is outside [1, %d]".formatted(k, classes));
    }
  }

  private static void size(String name, int size) {
    if (size < 0) {
      throw new IllegalArgumentException(name + ": must not be negative, is " + size);
    }
  }

  private static void classes(int classes) {
    atLeastOne("classes", classes);
  }

  /** A number that must not be 0. */
  static void atLeastOne(String name, int number) {
    if (number < 1) {
      throw new IllegalArgumentException(name + ": must be at least 1, is " + number);
    }
  }

  /** The array holds the rows of this call at the matrix's offset and stride. */
  static void matrix(String name, Matrix matrix, Call call) {
    Objects.requireNonNull(matrix.array, name);
    notNegative(name, "offset", matrix.offset);
    notNegative(name, "stride", matrix.stride);
    if (matrix.stride < call.classes) {
      throw new IllegalArgumentException(
          "%s: stride %d is less than the %d classes of a row%s"
              .formatted(name, matrix.stride, call.classes, hint(matrix.stride == call.rows)));
    }
    if (end(matrix, call) > matrix.array.length) {
      throw new IndexOutOfBoundsException(
          "%s: %d rows of %d classes at offset %d, stride %d end at %d, but the array's length is %d"
              .formatted(
                  name,
                  call.rows,
                  call.classes,
                  matrix.offset,
                  matrix.stride,
                  end(matrix, call),
                  matrix.array.length));
    }
  }

  /** A view has this shape. */
  static void shape(String name, MatrixView view, int outer, int classes, int inner) {
    if (view.outer != outer || view.columns != classes || view.inner != inner) {
      boolean fitsExchanged =
          inner == 1 && view.inner == 1 && view.outer == classes && view.columns == outer;
      throw new IllegalArgumentException(
          "%s: is %s, not %s%s"
              .formatted(
                  name,
                  view.shape(),
                  MatrixView.shape(outer, classes, inner),
                  hint(fitsExchanged)));
    }
  }

  /** The columns of a row are contiguous. */
  static void classAxisLast(String name, MatrixView view) {
    if (view.inner != 1) {
      throw new IllegalArgumentException(
          "%s: is %s, but the columns of a row must be contiguous".formatted(name, view.shape()));
    }
  }

  /** A view that is written to is of {@code int}. */
  static void ints(String name, IntView view) {
    if (view.array == null) {
      throw new IllegalArgumentException(name + ": must be a view of int, is one of long");
    }
  }

  /** There are as many rows. */
  static void rows(String name, int rows, int wanted) {
    if (rows != wanted) {
      throw new IllegalArgumentException("%s: has %d rows, not %d".formatted(name, rows, wanted));
    }
  }

  /** A view has one value for each row, contiguous. */
  static void column(String name, MatrixView view, int rows) {
    classAxisLast(name, view);
    column(name, view.rows, view.columns, view.stride, rows);
  }

  /** A view has one value for each row, contiguous. */
  static void column(String name, IntView view, int rows) {
    column(name, view.rows, view.columns, view.stride, rows);
  }

  private static void column(String name, int rows, int columns, int stride, int wanted) {
    if (columns != 1 || stride != 1 && rows > 1) {
      throw new IllegalArgumentException(
          columns != 1
              ? "%s: has %d columns, but there is one value for each row".formatted(name, columns)
              : "%s: the values of rows must be contiguous, the stride is %d"
                  .formatted(name, stride));
    }
    rows(name, rows, wanted);
  }

  /** What may be wrong if rows and classes would fit the other way round. */
  private static String hint(boolean fitsExchanged) {
    return fitsExchanged ? "; are rows and classes exchanged?" : "";
  }

  /** {@code array} of this length holds {@code width} values for each row. */
  static void perRow(String name, int length, int offset, int stride, int rows, int width) {
    notNegative(name, "offset", offset);
    notNegative(name, "stride", stride);
    if (stride < width) {
      throw new IllegalArgumentException(
          "%s: stride %d is less than the %d values of a row".formatted(name, stride, width));
    }
    long end = end(offset, stride, rows, width);
    if (end > length) {
      throw new IndexOutOfBoundsException(
          "%s: %d rows of %d at offset %d, stride %d end at %d, but the array's length is %d"
              .formatted(name, rows, width, offset, stride, end, length));
    }
  }

  /** Values of some width for each row lie before or behind a matrix. */
  static void apartFromMatrix(
      String name, Matrix values, int width, String matrixName, Matrix matrix, Call call) {
    if (matrix.isGiven
        && values.array == matrix.array
        && call.rows > 0
        && values.offset < end(matrix, call)
        && matrix.offset < end(values.offset, values.stride, call.rows, width)) {
      throw new IllegalArgumentException(
          "%s: overlaps %s (offset %d stride %d against offset %d stride %d)"
              .formatted(
                  name, matrixName, values.offset, values.stride, matrix.offset, matrix.stride));
    }
  }

  private static long end(int offset, int stride, int rows, int width) {
    return rows == 0 ? offset : offset + (rows - 1L) * stride + width;
  }

  /** {@code array} of this length holds one value for each row from {@code offset} on. */
  static void perRow(String name, int length, int offset, int rows) {
    perRow(name, length, offset, rows, false);
  }

  /** The same, with a hint if the array would fit with rows and classes exchanged. */
  private static void perRow(String name, int length, int offset, int rows, boolean fitsExchanged) {
    notNegative(name, "offset", offset);
    if ((long) offset + rows > length) {
      throw new IndexOutOfBoundsException(
          "%s: %d rows at offset %d end at %d, but the array's length is %d%s"
              .formatted(name, rows, offset, (long) offset + rows, length, hint(fitsExchanged)));
    }
  }

  static void labels(Call call) {
    int[] labels = call.labels.array;
    int offset = call.labels.offset;
    int rows = call.rows;
    int classes = call.classes;
    perRow("labels", labels.length, offset, rows, labels.length - offset == classes);
    int outside = 0; // negative as soon as one label is: no branch in the loop
    for (int i = offset; i < offset + rows; i++) {
      outside |= labels[i] | (classes - 1 - labels[i]);
    }
    if (outside < 0) {
      for (int row = 0; row < rows; row++) {
        label(call, row, labels[offset + row], classes, labels.length - offset);
      }
    }
  }

  /** The same where there may be an index to ignore, and more classes than those of this call. */
  static void labels(Call call, LossOptions options) {
    int[] labels = call.labels.array;
    long[] longLabels = call.longLabels.array;
    int offset = labels != null ? call.labels.offset : call.longLabels.offset;
    int length = labels != null ? labels.length : longLabels.length;
    perRow("labels", length, offset, call.rows, length - offset == call.classes);
    for (int row = 0; row < call.rows; row++) {
      long label = labels != null ? labels[offset + row] : longLabels[offset + row];
      if (!(options.ignores() && label == options.ignoreIndex())) {
        label(call, row, label, call.allClasses(), length - offset);
      }
    }
  }

  /** The label, of so many that are there, is one of the classes. */
  private static void label(Call call, int row, long label, int classes, int number) {
    if (label < 0 || label >= classes) {
      boolean fitsExchanged =
          number != call.rows && number >= classes && 0 <= label && label < call.rows;
      throw new IllegalArgumentException(
          "labels: row %d has label %d, outside [0, %d)%s"
              .formatted(row, label, classes, hint(fitsExchanged)));
    }
  }

  /** Each of {@code k} indices of each row is one of the classes. */
  static void indices(int[] indices, int offset, int stride, int k, int rows, int classes) {
    int outside = 0; // negative as soon as one index is: no branch in the loop
    for (int row = 0; row < rows; row++) {
      int from = offset + row * stride;
      for (int i = from; i < from + k; i++) {
        outside |= indices[i] | (classes - 1 - indices[i]);
      }
    }
    if (outside < 0) {
      refuseIndices(indices, offset, stride, k, classes);
    }
  }

  private static void refuseIndices(int[] indices, int offset, int stride, int k, int classes) {
    for (int row = 0, from = offset; ; row++, from += stride) {
      for (int i = from; i < from + k; i++) {
        if (indices[i] < 0 || indices[i] >= classes) {
          throw new IllegalArgumentException(
              "indices: row %d has class %d, outside [0, %d)".formatted(row, indices[i], classes));
        }
      }
    }
  }

  /** There is a finite weight of 0 or more for each of so many. */
  static void weights(String name, String each, float[] weights, int offset, int number) {
    for (int i = 0; i < number; i++) {
      float weight = weights[offset + i];
      if (!(weight >= 0 && weight <= Float.MAX_VALUE)) {
        throw new IllegalArgumentException(
            "%s: the weight of %s %d must be finite and not negative, is %s"
                .formatted(name, each, i, weight));
      }
    }
  }

  /** An output matrix is the input's very place or shares no element with it. */
  static void inPlaceOrApart(String inName, Matrix in, String outName, Matrix out, Call call) {
    if (in.array != out.array || areAtOnePlace(in, out, call)) {
      return;
    }
    apart(inName, in, outName, out, call);
  }

  /** Two matrices share no element. */
  static void apart(String inName, Matrix in, String outName, Matrix out, Call call) {
    if (in.array == out.array
        && rangesMeet(in, out, call)
        && !(in.stride == out.stride && interleave(in, out, call))) {
      throw new IllegalArgumentException(
          "%s: overlaps %s %s (offset %d stride %d against offset %d stride %d)"
              .formatted(
                  outName,
                  inName,
                  areAtOnePlace(in, out, call) ? "entirely" : "in part",
                  out.offset,
                  out.stride,
                  in.offset,
                  in.stride));
    }
  }

  private static boolean areAtOnePlace(Matrix in, Matrix out, Call call) {
    return in.offset == out.offset && (in.stride == out.stride || call.blocks <= 1);
  }

  /** Values per row share no element with a matrix. */
  static void apartFromMatrix(
      String name, float[] perRow, int offset, String matrixName, Matrix matrix, Call call) {
    if (perRow != matrix.array || !matrix.isGiven || call.rows == 0) {
      return;
    }
    // the first block that does not end before the values start
    long ahead = (long) offset - matrix.offset - width(call);
    long block = Math.max(0, Math.floorDiv(ahead, matrix.stride) + 1);
    if (block < call.blocks && matrix.offset + block * matrix.stride < (long) offset + call.rows) {
      throw new IllegalArgumentException(
          "%s: overlaps %s (offset %d against %d)"
              .formatted(name, matrixName, offset, matrix.offset));
    }
  }

  /** Two arrays with a value per row share no element. */
  static void apartFromRows(
      String name, RowArray<?> values, String otherName, RowArray<?> other, int rows) {
    if (values.array == other.array
        && values.isGiven()
        && Math.abs((long) values.offset - other.offset) < rows) {
      throw new IllegalArgumentException(
          "%s: overlaps %s (offset %d against %d)"
              .formatted(name, otherName, values.offset, other.offset));
    }
  }

  private static boolean rangesMeet(Matrix a, Matrix b, Call call) {
    return call.rows > 0 && a.offset < end(b, call) && b.offset < end(a, call);
  }

  /** Rows of two matrices of one stride lie beside each other, as columns of a wider matrix do. */
  private static boolean interleave(Matrix a, Matrix b, Call call) {
    long distance = Math.abs((long) a.offset - b.offset);
    long rowsApart = distance / a.stride;
    long within = distance % a.stride;
    boolean meetsThatRow = within < width(call) && rowsApart < call.blocks;
    boolean meetsTheNext = a.stride - within < width(call) && rowsApart + 1 < call.blocks;
    return !meetsThatRow && !meetsTheNext;
  }

  private static long end(Matrix matrix, Call call) {
    return call.rows == 0
        ? matrix.offset
        : matrix.offset + (call.blocks - 1L) * matrix.stride + width(call);
  }

  /** How many elements a block has. */
  private static int width(Call call) {
    return call.classes * call.inner;
  }

  private static void notNegative(String name, String what, int value) {
    if (value < 0) {
      throw new IllegalArgumentException(name + ": " + what + " must not be negative, is " + value);
    }
  }
}
