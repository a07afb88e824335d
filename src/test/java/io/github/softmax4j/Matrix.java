package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.Arrays;

/**
 * Rows in a flat array as the library takes them. What lies before, between and behind the rows is
 * filled with a NaN of a bit pattern of its own: it spoils whatever reads it, and shows whoever
 * wrote over it. The fields can be set to make a bad argument.
 */
final class Matrix {

  /** A quiet NaN whose payload no arithmetic produces. */
  private static final int GUARD = 0x7fc0_beef;

  float[] array;
  int offset;
  int stride;
  final int rows;
  final int classes;

  /** All guards, the rows too: an output before it is written. */
  Matrix(int rows, int classes, int offset, int gap, int behind) {
    this.rows = rows;
    this.classes = classes;
    this.offset = offset;
    this.stride = classes + gap;
    this.array = new float[(rows == 0 ? offset : end()) + behind];
    Arrays.fill(array, Float.intBitsToFloat(GUARD));
  }

  /** A view of part of an array that other matrices may share. */
  Matrix(float[] array, int offset, int stride, int rows, int classes) {
    this.array = array;
    this.offset = offset;
    this.stride = stride;
    this.rows = rows;
    this.classes = classes;
  }

  /** One past the last element of the last row. */
  int end() {
    return offset + (rows - 1) * stride + classes;
  }

  Matrix fill(float[][] values) {
    for (int r = 0; r < rows; r++) {
      System.arraycopy(values[r], 0, array, offset + r * stride, classes);
    }
    return this;
  }

  float[] row(int r) {
    return Arrays.copyOfRange(array, offset + r * stride, offset + r * stride + classes);
  }

  float[][] toRows() {
    float[][] values = new float[rows][];
    Arrays.setAll(values, this::row);
    return values;
  }

  void assertGuardsUntouched(String name) {
    for (int i = 0; i < array.length; i++) {
      if (!inRow(i) && !isGuard(i)) {
        fail("%s: element %d lies outside the rows and became %s".formatted(name, i, array[i]));
      }
    }
  }

  void assertRowsWritten(String name) {
    for (int i = offset; i < array.length; i++) {
      if (inRow(i) && isGuard(i)) {
        fail(
            "%s: row %d class %d was not written"
                .formatted(name, (i - offset) / stride, (i - offset) % stride));
      }
    }
  }

  private boolean inRow(int index) {
    int from = index - offset;
    return from >= 0 && from / stride < rows && from % stride < classes;
  }

  private boolean isGuard(int index) {
    return Float.floatToRawIntBits(array[index]) == GUARD;
  }

  /** Some rows of so many classes, as the library sees them. */
  MatrixView view(String name, int rows, int classes) {
    return MatrixView.of(name, array, offset, stride, rows, classes);
  }
}
