package io.github.softmax4j.kernel;

/** Rows of many classes, which run along the lanes: one row after the other. */
final class WideKernel implements Kernel {

  @Override
  public int lanes() {
    return Lanes.LANES;
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
    Scratch scratch = Scratch.get();
    int headroom = Lanes.headroom(classes);
    for (int r = 0; r < rows; r++) {
      int to = yOffset + r * yStride;
      long row =
          WideRows.maxAndExponentials(x, xOffset + r * xStride, classes, y, to, headroom, scratch);
      WideRows.scale(y, to, classes, row, scratch);
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
    Scratch scratch = Scratch.get();
    int headroom = Lanes.headroom(classes);
    for (int r = 0; r < rows; r++) {
      int from = xOffset + r * xStride;
      int to = yOffset + r * yStride;
      // The exponentials are not needed, but while they are computed, y comes into the cache.
      long row =
          x == y
              ? WideRows.maxAndSum(x, from, classes, headroom, scratch)
              : WideRows.maxAndExponentials(x, from, classes, y, to, headroom, scratch);
      float logSum = (float) WideRows.logSum(row, headroom);
      Blocks.subtract(x, from, y, to, classes, WideRows.max(row), logSum);
    }
  }

  @Override
  public void logSumExp(
      float[] x, int xOffset, int xStride, float[] lse, int lseOffset, int rows, int classes) {
    Scratch scratch = Scratch.get();
    int headroom = Lanes.headroom(classes);
    for (int r = 0; r < rows; r++) {
      int from = xOffset + r * xStride;
      long row = WideRows.maxAndSum(x, from, classes, headroom, scratch);
      double value = WideRows.max(row) + WideRows.logSum(row, headroom);
      lse[lseOffset + r] = (float) (Double.isNaN(value) ? special(x, from, classes) : value);
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
    Scratch scratch = Scratch.get();
    int headroom = Lanes.headroom(classes);
    double total = 0;
    for (int r = 0; r < rows; r++) {
      int from = xOffset + r * xStride;
      long row = WideRows.maxAndSum(x, from, classes, headroom, scratch);
      double distance = (double) WideRows.max(row) - x[from + labels[labelsOffset + r]];
      total +=
          Kernel.keep(distance + WideRows.logSum(row, headroom), rowLosses, rowLossesOffset + r);
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
    Scratch scratch = Scratch.get();
    int headroom = WideRows.headroom(classes, scale);
    double total = 0;
    for (int r = 0; r < rows; r++) {
      int from = xOffset + r * xStride;
      int to = gradientOffset + r * gradientStride;
      int label = labels[labelsOffset + r];
      double atLabel = x[from + label];
      long row = WideRows.maxAndExponentials(x, from, classes, gradient, to, headroom, scratch);
      gradient[to + label] = 0;
      double others = WideRows.scaleAndSum(gradient, to, classes, row, scale, scratch);
      // softmax - 1, without the digits that the subtraction would lose where softmax is near 1
      gradient[to + label] = (float) (0 - others);
      double distance = WideRows.max(row) - atLabel;
      total +=
          Kernel.keep(distance + WideRows.logSum(row, headroom), rowLosses, rowLossesOffset + r);
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
    Scratch scratch = Scratch.get();
    int headroom = Lanes.headroom(classes);
    double total = 0;
    for (int r = 0; r < rows; r++) {
      int from = xOffset + r * xStride;
      int target = targetsOffset + r * targetsStride;
      long row = WideRows.maxAndSum(x, from, classes, headroom, scratch);
      long sums =
          WideRows.distanceAndMass(x, from, targets, target, classes, WideRows.max(row), scratch);
      double loss = Blocks.first(sums) + Blocks.second(sums) * WideRows.logSum(row, headroom);
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
    Scratch scratch = Scratch.get();
    int headroom = WideRows.headroom(classes, scale);
    double total = 0;
    for (int r = 0; r < rows; r++) {
      int from = xOffset + r * xStride;
      int to = gradientOffset + r * gradientStride;
      int target = targetsOffset + r * targetsStride;
      // before the exponentials, which may take the logits' place
      float max = WideRows.max(x, from, classes);
      long sums = WideRows.distanceAndMass(x, from, targets, target, classes, max, scratch);
      float mass = Blocks.second(sums);
      long row = WideRows.maxAndExponentials(x, from, classes, gradient, to, headroom, scratch);
      WideRows.scaleMinusTargets(gradient, to, targets, target, classes, row, mass, scale, scratch);
      double loss = Blocks.first(sums) + mass * WideRows.logSum(row, headroom);
      total += Kernel.keep(loss, rowLosses, rowLossesOffset + r);
    }
    return total;
  }

  /** Log-sum-exp of a row that has NaN or +inf or nothing but -inf. */
  private static float special(float[] x, int from, int classes) {
    float max = Float.NEGATIVE_INFINITY;
    for (int c = 0; c < classes; c++) {
      max = Math.max(max, x[from + c]);
    }
    return max;
  }
}
