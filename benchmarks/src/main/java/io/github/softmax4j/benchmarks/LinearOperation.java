package io.github.softmax4j.benchmarks;

import io.github.softmax4j.Linear;
import io.github.softmax4j.MatrixView;
import java.util.Arrays;
import java.util.function.IntFunction;

/** The products of a linear layer. */
enum LinearOperation {
  FORWARD("forward") {
    @Override
    Gemm gemm(LinearShape s, IntFunction<float[]> values) {
      return product(s.rows(), s.classes(), s.features(), false, true, values);
    }

    @Override
    void run(LinearShape s, Gemm gemm, float[] result) {
      Linear.forward(
          MatrixView.of(gemm.left(), s.rows(), s.features()),
          MatrixView.of(gemm.right(), s.classes(), s.features()),
          null,
          MatrixView.of(result, s.rows(), s.classes()));
    }
  },

  INPUT_GRADIENT("inputGradient") {
    @Override
    Gemm gemm(LinearShape s, IntFunction<float[]> values) {
      return product(s.rows(), s.features(), s.classes(), false, false, values);
    }

    @Override
    void run(LinearShape s, Gemm gemm, float[] result) {
      Linear.inputGradient(
          MatrixView.of(gemm.left(), s.rows(), s.classes()),
          MatrixView.of(gemm.right(), s.classes(), s.features()),
          MatrixView.of(result, s.rows(), s.features()));
    }
  },

  WEIGHT_GRADIENT("weightGradient") {
    @Override
    Gemm gemm(LinearShape s, IntFunction<float[]> values) {
      return product(s.classes(), s.features(), s.rows(), true, false, values);
    }

    @Override
    void run(LinearShape s, Gemm gemm, float[] result) {
      Linear.weightGradient(
          MatrixView.of(gemm.left(), s.rows(), s.classes()),
          MatrixView.of(gemm.right(), s.rows(), s.features()),
          MatrixView.of(result, s.classes(), s.features()),
          false);
    }
  };

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
  abstract Gemm gemm(LinearShape shape, IntFunction<float[]> values);

  /** Has this library compute it. */
  abstract void run(LinearShape shape, Gemm gemm, float[] result);

  static Gemm product(
      int rows,
      int columns,
      int depth,
      boolean transposesLeft,
      boolean transposesRight,
      IntFunction<float[]> values) {
    return new Gemm(
        rows,
        columns,
        depth,
        transposesLeft,
        transposesRight,
        values.apply(rows * depth),
        values.apply(depth * columns),
        new float[rows * columns]);
  }
}
