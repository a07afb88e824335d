package io.github.softmax4j.benchmarks;

import java.util.SplittableRandom;

/**
 * A linear layer, a batch and the places of the gradients.
 *
 * @param input rows x features
 * @param weights classes x features
 */
public record FusedData(
    int rows,
    int features,
    int classes,
    float[] input,
    float[] weights,
    float[] bias,
    int[] labels,
    float[] inputGradient,
    float[] weightGradient,
    float[] biasGradient) {

  private static final long SEED = 42;

  /** Inputs of about 1 and weights that make logits of about that size. */
  static FusedData of(LinearShape shape) {
    SplittableRandom random = new SplittableRandom(SEED);
    int rows = shape.rows();
    int features = shape.features();
    int classes = shape.classes();
    return new FusedData(
        rows,
        features,
        classes,
        values(random, rows * features, 2),
        values(random, classes * features, 4 / Math.sqrt(features)),
        values(random, classes, 1),
        random.ints(rows, 0, classes).toArray(),
        new float[rows * features],
        new float[classes * features],
        new float[classes]);
  }

  /** The same inputs, and other places for the gradients. */
  FusedData withOtherGradients() {
    return new FusedData(
        rows,
        features,
        classes,
        input,
        weights,
        bias,
        labels,
        new float[inputGradient.length],
        new float[weightGradient.length],
        new float[biasGradient.length]);
  }

  /** How far gradients are from these anywhere, relative to the largest value of each kind. */
  double difference(FusedData other) {
    double input = LinearWork.difference(inputGradient, other.inputGradient);
    double weights = LinearWork.difference(weightGradient, other.weightGradient);
    return Math.max(
        Math.max(input, weights), LinearWork.difference(biasGradient, other.biasGradient));
  }

  private static float[] values(SplittableRandom random, int number, double range) {
    return Data.floats(number, () -> range * (random.nextDouble() - 0.5));
  }
}
