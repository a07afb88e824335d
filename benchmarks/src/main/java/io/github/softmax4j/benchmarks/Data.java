package io.github.softmax4j.benchmarks;

import java.util.SplittableRandom;

/**
 * The data of one shape, the same in every JVM.
 *
 * <p>Logits are Gaussian with a spread of a few units, as those of a trained classifier are; logits
 * that are all alike would make the largest exponential rare and the accuracy check blunt.
 */
final class Data {

  private static final long SEED = 42;
  private static final float SPREAD = 3;

  private final Shape shape;
  private final float[] logits;
  private final int[] labels;
  private final SplittableRandom rest;
  private float[] targets;

  Data(Shape shape) {
    this.shape = shape;
    SplittableRandom random = new SplittableRandom(SEED);
    logits = gaussian(random, shape);
    labels = labels(random, shape);
    rest = random;
  }

  Shape shape() {
    return shape;
  }

  float[] logits() {
    return logits;
  }

  int[] labels() {
    return labels;
  }

  /** Made when they are first wanted: of a large shape, they take their time and their space. */
  float[] targets() {
    if (targets == null) {
      targets = distributions(rest, shape);
    }
    return targets;
  }

  double[] logitsOfRow(int row) {
    return rowOf(logits, row);
  }

  double[] targetsOfRow(int row) {
    return rowOf(targets(), row);
  }

  /** The distribution that a class index stands for: all on one class. */
  double[] labelAsTargetsOfRow(int row) {
    double[] oneHot = new double[shape.classes()];
    oneHot[labels[row]] = 1;
    return oneHot;
  }

  private double[] rowOf(float[] matrix, int row) {
    double[] values = new double[shape.classes()];
    for (int c = 0; c < values.length; c++) {
      values[c] = matrix[shape.index(row, c)];
    }
    return values;
  }

  private static float[] gaussian(SplittableRandom random, Shape shape) {
    float[] values = new float[shape.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = SPREAD * (float) random.nextGaussian();
    }
    return values;
  }

  private static int[] labels(SplittableRandom random, Shape shape) {
    int[] labels = new int[shape.rows()];
    for (int row = 0; row < labels.length; row++) {
      labels[row] = random.nextInt(shape.classes());
    }
    return labels;
  }

  private static float[] distributions(SplittableRandom random, Shape shape) {
    float[] values = new float[shape.elements()];
    for (int row = 0; row < shape.rows(); row++) {
      double sum = 0;
      for (int c = 0; c < shape.classes(); c++) {
        float value = (float) (1 - random.nextDouble()); // above 0, so that the sum is, too
        values[shape.index(row, c)] = value;
        sum += value;
      }
      for (int c = 0; c < shape.classes(); c++) {
        int i = shape.index(row, c);
        values[i] = (float) (values[i] / sum);
      }
    }
    return values;
  }
}
