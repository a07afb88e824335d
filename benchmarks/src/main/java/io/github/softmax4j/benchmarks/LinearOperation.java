package io.github.softmax4j.benchmarks;

import io.github.softmax4j.Linear;
import io.github.softmax4j.MatrixView;
import java.util.Arrays;
import java.util.function.IntFunction;

/** The products of a linear layer. */
enum LinearOperation {
  FORWARD("forward"),
  INPUT_GRADIENT("inputGradient"),
  WEIGHT_GRADIENT("weightGradient");

  private final String methodName;

  LinearOperation(String methodName) {
    this.methodName = methodName;
  }

  static LinearOperation ofMethod(String methodName) {
    return Arrays.stream(values())
        .filter(operation -> operation.methodName.equals(methodName))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no product is called " + methodName));
  }

  String methodName() {
    return methodName;
  }

  /**
   * The product that it is.
   *
   * @param values gives that many values for a factor
   */
  Gemm gemm(LinearShape s, IntFunction<float[]> values) {
    int rows = this == WEIGHT_GRADIENT ? s.classes() : s.rows();
    int columns = this == FORWARD ? s.classes() : s.features();
    int depth =
        switch (this) {
          case FORWARD -> s.features();
          case INPUT_GRADIENT -> s.classes();
          case WEIGHT_GRADIENT -> s.rows();
        };
    return new Gemm(
        rows,
        columns,
        depth,
        this == WEIGHT_GRADIENT,
        this == FORWARD,
        values.apply(rows * depth),
        values.apply(depth * columns),
        new float[rows * columns]);
  }

  /** Has this library compute it. */
  void run(LinearShape s, Gemm gemm, float[] result) {
    MatrixView left =
        MatrixView.of(gemm.left(), s.rows(), this == FORWARD ? s.features() : s.classes());
    MatrixView right =
        MatrixView.of(gemm.right(), this == WEIGHT_GRADIENT ? s.rows() : s.classes(), s.features());
    MatrixView product = MatrixView.of(result, gemm.rows(), gemm.columns());
    switch (this) {
      case FORWARD -> Linear.forward(left, right, null, product);
      case INPUT_GRADIENT -> Linear.inputGradient(left, right, product);
      case WEIGHT_GRADIENT -> Linear.weightGradient(left, right, product, false);
    }
  }
}
