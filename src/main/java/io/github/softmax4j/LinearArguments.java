package io.github.softmax4j;

import io.github.softmax4j.internal.MatrixProduct;
import java.util.Objects;

/** Checks the views of a linear layer and lends the products that compute it. */
final class LinearArguments {

  private LinearArguments() {}

  /** Lends a product. */
  static MatrixProduct take() {
    Startup.ensure();
    return Active.PRODUCTS.take();
  }

  /** Takes a product back. */
  static void give(MatrixProduct product) {
    Active.PRODUCTS.give(product);
  }

  /** Sets the place of an operand, whose array the product gets as an argument. */
  static void place(MatrixProduct.Operand operand, MatrixView view) {
    operand.place(view.offset, view.stride, view.rows, view.columns);
  }

  /** {@code z = x W^T + b}, where {@code a} is x and {@code b} is W. */
  static void forward(MatrixProduct p, float[] x, float[] w, float[] bias, float[] z) {
    p.b.transpose();
    p.continues = false;
    Active.KERNEL.multiply(p, x, w, bias, z);
  }

  /** The same for some classes, where {@code a} and the result are set. */
  static void forward(
      MatrixProduct p, MatrixView weights, MatrixView bias, int firstClass, int number) {
    p.b.set(weights.array, weights.row(firstClass), weights.stride, number, weights.columns);
    p.start.array = null;
    if (bias != null) {
      p.startAtRow(bias.array, bias.offset + firstClass);
    }
    forward(p, p.a.array, p.b.array, p.start.array, p.out.array);
  }

  /** {@code dx = g W}, where {@code a} is g and {@code b} is W. */
  static void inputGradient(MatrixProduct p, float[] g, float[] w, float[] start, float[] dx) {
    p.continues = false;
    Active.KERNEL.multiply(p, g, w, start, dx);
  }

  /** {@code dW = g^T x}, where {@code a} is g and {@code b} is x. */
  static void weightGradient(MatrixProduct p, float[] g, float[] x, float[] start, float[] dw) {
    p.a.transpose();
    p.continues = true;
    Active.KERNEL.multiply(p, g, x, start, dw);
  }

  /** The sums of the rows of {@code b}. */
  static void sumOfRows(MatrixProduct p, float[] rows, float[] start, float[] sums) {
    p.a.place(0, 0, 1, p.b.rows);
    p.a.columnStep = 0;
    p.continues = true;
    Active.KERNEL.multiply(p, MatrixProduct.ONE, rows, start, sums);
  }

  /** The sizes of contiguous matrices. */
  static void sizes(int rows, int features, int classes) {
    Checks.sizes(rows, classes);
    if (features < 1) {
      throw new IllegalArgumentException("features: must be at least 1, is " + features);
    }
  }

  /** A contiguous matrix, refused by its name. */
  static MatrixView view(String name, float[] array, int rows, int columns) {
    return MatrixView.of(name, array, 0, columns, rows, columns);
  }

  /** The operands of {@link #forward}; {@code out} are the logits or what they become. */
  static void check(
      MatrixView input, MatrixView weights, MatrixView bias, String outName, MatrixView out) {
    checkWeights(input, weights);
    matrix(outName, out);
    same(outName, "rows", out.rows, "input", input.rows);
    same(outName, "classes", out.columns, "weights", weights.rows);
    checkBias(weights, bias);
    apartFromLayer(outName, out, input, weights, bias);
  }

  /** The inputs of {@link #forward}. */
  static void checkLayer(MatrixView input, MatrixView weights, MatrixView bias) {
    checkWeights(input, weights);
    checkBias(weights, bias);
  }

  private static void checkWeights(MatrixView input, MatrixView weights) {
    matrix("input", input);
    matrix("weights", weights);
    same("weights", "features", weights.columns, "input", input.columns);
    classes("weights", weights.rows);
  }

  private static void checkBias(MatrixView weights, MatrixView bias) {
    if (bias != null) {
      perClass("bias", bias, "weights", weights.rows);
    }
  }

  /** An output shares no element with the inputs of {@link #forward}. */
  static void apartFromLayer(
      String name, MatrixView out, MatrixView input, MatrixView weights, MatrixView bias) {
    apart(name, out, "input", input);
    apart(name, out, "weights", weights);
    apart(name, out, "bias", bias);
  }

