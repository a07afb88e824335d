package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.Arrays;

/**
 * Rows whose class axis may be the middle one, somewhere in an array. All else of the array is a
 * NaN of a bit pattern of its own, as in {@link Matrix}.
 */
final class Blocks {

  /** A quiet NaN whose payload no arithmetic produces. */
  private static final int GUARD = 0x7fc0_beef;

  final float[] array;
  final int outer;
  final int classes;
  final int inner;
  private final int offset;
  private final int stride;

  /** All guards, the rows too. */
  Blocks(int outer, int classes, int inner, int offset, int gap) {
    this.outer = outer;
    this.classes = classes;
    this.inner = inner;
    this.offset = offset;
    stride = classes * inner + gap;
    array = new float[offset + outer * stride + gap];
    Arrays.fill(array, Float.intBitsToFloat(GUARD));
  }

  int rows() {
    return outer * inner;
  }

  private int at(int r, int c) {
    return offset + r / inner * stride + c * inner + r % inner;
  }

  Blocks fill(float[][] rows) {
    for (int r = 0; r < rows(); r++) {
      for (int c = 0; c < classes; c++) {
        array[at(r, c)] = rows[r][c];
      }
    }
    return this;
  }

  float[][] toRows() {
    float[][] rows = new float[rows()][classes];
    for (int r = 0; r < rows(); r++) {
      for (int c = 0; c < classes; c++) {
        rows[r][c] = array[at(r, c)];
      }
    }
    return rows;
  }

  MatrixView view() {
    return MatrixView.ofBlocks(array, offset, stride, outer, classes, inner);
  }

  /** All elements outside the rows are guards, and none within. */
  void assertOnlyRowsWritten(String name) {
    boolean[] isOfRow = new boolean[array.length];
    for (int r = 0; r < rows(); r++) {
      for (int c = 0; c < classes; c++) {
        isOfRow[at(r, c)] = true;
      }
    }
    for (int i = 0; i < array.length; i++) {
      boolean isGuard = Float.floatToRawIntBits(array[i]) == GUARD;
      if (isGuard == isOfRow[i]) {
        fail("%s: element %d is %s".formatted(name, i, array[i]));
      }
    }
  }
}
