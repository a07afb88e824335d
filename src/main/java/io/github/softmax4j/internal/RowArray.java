package io.github.softmax4j.internal;

/**
 * Where there is one value for each row.
 *
 * @param <A> the type of the array
 */
public final class RowArray<A> {

  /** The values, or {@code null} if there are none. */
  public A array;

  /** Where the first row's value is. */
  public int offset;

  /** Says where the values are; {@code null} if there are none. */
  public void set(A array, int offset) {
    this.array = array;
    this.offset = offset;
  }

  /** Whether there are values. */
  public boolean isGiven() {
    return array != null;
  }

  /** The values are those of another one from row {@code first} on. */
  public void takeRows(RowArray<A> other, int first) {
    set(other.array, other.offset + first);
  }

  /** There are no values. */
  public void clear() {
    if (array != null) { // a collector may make a stored reference dearer than a small call
      array = null;
    }
  }
}
