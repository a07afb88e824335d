package io.github.softmax4j.internal;

/**
 * Rows in an array, with the class axis last or, where {@link #inner} is more than 1, in front of
 * an inner axis: then rows come in blocks of {@code inner} that lie beside each other, and so do
 * their elements of one class.
 */
public final class Matrix {

  /** Arrays up to this length are kept when a call is over, but not read. */
  public static final int KEPT = 16384;

  /** Where the elements are, if {@link #isGiven}. */
  public float[] array;

  /** Whether the call at hand has such rows. */
  public boolean isGiven;

  /** Where the first block is. */
  public int offset;

  /** From one block's start to the next. */
  public int stride;

  /** From one class of a row to the next, and so the number of rows in a block. */
  public int inner = 1;

  public Matrix() {}

  /** Says where the rows are. */
  public void set(float[] array, int offset, int stride, int inner) {
    if (this.array != array) { // a collector may make a stored reference dearer than a small call
      this.array = array;
    }
    isGiven = true;
    this.offset = offset;
    this.stride = stride;
    this.inner = inner;
  }

  /** The call is over: a thread that calls no more shall not keep much from being freed. */
  public void clear() {
    isGiven = false;
    inner = 1;
    if (array != null && array.length > KEPT) {
      array = null;
    }
  }

  /** Says that the rows are those of another matrix from {@code first} on, all in one block. */
  public void setRows(Matrix other, int first) {
    set(other.array, other.row(first), other.stride, other.inner);
  }

  /** How many rows from {@code r} on are in one block. */
  public int leftOfBlock(int r) {
    return inner - r % inner;
  }

  /** Where row {@code r} starts; its class {@code c} is {@code c * inner} further on. */
  public int row(int r) {
    return inner == 1 ? offset + r * stride : offset + r / inner * stride + r % inner;
  }

  /** Makes a row zero. */
  public void clearRow(int r, int classes) {
    int at = row(r);
    for (int end = at + classes * inner; at < end; at += inner) {
      array[at] = 0;
    }
  }

  /** Copies what some rows that lie beside each other, if of several blocks, have of a class. */
  public void takeClass(int c, int first, int count, float[] tile, int at) {
    int within = first % inner;
    int from = row(first) - within + c * inner;
    for (int r = 0, size; r < count; r += size) {
      size = Math.min(count - r, inner - within);
      System.arraycopy(array, from + within, tile, at + r, size);
      from += stride;
      within = 0;
    }
  }

  /** Copies all their classes back, each of which is {@code pitch} from the one before. */
  public void giveBlocks(int first, int count, int classes, float[] tile, int at, int pitch) {
    for (int r = 0, size; r < count; r += size) {
      size = Math.min(count - r, leftOfBlock(first + r));
      int to = row(first + r);
      for (int c = 0; c < classes; c++) {
        System.arraycopy(tile, at + c * pitch + r, array, to + c * inner, size);
      }
    }
  }
}
