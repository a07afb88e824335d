package io.github.softmax4j.benchmarks;

import io.github.softmax4j.CrossEntropy;
import io.github.softmax4j.Softmax;
import java.util.SplittableRandom;

/**
 * The data of one shape, the same in every JVM, and each operation on it.
 *
 * <p>Logits are Gaussian with a spread of a few units, as those of a trained classifier are; logits
 * that are all alike would make the largest exponential rare and the accuracy check blunt.
 */
final class Workload {

  private static final long SEED = 42;
  private static final float SPREAD = 3;

  private final Shape shape;
  private final float[] logits;
  private final int[] labels;
  private final SplittableRandom rest;
  private float[] targets;
  private final float[] output;
  private final float[] rowOutput;
  private final CrossEntropy crossEntropy = CrossEntropy.builder().build();

  Workload(Shape shape) {
    this.shape = shape;
    SplittableRandom random = new SplittableRandom(SEED);
    logits = gaussian(random, shape);
    labels = labels(random, shape);
    rest = random;
    output = new float[shape.elements()];
    rowOutput = new float[shape.rows()];
  }

  float[] softmax() {
    Softmax.softmax(logits, output, shape.rows(), shape.classes());
    return output;
  }

  float[] logSoftmax() {
    Softmax.logSoftmax(logits, output, shape.rows(), shape.classes());
    return output;
  }

  float[] logSumExp() {
    Softmax.logSumExp(logits, rowOutput, shape.rows(), shape.classes());
    return rowOutput;
  }

  double loss() {
    return crossEntropy.loss(logits, labels, shape.rows(), shape.classes());
  }

  double lossAndGradient() {
    return crossEntropy.lossAndGradient(logits, labels, output, shape.rows(), shape.classes());
  }

  double targetLossAndGradient() {
    return crossEntropy.lossAndGradient(logits, targets(), output, shape.rows(), shape.classes());
  }

  Shape shape() {
    return shape;
  }

  /** Where the operations with a matrix as their result leave it. */
  float[] output() {
    return output;
  }

  double[] logitsOfRow(int row) {
    return rowOf(logits, row);
  }

  double[] targetsOfRow(int row) {
    return rowOf(targets(), row);
  }

  /** The same data for somebody else, with room for a result of their own. */
  Batch batch() {
    return new Batch(shape.rows(), shape.classes(), logits, labels, new float[shape.elements()]);
  }

  /** The distribution that a class index stands for: all on one class. */
  double[] labelAsTargetsOfRow(int row) {
    double[] oneHot = new double[shape.classes()];
    oneHot[labels[row]] = 1;
    return oneHot;
  }

  /** Made when they are first wanted: of a large shape, they take their time and their space. */
  private float[] targets() {
    if (targets == null) {
      targets = distributions(rest, shape);
    }
    return targets;
  }

  private double[] rowOf(float[] matrix, int row) {
    double[] values = new double[shape.classes()];
    for (int c = 0; c < values.length; c++) {
      values[c] = matrix[row * values.length + c];
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
      int from = row * shape.classes();
      double sum = 0;
      for (int i = from; i < from + shape.classes(); i++) {
        values[i] = (float) (1 - random.nextDouble()); // above 0, so that the sum is, too
        sum += values[i];
      }
      for (int i = from; i < from + shape.classes(); i++) {
        values[i] = (float) (values[i] / sum);
      }
    }
    return values;
  }
}
