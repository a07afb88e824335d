package io.github.softmax4j.internal;

/**
 * The place of the rows of logits, targets or outputs in an array. The public classes set it, and
 * the kernels read and write the elements.
 *
 * <p>If {@link #inner} is 1, the class axis is last and each row is contiguous. Otherwise the class
 * axis is in the middle: a block has {@code inner} rows, whose elements of one class are
 * contiguous.
 */
public final class Matrix {

  /** Length up to which {@link #clear} keeps the array, to save the store of a reference. */
  public static final int KEPT = 16384;

  /** The elements; valid only if {@link #isGiven}. */
  public float[] array;

  /** Whether the call has this matrix. */
  public boolean isGiven;

  /** Index of the first element of the first block. */
  public int offset;

  /** Distance between the starts of two blocks. */
  public int stride;

  /** Number of rows in a block, which is also the distance between two classes of a row. */
  public int inner = 1;

  /** Creates a matrix that is not given. */
  public Matrix() {}

  /** Sets the place of the rows. */
  public void set(float[] array, int offset, int stride, int inner) {
    if (this.array != array) { // the collector's write barrier may cost more than a small call
      this.array = array;
    }
    isGiven = true;
    this.offset = offset;
    this.stride = stride;
    this.inner = inner;
  }

  /** Unsets the matrix and releases a large array, so that it can be freed. */
  public void clear() {
    isGiven = false;
    inner = 1;
    if (array != null && array.length > KEPT) {
      array = null;
    }
  }

  /** Sets the rows of another matrix from {@code first} on. They must be in one block. */
  public void setRows(Matrix other, int first) {
    set(other.array, other.row(first), other.stride, other.inner);
  }

  /** Number of rows from {@code r} to the end of its block. */
  public int leftOfBlock(int r) {
    return inner - r % inner;
  }

  /** Index of class 0 of row {@code r}. Class {@code c} is {@code c * inner} elements after it. */
  public int row(int r) {
    return inner == 1 ? offset + r * stride : offset + r / inner * stride + r % inner;
  }

  /** Sets a row to 0. */
  public void clearRow(int r, int classes) {
    int first = row(r);
    for (int c = 0; c < classes; c++) { // an index past the row may overflow
      array[first + c * inner] = 0;
    }
  }

  /** Copies class {@code c} of {@code count} rows to {@code tile} from index {@code at} on. */
  public void takeClass(int c, int first, int count, float[] tile, int at) {
    int inBlock = first % inner;
    int from = row(first) - inBlock + c * inner;
    for (int r = 0, size; r < count; r += size) {
      size = Math.min(count - r, inner - inBlock);
      System.arraycopy(array, from + inBlock, tile, at + r, size);
      from += stride;
      inBlock = 0;
    }
  }

  /**
   * Copies all classes of {@code count} rows from {@code tile}, where {@code pitch} is the distance
   * between two classes.
   */
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
