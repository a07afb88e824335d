package io.github.softmax4j;

import static io.github.softmax4j.LinearProblem.transposed;

import java.util.Arrays;

/** The products of a linear layer, each as {@code out = start + left * right}. */
enum LinearOperation {
  FORWARD("input", "weights", "logits"),
  FORWARD_WITHOUT_BIAS("input", "weights", "logits"),
  INPUT_GRADIENT("gradient", "weights", "inputGradient"),
  WEIGHT_GRADIENT("gradient", "input", "weightGradient"),
  ADDED_WEIGHT_GRADIENT("gradient", "input", "weightGradient"),
  BIAS_GRADIENT("gradient", null, "biasGradient"),
  ADDED_BIAS_GRADIENT("gradient", null, "biasGradient");

  /** Length of the chains whose sums are added up. */
  private static final int BLOCK = 256;

  private static final double UNIT = 0x1p-24;

  final String firstName;

  /** {@code null} for an operation of one input. */
  final String secondName;

  final String outName;

  LinearOperation(String firstName, String secondName, String outName) {
    this.firstName = firstName;
    this.secondName = secondName;
    this.outName = outName;
  }

  boolean isOfWeights() {
    return this == WEIGHT_GRADIENT || this == ADDED_WEIGHT_GRADIENT;
  }

  boolean isOfBias() {
    return this == BIAS_GRADIENT || this == ADDED_BIAS_GRADIENT;
  }

  boolean accumulates() {
    return this == ADDED_WEIGHT_GRADIENT || this == ADDED_BIAS_GRADIENT;
  }

  /** Whether a row of the result is that of a row of the inputs. */
  boolean isByRow() {
    return !isOfWeights() && !isOfBias();
  }

  /** The first matrix in the order of the parameters. */
  float[][] first(LinearProblem p) {
    return this == FORWARD || this == FORWARD_WITHOUT_BIAS ? p.input : p.gradient;
  }

  /** The second matrix, {@code null} if there is none. */
  float[][] second(LinearProblem p) {
    return isOfBias() ? null : isOfWeights() ? p.input : p.weights;
  }

  int firstColumns(LinearProblem p) {
    return first(p) == p.input ? p.features : p.classes;
  }

  int outRows(LinearProblem p) {
    return isOfBias() ? 1 : isOfWeights() ? p.classes : p.rows;
  }

  int outColumns(LinearProblem p) {
    return isOfWeights() || this == INPUT_GRADIENT ? p.features : p.classes;
  }

  /** What the sums start from, row by row or one row for all, or {@code null} for 0. */
  float[][] start(LinearProblem p) {
    return switch (this) {
      case FORWARD -> p.bias;
      case ADDED_WEIGHT_GRADIENT -> p.weightSums;
      case ADDED_BIAS_GRADIENT -> p.biasSums;
      default -> null;
    };
  }

  void call(MatrixView first, MatrixView second, MatrixView bias, MatrixView out) {
    switch (this) {
      case FORWARD -> Linear.forward(first, second, bias, out);
      case FORWARD_WITHOUT_BIAS -> Linear.forward(first, second, null, out);
      case INPUT_GRADIENT -> Linear.inputGradient(first, second, out);
      case WEIGHT_GRADIENT, ADDED_WEIGHT_GRADIENT ->
          Linear.weightGradient(first, second, out, accumulates());
      default -> Linear.biasGradient(first, out, accumulates());
    }
  }

  void callFlat(
      float[] first,
      float[] second,
      float[] bias,
      float[] out,
      int rows,
      int features,
      int classes) {
    switch (this) {
      case FORWARD -> Linear.forward(first, second, bias, out, rows, features, classes);
      case FORWARD_WITHOUT_BIAS ->
          Linear.forward(first, second, null, out, rows, features, classes);
      case INPUT_GRADIENT -> Linear.inputGradient(first, second, out, rows, features, classes);
      case WEIGHT_GRADIENT, ADDED_WEIGHT_GRADIENT ->
          Linear.weightGradient(first, second, out, accumulates(), rows, features, classes);
      default -> Linear.biasGradient(first, out, accumulates(), rows, classes);
    }
  }

  /** Contiguous, each matrix in an array of its own. */
  float[][] run(LinearProblem p) {
    return new LinearCall(this, p, Layout.TIGHT).run();
  }

  /** The rows of the left operand. */
  private float[][] left(LinearProblem p) {
    if (isOfBias()) {
      float[] ones = new float[p.rows];
      Arrays.fill(ones, 1);
      return new float[][] {ones};
    }
    return isOfWeights() ? transposed(p.gradient, p.classes) : first(p);
  }

  /** The columns of the right operand. */
  private float[][] right(LinearProblem p) {
    return switch (this) {
      case FORWARD, FORWARD_WITHOUT_BIAS -> p.weights;
      case INPUT_GRADIENT -> transposed(p.weights, p.features);
      case WEIGHT_GRADIENT, ADDED_WEIGHT_GRADIENT -> transposed(p.input, p.features);
      default -> transposed(p.gradient, p.classes);
    };
  }

  private float start(LinearProblem p, int i, int j) {
    float[][] start = start(p);
    return start == null ? 0 : start[i % start.length][j];
  }

  /** The result to the bit, by the order of additions that {@link Linear} states. */
  float[][] specified(LinearProblem p) {
    float[][] left = left(p);
    float[][] right = right(p);
    float[][] out = new float[left.length][right.length];
    for (int i = 0; i < left.length; i++) {
      for (int j = 0; j < right.length; j++) {
        float start = start(p, i, j);
        out[i][j] =
            isByRow()
                ? blocks(left[i], right[j], start)
                : chain(left[i], right[j], 0, p.rows, start);
      }
    }
    return out;
  }

  private static float blocks(float[] x, float[] y, float start) {
    float sum = start;
    for (int k = 0; k < x.length; k += BLOCK) {
      sum += chain(x, y, k, Math.min(k + BLOCK, x.length), 0);
    }
    return sum;
  }

  private static float chain(float[] x, float[] y, int from, int to, float start) {
    float sum = start;
    for (int k = from; k < to; k++) {
      sum = Math.fma(x[k], y[k], sum);
    }
    return sum;
  }

  /**
   * Refuses what is farther from the sums in double than {@link Linear} states. The oracle's own
   * error is a billionth of that.
   */
  void assertWithinBound(LinearProblem p, float[][] actual) {
    float[][] left = left(p);
    float[][] right = right(p);
    for (int i = 0; i < left.length; i++) {
      for (int j = 0; j < right.length; j++) {
        double sum = start(p, i, j);
        double magnitude = Math.abs(sum);
        for (int k = 0; k < left[i].length; k++) {
          double product = (double) left[i][k] * right[j][k];
          sum += product;
          magnitude += Math.abs(product);
        }
        double bound = units(left[i].length) * UNIT * magnitude;
        if (!(Math.abs(actual[i][j] - sum) <= bound)) {
          Bounds.within(sum, actual[i][j], bound, "%s, %s, (%d, %d)".formatted(this, p, i, j));
        }
      }
    }
  }

  private double units(int products) {
    return isByRow() ? BLOCK + products / (double) BLOCK + 1 : products + 1;
  }
}
