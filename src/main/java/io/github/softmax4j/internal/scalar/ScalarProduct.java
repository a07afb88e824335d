package io.github.softmax4j.internal.scalar;

import io.github.softmax4j.internal.MatrixProduct;

/** The matrix product of the scalar path, element by element: the specification to the bit. */
public final class ScalarProduct {

  private ScalarProduct() {}

  /** Computes a product, and ends it. */
  public static void multiply(MatrixProduct p) {
    for (int i = 0; i < p.rows(); i++) {
      for (int j = 0; j < p.columns(); j++) {
        float start = p.start.array == null ? 0 : p.start.array[p.start.index(i, j)];
        p.out.array[p.out.index(i, j)] =
            p.continues ? chain(p, i, j, 0, p.depth(), start) : blocks(p, i, j, start);
      }
    }
    p.end();
  }

  private static float blocks(MatrixProduct p, int i, int j, float start) {
    float total = start;
    for (int k = 0; p.depth() - k > 0; k += MatrixProduct.BLOCK) { // the last k may overflow
      total += chain(p, i, j, k, k + Math.min(p.depth() - k, MatrixProduct.BLOCK), 0);
    }
    return total;
  }

  /** The products {@code [from, to)} of a sum, added to its start in ascending order. */
  private static float chain(MatrixProduct p, int i, int j, int from, int to, float start) {
    float[] a = p.a.array;
    float[] b = p.b.array;
    int aStep = p.a.columnStep;
    int bStep = p.b.rowStep;
    int aAt = p.a.index(i, from);
    int bAt = p.b.index(from, j);
    float sum = start;
    for (int k = from; k < to; k++, aAt += aStep, bAt += bStep) {
      sum = Math.fma(a[aAt], b[bAt], sum);
    }
    return sum;
  }
}