  /**
   * An array holds {@code width} values for each row, apart from the inputs of {@link #forward}.
   */
  static void perRow(
      String name,
      float[] array,
      int width,
      MatrixView input,
      MatrixView weights,
      MatrixView bias) {
    Objects.requireNonNull(array, name);
    Checks.perRow(name, array.length, 0, width, input.rows, width);
    boolean isShared =
        array == input.array || array == weights.array || bias != null && array == bias.array;
    if (isShared) {
      apartFromLayer(name, view(name, array, input.rows, width), input, weights, bias);
    }
  }

  /** An array holds {@code width} values for each row. */
  static void perRow(String name, int[] array, int rows, int width) {
    Objects.requireNonNull(array, name);
    Checks.perRow(name, array.length, 0, width, rows, width);
  }

  /** The operands of {@link #inputGradient}. */
  static void checkInputGradient(
      MatrixView gradient, MatrixView weights, MatrixView inputGradient) {
    matrix("gradient", gradient);
    matrix("weights", weights);
    matrix("inputGradient", inputGradient);
    same("weights", "classes", weights.rows, "gradient", gradient.columns);
    same("inputGradient", "rows", inputGradient.rows, "gradient", gradient.rows);
    same("inputGradient", "features", inputGradient.columns, "weights", weights.columns);
    apart("inputGradient", inputGradient, "gradient", gradient);
    apart("inputGradient", inputGradient, "weights", weights);
  }

  /** The operands of {@link #weightGradient}. */
  static void checkWeightGradient(
      MatrixView gradient, MatrixView input, MatrixView weightGradient) {
    matrix("gradient", gradient);
    matrix("input", input);
    matrix("weightGradient", weightGradient);
    same("input", "rows", input.rows, "gradient", gradient.rows);
    same("weightGradient", "classes", weightGradient.rows, "gradient", gradient.columns);
    same("weightGradient", "features", weightGradient.columns, "input", input.columns);
    apart("weightGradient", weightGradient, "gradient", gradient);
    apart("weightGradient", weightGradient, "input", input);
  }

  /** The operands of {@link #biasGradient}. */
  static void checkBiasGradient(MatrixView gradient, MatrixView biasGradient) {
    matrix("gradient", gradient);
    matrix("biasGradient", biasGradient);
    perClass("biasGradient", biasGradient, "gradient", gradient.columns);
    apart("biasGradient", biasGradient, "gradient", gradient);
  }

  /** A view whose rows have contiguous columns. */
  static MatrixView matrix(String name, MatrixView view) {
    Checks.classAxisLast(name, Objects.requireNonNull(view, name));
    return view;
  }

  /** A size of one view equals that of another. */
  static void same(String name, String what, int size, String otherName, int wanted) {
    if (size != wanted) {
      throw new IllegalArgumentException(
          "%s: has %d %s, but %s has %d".formatted(name, size, what, otherName, wanted));
    }
  }

  private static void classes(String name, int classes) {
    if (classes < 1) {
      throw new IllegalArgumentException(name + ": must have at least 1 class, has " + classes);
    }
  }

  /** A view is one row with a value for each class. */
  static void perClass(String name, MatrixView view, String otherName, int classes) {
    Checks.classAxisLast(name, view);
    if (view.rows != 1) {
      throw new IllegalArgumentException(
          "%s: must be one row of %d values, has %d rows".formatted(name, classes, view.rows));
    }
    same(name, "classes", view.columns, otherName, classes);
  }

  /**
   * An output shares no element with another view, which may be {@code null}. Views made for a call
   * need no memory as long as they are not arguments of what C2 does not inline (C2-39).
   */
  static void apart(String name, MatrixView out, String otherName, MatrixView other) {
    if (other != null && out.array == other.array) {
      apart(
          name,
          out.array,
          out.offset,
          out.stride,
          out.rows,
          out.columns,
          otherName,
          other.offset,
          other.stride,
          other.rows,
          other.columns);
    }
  }

  private static void apart(
      String name,
      float[] array,
      int offset,
      int stride,
      int rows,
      int columns,
      String otherName,
      int otherOffset,
      int otherStride,
      int otherRows,
      int otherColumns) {
    MatrixView out = MatrixView.of(array, offset, stride, rows, columns);
    MatrixView other = MatrixView.of(array, otherOffset, otherStride, otherRows, otherColumns);
    if (out.meets(other)) {
      throw new IllegalArgumentException(
          "%s: overlaps %s (%s; %s)".formatted(name, otherName, out, other));
    }
  }
}
