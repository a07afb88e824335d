package io.github.softmax4j.internal.vector;

import io.github.softmax4j.internal.Kernel;
import io.github.softmax4j.internal.MatrixProduct;
import io.github.softmax4j.internal.vector.product.PackedProduct;

/** A matrix product of a form, with whole tiles and edges. */
final class ProductCase extends TrainingCase {

  /** The most rows and columns: some tiles, and an edge. */
  private static final int MOST_ROWS = 29;

  private static final int MOST_COLUMNS = 117;

  /** The most depth: a block, and a part of the next. */
  private static final int MOST_DEPTH = MatrixProduct.BLOCK + 40;

  private final int rows;
  private final int columns;
  private final int depth;
  private final boolean isTransposedA;
  private final boolean isTransposedB;
  private final boolean continues;

  private MatrixProduct product;
  private float[] a;
  private float[] b;
  private float[] out;

  /** Takes the form of a product whose places are set. */
  ProductCase(MatrixProduct like, int form) {
    super(Readiness.PRODUCT, form);
    rows = Math.min(like.rows(), MOST_ROWS);
    columns = Math.min(like.columns(), MOST_COLUMNS);
    depth = Math.min(like.depth(), MOST_DEPTH);
    isTransposedA = like.a.columnStep != 1;
    isTransposedB = like.b.columnStep != 1;
    continues = like.continues;
  }

  @Override
  void prepare() {
    product = new MatrixProduct(new PackedProduct(null));
    a = new float[rows * depth];
    b = new float[depth * columns];
    out = new float[rows * columns];
  }

  @Override
  void run(Kernel kernel) {
    place(product.a, rows, depth, isTransposedA);
    place(product.b, depth, columns, isTransposedB);
    product.out.place(0, columns, rows, columns);
    product.placeStartAtResult();
    product.continues = continues;
    ((PackedProduct) product.workspace).multiply(product, a, b, continues ? out : null, out);
  }

  private static void place(
      MatrixProduct.Operand operand, int rows, int columns, boolean isTransposed) {
    if (isTransposed) {
      operand.place(0, rows, columns, rows);
      operand.transpose();
    } else {
      operand.place(0, columns, rows, columns);
    }
  }
}
