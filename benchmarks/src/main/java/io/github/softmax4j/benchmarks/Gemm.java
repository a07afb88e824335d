package io.github.softmax4j.benchmarks;

/**
 * A product of matrices as BLAS takes it, all row after row: {@code result = left * right}.
 *
 * @param rows of the result
 * @param columns of the result
 * @param depth how many terms each value of the result has
 * @param transposesLeft whether {@code left} is stored as depth x rows
 * @param transposesRight whether {@code right} is stored as columns x depth
 */
public record Gemm(
    int rows,
    int columns,
    int depth,
    boolean transposesLeft,
    boolean transposesRight,
    float[] left,
    float[] right,
    float[] result) {

  /** From one stored row of the left factor to the next. */
  public int leftStride() {
    return transposesLeft ? rows : depth;
  }

  /** From one stored row of the right factor to the next. */
  public int rightStride() {
    return transposesRight ? depth : columns;
  }

  float leftValue(int row, int k) {
    return left[transposesLeft ? k * rows + row : row * depth + k];
  }

  float rightValue(int k, int column) {
    return right[transposesRight ? column * depth + k : k * columns + column];
  }

  /** A multiplication and an addition for each term. */
  double flops() {
    return 2.0 * rows * columns * depth;
  }
}
