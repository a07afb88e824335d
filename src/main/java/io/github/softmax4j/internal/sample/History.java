package io.github.softmax4j.internal.sample;

import io.github.softmax4j.internal.RowArray;

/**
 * The classes that precede the next one of each row. A row's history are the elements {@code from}
 * to {@code to} of its {@code length} elements. Elements before {@code generatedFrom} are the
 * prompt.
 */
public final class History {

  /** The classes, or {@code null} if none are given. */
  public int[] array;

  /** Where the first row starts. */
  public int offset;

  /** Distance from one row's start to the next. */
  public int stride;

  /** Number of elements of each row. */
  public int length;

  /** Each row's first element that counts; 0 if not given. */
  public final RowArray<int[]> from = new RowArray<>();

  /** Each row's first element that does not count any more; {@code length} if not given. */
  public final RowArray<int[]> to = new RowArray<>();

  /** Each row's first element that has been generated; 0 if not given. */
  public final RowArray<int[]> generatedFrom = new RowArray<>();

  /** Creates one that is not given. */
  public History() {}

  /** Sets the place of the rows. */
  public void set(int[] array, int offset, int stride, int length) {
    this.array = array;
    this.offset = offset;
    this.stride = stride;
    this.length = length;
  }

  /** Index of a row's first class. */
  public int start(int r) {
    return row(r) + value(from, r, 0);
  }

  /** Index behind a row's last class. */
  public int end(int r) {
    return row(r) + value(to, r, length);
  }

  /** Index of a row's first class that has been generated. */
  int generated(int r) {
    return row(r) + value(generatedFrom, r, 0);
  }

  private int row(int r) {
    return offset + r * stride;
  }

  private static int value(RowArray<int[]> values, int r, int otherwise) {
    return values.isGiven() ? values.array[values.offset + r] : otherwise;
  }
}
