package io.github.softmax4j;

import io.github.softmax4j.internal.RowArray;

/** Sets the values of the rows of a batch, whose number is checked, or unsets them. */
final class RowValues {

  private RowValues() {}

  static void set(RowArray<float[]> values, String name, float[] array, int rows) {
    if (array != null) {
      Checks.perRow(name, array.length, 0, rows);
    }
    values.set(array, 0);
  }

  static void set(RowArray<float[]> values, String name, MatrixView column, int rows) {
    if (column == null) {
      values.set(null, 0);
      return;
    }
    Checks.column(name, column, rows);
    values.set(column.array, column.offset);
  }

  static void set(RowArray<int[]> values, String name, int[] array, int rows) {
    if (array != null) {
      Checks.perRow(name, array.length, 0, rows);
    }
    values.set(array, 0);
  }

  static void set(RowArray<int[]> values, String name, IntView column, int rows) {
    if (column == null) {
      values.set(null, 0);
      return;
    }
    Checks.ints(name, column);
    Checks.column(name, column, rows);
    values.set(column.array, column.offset);
  }
}
