package io.github.softmax4j.cli;

import io.github.softmax4j.internal.Kernel;
import io.github.softmax4j.internal.MatrixProduct;
import java.util.Random;

/**
 * How the products of a kernel agree with the scalar path: bit for bit, but for the kind of NaN.
 *
 * @param values the number of values compared
 * @param firstDifference where the first one differs, or {@code null}
 */
record LinearAgreement(int values, String firstDifference) {

  /**
   * Rows, features and classes: narrow and single rows, edges, several blocks of depth and rows.
   */
  private static final int[][] SHAPES = {
    {1, 1, 1},
    {1, 70, 130},
    {5, 17, 9},
    {13, 300, 97},
    {97, 33, 300},
    {31, 270, 10},
    {6, 48, 64},
    {3, 300, 40},
    {31, 270, 3},
    {500, 20, 20}
  };

  /** The products of a linear layer. */
  private enum Form {
    FORWARD,
    INPUT_GRADIENT,
    WEIGHT_GRADIENT
  }

  /** Compares products of all forms and shapes. */
  static LinearAgreement check(Kernel kernel, Kernel scalar) {
    int values = 0;
    for (int[] shape : SHAPES) {
      for (Form form : Form.values()) {
        float[] expected = product(scalar, form, shape);
        float[] actual = product(kernel, form, shape);
        for (int i = 0; i < expected.length; i++) {
          if (Float.floatToIntBits(expected[i]) != Float.floatToIntBits(actual[i])) {
            return new LinearAgreement(values, where(form, shape, i, expected[i], actual[i]));
          }
        }
        values += expected.length;
      }
    }
    return new LinearAgreement(values, null);
  }

  boolean holds() {
    return firstDifference == null;
  }

  private static String where(Form form, int[] shape, int i, float expected, float actual) {
    return "%s of %d x %d x %d, value %d: %s, not %s"
        .formatted(form, shape[0], shape[1], shape[2], i, actual, expected);
  }

  private static float[] product(Kernel kernel, Form form, int[] shape) {
    int rows = shape[0];
    int features = shape[1];
    int classes = shape[2];
    return switch (form) {
      case FORWARD -> product(kernel, rows, features, classes, false, true, false);
      case INPUT_GRADIENT -> product(kernel, rows, classes, features, false, false, false);
      case WEIGHT_GRADIENT -> product(kernel, classes, rows, features, true, false, true);
    };
  }

  private static float[] product(
      Kernel kernel,
      int rows,
      int depth,
      int columns,
      boolean transposesA,
      boolean transposesB,
      boolean continues) {
    Random random = new Random(rows + 31L * depth + 1009L * columns);
    float[] a = values(random, rows * depth);
    float[] b = values(random, depth * columns);
    float[] out = values(random, rows * columns);
    MatrixProduct product = kernel.newProduct();
    place(product.a, rows, depth, transposesA);
    place(product.b, depth, columns, transposesB);
    product.out.place(0, columns, rows, columns);
    product.placeStartAtResult();
    product.continues = continues;
    kernel.multiply(product, a, b, out, out);
    return out;
  }

  private static void place(
      MatrixProduct.Operand operand, int rows, int columns, boolean transposes) {
    if (transposes) {
      operand.place(0, rows, columns, rows);
      operand.transpose();
    } else {
      operand.place(0, columns, rows, columns);
    }
  }

  /** Numbers around 0, of which few are infinite or NaN. */
  private static float[] values(Random random, int number) {
    float[] values = new float[number];
    for (int i = 0; i < number; i++) {
      values[i] = (float) random.nextGaussian();
    }
    if (number > 1000) {
      values[number / 3] = Float.POSITIVE_INFINITY;
      values[number / 2] = Float.NaN;
    }
    return values;
  }
}
