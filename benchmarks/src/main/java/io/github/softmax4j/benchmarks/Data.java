package io.github.softmax4j.benchmarks;

import io.github.softmax4j.cli.Operation;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.DoubleStream;

/**
 * The arrays of one shape, with the same values in every JVM.
 *
 * <p>Logits are Gaussian with a spread of a few units, as those of a trained classifier are; logits
 * that are all alike would make the largest exponential rare and the accuracy check blunt. What is
 * only read by some operations is made when it is first asked for.
 */
public final class Data {
  private static final long SEED = 42;
  private static final float SPREAD = 3;

  private final Shape shape;
  private final float[] logits;
  private final int[] labels;
  private final float[] input;
  private final float[] output;
  private final float[] perRow;
  private float[] targets;
  private float[] upstream;
  private float[] weights;
  private float[] probabilities;
  private float[] logProbabilities;

  Data(Shape shape) {
    this(shape, Case.Placement.APART);
  }

  Data(Shape shape, Case.Placement placement) {
    this.shape = shape;
    SplittableRandom random = new SplittableRandom(SEED);
    logits = floats(shape.elements(), () -> SPREAD * random.nextGaussian());
    labels = random.ints(shape.rows(), 0, shape.classes()).toArray();
    output = new float[shape.elements()];
    perRow = new float[shape.rows()];
    input =
        switch (placement) {
          case APART -> logits;
          case COPIED -> new float[shape.elements()];
          case IN_PLACE -> output;
        };
  }

  /** So many values. */
  static float[] floats(int count, DoubleSupplier values) {
    float[] floats = new float[count];
    for (int i = 0; i < count; i++) {
      floats[i] = (float) values.getAsDouble();
    }
    return floats;
  }

  Shape shape() {
    return shape;
  }

  public int outer() {
    return shape.outer();
  }

  public int classes() {
    return shape.classes();
  }

  public int inner() {
    return shape.inner();
  }

  public int rows() {
    return shape.rows();
  }

  public boolean isContiguous() {
    return shape.isContiguous();
  }

  float[] logits() {
    return logits;
  }

  public int[] labels() {
    return labels;
  }

  /** Where calls find the logits. */
  public float[] input() {
    return input;
  }

  /** Where results go that are as large as the logits. */
  public float[] output() {
    return output;
  }

  /** Where results go of which each row has one. */
  public float[] perRow() {
    return perRow;
  }

  /** Puts the logits where calls find them. */
  void refreshInput() {
    if (input != logits) {
      System.arraycopy(logits, 0, input, 0, input.length);
    }
  }

  /** Makes all results those of the next call. */
  void clearResults() {
    Arrays.fill(perRow, Float.NaN);
    Arrays.fill(output, Float.NaN);
    refreshInput();
  }

  /** Distributions over the classes. */
  public float[] targets() {
    if (targets == null) {
      SplittableRandom random = new SplittableRandom(SEED + 1);
      targets = floats(shape.elements(), () -> 1 - random.nextDouble()); // above 0, as sums must be
      for (int row = 0; row < shape.rows(); row++) {
        double sum = DoubleStream.of(ofRow(targets, row)).sum();
        for (int c = 0; c < shape.classes(); c++) {
          targets[shape.index(row, c)] /= (float) sum;
        }
      }
    }
    return targets;
  }

  /** The number of classes that each row keeps. */
  public int[] lengths() {
    int[] lengths = new int[shape.rows()];
    Arrays.setAll(lengths, row -> Operation.length(row, shape.classes()));
    return lengths;
  }

  /** Class weights. */
  public float[] weights() {
    if (weights == null) {
      weights = uniform(SEED + 2, shape.classes(), 0.5, 1.5);
    }
    return weights;
  }

  /** The gradient of the outputs that a backward call gets. */
  public float[] upstream() {
    if (upstream == null) {
      upstream = uniform(SEED + 3, shape.elements(), -1, 1);
    }
    return upstream;
  }

  public float[] probabilities() {
    if (probabilities == null) {
      probabilities = eachRow(Oracle::softmax);
    }
    return probabilities;
  }

  public float[] logProbabilities() {
    if (logProbabilities == null) {
      logProbabilities = eachRow(Oracle::logSoftmax);
    }
    return logProbabilities;
  }

  /** The values of a row in such an array. */
  double[] ofRow(float[] matrix, int row) {
    double[] values = new double[shape.classes()];
    Arrays.setAll(values, c -> matrix[shape.index(row, c)]);
    return values;
  }

  private float[] eachRow(UnaryOperator<double[]> formula) {
    float[] values = new float[shape.elements()];
    for (int row = 0; row < shape.rows(); row++) {
      double[] ofRow = formula.apply(ofRow(logits, row));
      for (int c = 0; c < ofRow.length; c++) {
        values[shape.index(row, c)] = (float) ofRow[c];
      }
    }
    return values;
  }

  private static float[] uniform(long seed, int count, double from, double to) {
    SplittableRandom random = new SplittableRandom(seed);
    return floats(count, () -> random.nextDouble(from, to));
  }
}
