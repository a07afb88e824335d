package io.github.softmax4j.internal;

/**
 * An array with one value for each row, such as labels, row weights or losses. The public classes
 * set it. The kernels read the inputs and write the outputs.
 *
 * @param <A> the type of the array
 */
public final class RowArray<A> {

  /** The values, or {@code null} if not given. */
  public A array;

  /** Index of the value of the first row. */
  public int offset;

  /** Sets the array, or {@code null}, and the index of the first value. */
  public void set(A array, int offset) {
    this.array = array;
    this.offset = offset;
  }

  /** Whether the values are given. */
  public boolean isGiven() {
    return array != null;
  }

  /** Sets the values of the other array from row {@code first} on. */
  public void takeRows(RowArray<A> other, int first) {
    set(other.array, other.offset + first);
  }

  /** Unsets the values. */
  public void clear() {
    if (array != null) { // the collector's write barrier may cost more than a small call
      array = null;
    }
  }
}
