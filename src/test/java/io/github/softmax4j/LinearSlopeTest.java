package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The gradients of a small classifier are the slopes of its mean loss in double. */
class LinearSlopeTest {

  private static final double STEP = 1e-5;

  /** Of float results; what the differences are off is far less. */
  private static final double BOUND = 2e-6;

  /** A classifier in double, whose numbers are floats before they are moved. */
  private static final class Classifier {

    final double[][] input;
    final double[][] weights;
    final double[] bias;
    final int[] labels;

    Classifier(LinearProblem p) {
      input = toDouble(p.input);
      weights = toDouble(p.weights);
      bias = Oracle.toDouble(p.bias[0]);
      labels = new Random(p.classes).ints(p.rows, 0, p.classes).toArray();
    }

    private static double[][] toDouble(float[][] matrix) {
      double[][] wide = new double[matrix.length][];
      for (int r = 0; r < wide.length; r++) {
        wide[r] = Oracle.toDouble(matrix[r]);
      }
      return wide;
    }

    double meanLoss() {
      double sum = 0;
      for (int r = 0; r < input.length; r++) {
        double[] logits = bias.clone();
        for (int c = 0; c < logits.length; c++) {
          for (int h = 0; h < input[r].length; h++) {
            logits[c] += input[r][h] * weights[c][h];
          }
        }
        sum += new Oracle(logits).loss(labels[r]);
      }
      return sum / input.length;
    }
  }

  @ParameterizedTest(name = "{0} rows of {1} features, {2} classes")
  @CsvSource({"1, 1, 2", "6, 7, 5", "13, 3, 19", "3, 33, 10", "37, 5, 3"})
  void gradientsAreSlopes(int rows, int features, int classes) {
    LinearProblem p = LinearProblem.of(LinearData.GAUSSIAN, rows, features, classes);
    Classifier classifier = new Classifier(p);
    MatrixView input = view(p.input, rows, features);
    MatrixView weights = view(p.weights, classes, features);
    float[] logits = new float[rows * classes];
    float[] gradient = new float[rows * classes];
    float[] inputGradient = new float[rows * features];
    float[] weightGradient = new float[classes * features];
    float[] biasGradient = new float[classes];
    MatrixView g = MatrixView.of(gradient, rows, classes);

    Linear.forward(input, weights, view(p.bias, 1, classes), MatrixView.of(logits, rows, classes));
    double loss =
        CrossEntropy.builder()
            .build()
            .lossAndGradient(logits, classifier.labels, gradient, rows, classes);
    Linear.inputGradient(g, weights, MatrixView.of(inputGradient, rows, features));
    Linear.weightGradient(g, input, MatrixView.of(weightGradient, classes, features), false);
    Linear.biasGradient(g, MatrixView.ofRow(biasGradient), false);

    assertEquals(classifier.meanLoss(), loss, BOUND * Math.max(1, loss), "mean loss");
    assertSlopes(classifier.input, inputGradient, classifier::meanLoss, "input");
    assertSlopes(classifier.weights, weightGradient, classifier::meanLoss, "weights");
    assertSlopes(new double[][] {classifier.bias}, biasGradient, classifier::meanLoss, "bias");
  }

  private static MatrixView view(float[][] values, int rows, int columns) {
    return LinearCall.view(new Matrix(rows, columns, 0, 0, 0).fill(values));
  }

  private static void assertSlopes(
      double[][] at, float[] gradient, DoubleSupplier function, String name) {
    for (int r = 0; r < at.length; r++) {
      for (int c = 0; c < at[r].length; c++) {
        double slope = slope(at[r], c, function);
        String where = "%s (%d, %d)".formatted(name, r, c);
        assertEquals(slope, gradient[r * at[r].length + c], BOUND, where);
      }
    }
  }

  /** Central difference. */
  private static double slope(double[] at, int i, DoubleSupplier function) {
    double value = at[i];
    at[i] = value + STEP;
    double above = function.getAsDouble();
    at[i] = value - STEP;
    double below = function.getAsDouble();
    at[i] = value;
    return (above - below) / (2 * STEP);
  }
}
