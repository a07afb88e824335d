package io.github.softmax4j;

import io.github.softmax4j.LinearData.Sign;
import java.util.Arrays;
import java.util.Random;

/** The numbers of a linear layer, and what its gradients are accumulated on. */
final class LinearProblem {

  final int rows;
  final int features;
  final int classes;
  final float[][] input;
  final float[][] weights;
  final float[][] bias;
  final float[][] gradient;
  final float[][] weightSums;
  final float[][] biasSums;

  private LinearProblem(
      int features,
      int classes,
      float[][] input,
      float[][] weights,
      float[][] bias,
      float[][] gradient,
      float[][] weightSums,
      float[][] biasSums) {
    this.rows = input.length;
    this.features = features;
    this.classes = classes;
    this.input = input;
    this.weights = weights;
    this.bias = bias;
    this.gradient = gradient;
    this.weightSums = weightSums;
    this.biasSums = biasSums;
  }

  static LinearProblem of(LinearData data, int rows, int features, int classes) {
    Random random = new Random(31L * (31L * rows + features) + classes);
    return new LinearProblem(
        features,
        classes,
        data.matrix(Sign.OF_BOTH, rows, features, random),
        data.matrix(Sign.OF_ROW, classes, features, random),
        data.matrix(Sign.OF_BOTH, 1, classes, random),
        data.matrix(Sign.OF_NONE, rows, classes, random),
        data.matrix(Sign.OF_BOTH, classes, features, random),
        data.matrix(Sign.OF_BOTH, 1, classes, random));
  }

  /** Some of the rows, with sums to accumulate on. */
  LinearProblem slice(int from, int count, float[][] newWeightSums, float[][] newBiasSums) {
    return new LinearProblem(
        features,
        classes,
        Arrays.copyOfRange(input, from, from + count),
        weights,
        bias,
        Arrays.copyOfRange(gradient, from, from + count),
        newWeightSums,
        newBiasSums);
  }

  LinearProblem slice(int from, int count) {
    return slice(from, count, weightSums, biasSums);
  }

  @Override
  public String toString() {
    return "%d rows, %d features, %d classes".formatted(rows, features, classes);
  }

  /** So many columns as rows. */
  static float[][] transposed(float[][] matrix, int columns) {
    float[][] transposed = new float[columns][matrix.length];
    for (int c = 0; c < columns; c++) {
      for (int r = 0; r < matrix.length; r++) {
        transposed[c][r] = matrix[r][c];
      }
    }
    return transposed;
  }
}
