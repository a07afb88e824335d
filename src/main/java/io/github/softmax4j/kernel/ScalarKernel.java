package io.github.softmax4j.kernel;

/**
 * The specification: the formulas as they stand in a textbook, with {@link Math#exp}, {@link
 * Math#log} and sums in double. Also what runs where vectors cannot.
 *
 * <p>A row that holds NaN or +inf, or nothing but -inf, needs no case of its own: its maximum is
 * not finite, so some {@code x - max} is NaN, and so is the sum.
 */
final class ScalarKernel implements Kernel {

  @Override
  public int lanes() {
    return 1;
  }

  @Override
  public void softmax(
      float[] x,
      int xOffset,
      int xStride,
      float[] y,
      int yOffset,
      int yStride,
      int rows,
      int classes) {
    for (int r = 0; r < rows; r++) {
      int from = xOffset + r * xStride;
      int to = yOffset + r * yStride;
      double sum = storeExponentials(x, from, max(x, from, classes), y, to, classes);
      for (int c = 0; c < classes; c++) {
        y[to + c] = (float) (y[to + c] / sum);
      }
    }
  }

  @Override
  public void logSoftmax(
      float[] x,
      int xOffset,
      int xStride,
      float[] y,
      int yOffset,
      int yStride,
      int rows,
      int classes) {
    for (int r = 0; r < rows; r++) {
      int from = xOffset + r * xStride;
      int to = yOffset + r * yStride;
      double max = max(x, from, classes);
      double logSum = Math.log(sumOfExponentials(x, from, max, classes));
      for (int c = 0; c < classes; c++) {
        y[to + c] = (float) ((x[from + c] - max) - logSum);
      }
    }
  }

  @Override
  public void logSumExp(
      float[] x, int xOffset, int xStride, float[] lse, int lseOffset, int rows, int classes) {
    for (int r = 0; r < rows; r++) {
      int from = xOffset + r * xStride;
      float max = max(x, from, classes);
      lse[lseOffset + r] =
          Float.isFinite(max)
              ? (float) (max + Math.log(sumOfExponentials(x, from, max, classes)))
              : max;
    }
  }

  @Override
  public double loss(
      float[] x,
      int xOffset,
      int xStride,
      int[] labels,
      int labelsOffset,
      float[] rowLosses,
      int rowLossesOffset,
      int rows,
      int classes) {
    double total = 0;
    for (int r = 0; r < rows; r++) {
      int from = xOffset + r * xStride;
      double max = max(x, from, classes);
      double logSum = Math.log(sumOfExponentials(x, from, max, classes));
      double loss = (max - x[from + labels[labelsOffset + r]]) + logSum;
      total += Kernel.keep(loss, rowLosses, rowLossesOffset + r);
    }
    return total;
  }

  @Override
  public double lossAndGradient(
      float[] x,
      int xOffset,
      int xStride,
      int[] labels,
      int labelsOffset,
      float[] gradient,
      int gradientOffset,
      int gradientStride,
      double scale,
      float[] rowLosses,
      int rowLossesOffset,
      int rows,
      int classes) {
    double total = 0;
    for (int r = 0; r < rows; r++) {
      int from = xOffset + r * xStride;
      int to = gradientOffset + r * gradientStride;
      int label = labels[labelsOffset + r];
      double max = max(x, from, classes);
      double distance = max - x[from + label];
      double sum = storeExponentials(x, from, max, gradient, to, classes);
      double others = 0;
      for (int c = 0; c < classes; c++) {
        if (c != label) {
          others += gradient[to + c];
          gradient[to + c] = (float) (scale * gradient[to + c] / sum);
        }
      }
      // softmax - 1 at the label, without the digits that the subtraction would lose near 1
      gradient[to + label] = (float) (0 - scale * others / sum);
      total += Kernel.keep(distance + Math.log(sum), rowLosses, rowLossesOffset + r);
    }
    return total;
  }

  @Override
  public double loss(
      float[] x,
      int xOffset,
      int xStride,
      float[] targets,
      int targetsOffset,
      int targetsStride,
      float[] rowLosses,
      int rowLossesOffset,
      int rows,
      int classes) {
    double total = 0;
    for (int r = 0; r < rows; r++) {
      int from = xOffset + r * xStride;
      int target = targetsOffset + r * targetsStride;
      double max = max(x, from, classes);
      double logSum = Math.log(sumOfExponentials(x, from, max, classes));
      double loss = targetLoss(x, from, max, logSum, targets, target, classes);
      total += Kernel.keep(loss, rowLosses, rowLossesOffset + r);
    }
    return total;
  }

  @Override
  public double lossAndGradient(
      float[] x,
      int xOffset,
      int xStride,
      float[] targets,
      int targetsOffset,
      int targetsStride,
      float[] gradient,
      int gradientOffset,
      int gradientStride,
      double scale,
      float[] rowLosses,
      int rowLossesOffset,
      int rows,
      int classes) {
    double total = 0;
    for (int r = 0; r < rows; r++) {
      int from = xOffset + r * xStride;
      int to = gradientOffset + r * gradientStride;
      int target = targetsOffset + r * targetsStride;
      double max = max(x, from, classes);
      double sum = sumOfExponentials(x, from, max, classes);
      double loss = targetLoss(x, from, max, Math.log(sum), targets, target, classes);
      double mass = 0;
      for (int c = 0; c < classes; c++) {
        mass += targets[target + c];
      }
      storeExponentials(x, from, max, gradient, to, classes);
      for (int c = 0; c < classes; c++) {
        double softmax = gradient[to + c] / sum;
        gradient[to + c] = (float) (scale * (softmax * mass - targets[target + c]));
      }
      total += Kernel.keep(loss, rowLosses, rowLossesOffset + r);
    }
    return total;
  }

  private static float max(float[] x, int from, int classes) {
    float max = Float.NEGATIVE_INFINITY;
    for (int c = 0; c < classes; c++) {
      max = Math.max(max, x[from + c]);
    }
    return max;
  }

  private static double sumOfExponentials(float[] x, int from, double max, int classes) {
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      sum += Math.exp(x[from + c] - max);
    }
    return sum;
  }

  private static double storeExponentials(
      float[] x, int from, double max, float[] y, int to, int classes) {
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      double exp = Math.exp(x[from + c] - max);
      y[to + c] = (float) exp;
      sum += exp;
    }
    return sum;
  }

  private static double targetLoss(
      float[] x, int from, double max, double logSum, float[] targets, int target, int classes) {
    double loss = 0;
    for (int c = 0; c < classes; c++) {
      float t = targets[target + c];
      if (t != 0) {
        loss += t * ((max - x[from + c]) + logSum);
      }
    }
    return loss + 0 * logSum; // a row without any target still shows that its sum is NaN
  }
}
