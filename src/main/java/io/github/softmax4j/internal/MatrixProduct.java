package io.github.softmax4j.internal;

/**
 * The arguments of one matrix product, {@link Kernel#multiply}: {@code out = start + a b}. The
 * public classes check and set them, and the kernels read them.
 *
 * <p>Element {@code (i, k)} of {@code a} is at {@code a.at + i * a.rowStep + k * a.columnStep}, and
 * so on. A product therefore needs no transposed copy.
 *
 * <p><b>Order of additions.</b> The specification of both paths, to the bit. If {@link #continues}
 * is false, the depth is cut at multiples of {@link #BLOCK}. Each block is one chain of fused
 * multiply-adds from 0 in ascending order. The blocks' sums are added to the start in ascending
 * order. If it is true, all of the depth is one chain from the start. The result therefore depends
 * on the operands and the depth alone, not on lanes, tiles or other rows and columns. With a chain,
 * a depth in two parts gives the bits of one.
 */
public final class MatrixProduct {

  /** Length of the chains of a product that does not continue. */
  public static final int BLOCK = 256;

  /** A left operand whose sums are those of the columns of the right one. */
  public static final float[] ONE = {1};

  /** A matrix of a product. */
  public static final class Operand {

    /** The elements. */
    public float[] array;

    /** Index of element (0, 0). */
    public int at;

    /** Number of rows. */
    public int rows;

    /** Number of columns. */
    public int columns;

    /** Distance from one row to the next. */
    public int rowStep;

    /** Distance from one column to the next. */
    public int columnStep;

    private Operand() {}

    /** Sets a matrix whose columns are contiguous. */
    public void set(float[] array, int at, int stride, int rows, int columns) {
      this.array = array;
      place(at, stride, rows, columns);
    }

    /** Sets the place in the array that {@link Kernel#multiply} gets. */
    public void place(int at, int stride, int rows, int columns) {
      this.at = at;
      this.rowStep = stride;
      this.columnStep = 1;
      this.rows = rows;
      this.columns = columns;
    }

    /** Makes rows of the columns. */
    public void transpose() {
      int step = rowStep;
      rowStep = columnStep;
      columnStep = step;
      int number = rows;
      rows = columns;
      columns = number;
    }

    /** Index of element {@code (row, column)}. */
    public int index(int row, int column) {
      return at + row * rowStep + column * columnStep;
    }
  }

  /** The left operand. */
  public final Operand a = new Operand();

  /** The right operand. One of its steps is 1. */
  public final Operand b = new Operand();

  /** The result. Its columns are contiguous. */
  public final Operand out = new Operand();

  /**
   * The start of each sum, with contiguous columns: a bias with row step 0, the result itself, or
   * nothing, a {@code null} array that means 0.
   */
  public final Operand start = new Operand();

  /** Whether each sum is one chain from its start. */
  public boolean continues;

  /** The working memory of the kernel for this product, or {@code null} if it needs none. */
  public final Object workspace;

  /**
   * Creates a product to be set.
   *
   * @param workspace the kernel's working memory
   */
  public MatrixProduct(Object workspace) {
    this.workspace = workspace;
  }

  /** Sets that the sums start at the values of the result. */
  public void startAtResult() {
    start.array = out.array;
    placeStartAtResult();
  }

  /** Sets that all sums start at the same row. */
  public void startAtRow(float[] array, int at) {
    start.set(array, at, 0, out.rows, out.columns);
  }

  /** Sets the place of the start to that of the result. */
  public void placeStartAtResult() {
    start.place(out.at, out.rowStep, out.rows, out.columns);
  }

  /** Sets the arrays of all operands whose places are set. */
  public void setArrays(float[] a, float[] b, float[] start, float[] out) {
    this.a.array = a;
    this.b.array = b;
    this.start.array = start;
    this.out.array = out;
  }

  /** Number of rows of the result. */
  public int rows() {
    return out.rows;
  }

  /** Number of columns of the result. */
  public int columns() {
    return out.columns;
  }

  /** Number of products in a sum. */
  public int depth() {
    return a.columns;
  }

  /** Releases the arrays, so that they can be freed. */
  public void end() {
    a.array = null;
    b.array = null;
    out.array = null;
    start.array = null;
  }
}
