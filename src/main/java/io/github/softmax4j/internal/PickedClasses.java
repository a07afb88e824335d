package io.github.softmax4j.internal;

/**
 * Classes of each row whose log-probabilities a call writes, as many of every row. The public
 * classes set them. The kernels read the classes and write the values. {@code TopClasses} writes
 * the classes, too.
 */
public final class PickedClasses {

  /** Whether the call has such classes. */
  public boolean isGiven;

  /** Number of classes of each row. */
  public int number;

  /** Receives the log-probabilities, {@link #number} for each row. */
  public final Matrix values = new Matrix();

  private int[] indices;

  private int offset;

  private int stride;

  /** Creates an empty set. */
  PickedClasses() {}

  /** Sets the classes. The caller sets the place of the values. */
  public void set(int[] indices, int offset, int stride, int number) {
    isGiven = true;
    this.indices = indices;
    this.offset = offset;
    this.stride = stride;
    this.number = number;
  }

  /** Index of the {@code i}th class of row {@code r}. */
  public int index(int r, int i) {
    return indices[offset + r * stride + i];
  }

  /** Picks class {@code c} as the {@code i}th of row {@code r}. */
  public void pick(int r, int i, int c) {
    indices[offset + r * stride + i] = c;
  }

  /** The log-probability of the {@code i}th class of row {@code r}. */
  public float value(int r, int i) {
    return values.array[values.row(r) + i];
  }

  /** Writes the log-probability of the {@code i}th class of row {@code r}. */
  public void keep(int r, int i, float value) {
    values.array[values.row(r) + i] = value;
  }

  /** Unsets the classes, so that large arrays can be freed. */
  void clear() {
    isGiven = false;
    indices = null;
    values.clear();
  }
}
