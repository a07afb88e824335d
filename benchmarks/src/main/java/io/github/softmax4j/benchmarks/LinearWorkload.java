package io.github.softmax4j.benchmarks;

import java.util.SplittableRandom;

/** The data of one product, and what this library makes of them. */
final class LinearWorkload {

  /** Of the errors of a float sum, relative to the sizes of its terms. */
  static final double TOLERANCE = 1e-5;

  private static final long SEED = 42;
  private static final int SAMPLES = 200;

  private final LinearCase linearCase;
  private final Gemm gemm;
  private final float[] result;
  private final SplittableRandom random = new SplittableRandom(SEED);

  LinearWorkload(LinearCase linearCase) {
    this.linearCase = linearCase;
    gemm = linearCase.operation().gemm(linearCase.shape(), this::values);
    result = new float[gemm.result().length];
  }

  Gemm gemm() {
    return gemm;
  }

  float[] result() {
    return result;
  }

  double run() {
    linearCase.operation().run(linearCase.shape(), gemm, result);
    return result[0];
  }

  /** The largest error of some of this library's values, relative to the sizes of their terms. */
  double error() {
    double worst = 0;
    for (int i = 0; i < SAMPLES; i++) {
      worst = Math.max(worst, error(random.nextInt(gemm.rows()), random.nextInt(gemm.columns())));
    }
    return worst;
  }

  private double error(int row, int column) {
    double sum = 0;
    double size = 0;
    for (int k = 0; k < gemm.depth(); k++) {
      double left =
          gemm.left()[
              gemm.transposesLeft() ? k * gemm.leftStride() + row : row * gemm.leftStride() + k];
      double right =
          gemm.right()[
              gemm.transposesRight()
                  ? column * gemm.rightStride() + k
                  : k * gemm.rightStride() + column];
      sum += left * right;
      size += Math.abs(left * right);
    }
    return notLess(Math.abs(result[row * gemm.columns() + column] - sum) / size);
  }

  /** How far another result is from this library's anywhere, relative to the largest value. */
  double difference(float[] other) {
    return difference(result, other);
  }

  /** How far one is from the other anywhere, relative to the largest value of the first. */
  static double difference(float[] some, float[] other) {
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < some.length; i++) {
      largest = Math.max(largest, Math.abs(some[i]));
      difference = Math.max(difference, notLess(Math.abs(some[i] - other[i])));
    }
    return difference / largest;
  }

  /** What is no number is worse than any. */
  private static double notLess(double error) {
    return Double.isNaN(error) ? Double.POSITIVE_INFINITY : error;
  }

  private float[] values(int number) {
    float[] values = new float[number];
    for (int i = 0; i < number; i++) {
      values[i] = (float) random.nextDouble() - 0.5f;
    }
    return values;
  }
}
