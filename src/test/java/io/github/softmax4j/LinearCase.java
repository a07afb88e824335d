package io.github.softmax4j;

import java.util.Arrays;
import java.util.Random;

/**
 * A loss whose logits come from a linear layer, and what the formulas give for it, in double. Rows
 * that are ignored may hold anything.
 */
final class LinearCase {

  final OptionedLoss c;
  final int features;
  final float[] input;
  final float[] weights;
  final float[] bias;

  /** The gradients. */
  final double[] inputGradient;

  final double[] weightGradient;
  final double[] biasGradient;

  /** For each of their elements, the sum of the products that rounding errors are relative to. */
  final double[] inputSize;

  final double[] weightSize;
  final double[] biasSize;

  /** How far the library's logits may be off. */
  double logitError;

  LinearCase(OptionedLoss c, int features, boolean hasBias) {
    this.c = c;
    this.features = features;
    Random random = new Random(97L * features + 31L * c.classes + c.rows);
    input = gaussian(random, c.rows * features, 1);
    weights = gaussian(random, c.classes * features, 3 / Math.sqrt(features));
    bias = hasBias ? gaussian(random, c.classes, 1) : null;
    inputGradient = new double[input.length];
    inputSize = new double[input.length];
    weightGradient = new double[weights.length];
    weightSize = new double[weights.length];
    biasGradient = new double[c.classes];
    biasSize = new double[c.classes];
  }

  private static float[] gaussian(Random random, int number, double scale) {
    float[] values = new float[number];
    for (int i = 0; i < number; i++) {
      values[i] = (float) (scale * random.nextGaussian());
    }
    return values;
  }

  /** Fills the inputs of ignored rows. */
  void spoilIgnoredRows(float value) {
    for (int r = 0; r < c.rows; r++) {
      if (c.isIgnored(r)) {
        Arrays.fill(input, r * features, (r + 1) * features, value);
      }
    }
  }

  LinearCase solve() {
    findLogits(
        Oracle.toDouble(input),
        Oracle.toDouble(weights),
        bias == null ? new double[c.classes] : Oracle.toDouble(bias));
    c.solve();
    for (int r = 0; r < c.rows; r++) {
      if (!c.isIgnored(r)) {
        addGradients(r);
      }
    }
    return this;
  }

  /** What the gradients are of, for inputs, weights and bias in double. */
  double objective(double[] x, double[] w, double[] b) {
    findLogits(x, w, b);
    return c.solve().objective();
  }

  private void findLogits(double[] x, double[] w, double[] b) {
    c.wideLogits = new double[c.rows * c.classes];
    double largest = 0;
    for (int r = 0; r < c.rows; r++) {
      for (int k = 0; k < c.classes && !c.isIgnored(r); k++) {
        double sum = b[k];
        double size = Math.abs(b[k]);
        for (int h = 0; h < features; h++) {
          double product = x[r * features + h] * w[k * features + h];
          sum += product;
          size += Math.abs(product);
        }
        c.wideLogits[r * c.classes + k] = sum;
        largest = Double.isFinite(size) ? Math.max(largest, size) : largest; // a bias may mask
      }
    }
    logitError = 4 * 0x1p-24 * largest * c.scale;
  }

  private void addGradients(int r) {
    for (int k = 0; k < c.classes; k++) {
      double g = c.gradient[r][k];
      double size = Math.abs(g) + c.gradientSize[r] * c.probability(r, k);
      biasGradient[k] += g;
      biasSize[k] += size;
      for (int h = 0; h < features; h++) {
        int ofX = r * features + h;
        int ofW = k * features + h;
        inputGradient[ofX] += g * weights[ofW];
        inputSize[ofX] += size * Math.abs(weights[ofW]);
        weightGradient[ofW] += g * input[ofX];
        weightSize[ofW] += size * Math.abs(input[ofX]);
      }
    }
  }

  @Override
  public String toString() {
    return c + ", %d features, bias %s".formatted(features, bias != null);
  }
}
