package io.github.softmax4j.kernel;

/** The vector path: the steps of each operation, for a few {@link Rows} at a time. */
final class VectorKernel implements Kernel {

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
    Rows some = Scratch.rows(classes, 1);
    for (int r = 0, count; r < rows; r += count) {
      count = Math.min(some.atOnce(), rows - r);
      some.take(x, xOffset + r * xStride, xStride, count);
      some.terms(y, yOffset + r * yStride, yStride);
      some.factors(1);
      some.scale();
      some.store();
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
    Rows some = Scratch.rows(classes, 1);
    for (int r = 0, count; r < rows; r += count) {
      count = Math.min(some.atOnce(), rows - r);
      some.take(x, xOffset + r * xStride, xStride, count);
      some.sums();
      some.logarithms();
      some.logSoftmax(y, yOffset + r * yStride, yStride);
    }
  }

  @Override
  public void logSumExp(
      float[] x, int xOffset, int xStride, float[] lse, int lseOffset, int rows, int classes) {
    Rows some = Scratch.rows(classes, 1);
    for (int r = 0, count; r < rows; r += count) {
      count = Math.min(some.atOnce(), rows - r);
      some.take(x, xOffset + r * xStride, xStride, count);
      some.sums();
      some.logarithms();
      for (int i = 0; i < count; i++) {
        float max = some.max[i];
        double value = (double) max + some.logSum[i];
        lse[lseOffset + r + i] = Float.isFinite(max) ? (float) value : max;
      }
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
    Rows some = Scratch.rows(classes, 1);
    double total = 0;
    for (int r = 0, count; r < rows; r += count) {
      count = Math.min(some.atOnce(), rows - r);
      some.take(x, xOffset + r * xStride, xStride, count);
      some.sums();
      some.logarithms();
      some.distances(labels, labelsOffset + r);
      total += some.losses(rowLosses, rowLossesOffset + r);
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
    Rows some = Scratch.rows(classes, scale);
    double total = 0;
    for (int r = 0, count; r < rows; r += count) {
      count = Math.min(some.atOnce(), rows - r);
      some.take(x, xOffset + r * xStride, xStride, count);
      // before the terms, which may take the logits' place
      some.distances(labels, labelsOffset + r);
      some.terms(gradient, gradientOffset + r * gradientStride, gradientStride);
      some.logarithms();
      total += some.losses(rowLosses, rowLossesOffset + r);
      some.factors((float) scale);
      some.labelsOut(labels, labelsOffset + r);
      some.store();
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
    Rows some = Scratch.rows(classes, 1);
    double total = 0;
    for (int r = 0, count; r < rows; r += count) {
      count = Math.min(some.atOnce(), rows - r);
      some.take(x, xOffset + r * xStride, xStride, count);
      some.targets(targets, targetsOffset + r * targetsStride, targetsStride);
      some.sums();
      some.logarithms();
      total += some.targetLosses(rowLosses, rowLossesOffset + r);
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
    Rows some = Scratch.rows(classes, scale);
    double total = 0;
    for (int r = 0, count; r < rows; r += count) {
      count = Math.min(some.atOnce(), rows - r);
      some.take(x, xOffset + r * xStride, xStride, count);
      int target = targetsOffset + r * targetsStride;
      // before the terms, which may take the logits' place
      some.targets(targets, target, targetsStride);
      some.terms(gradient, gradientOffset + r * gradientStride, gradientStride);
      some.logarithms();
      total += some.targetLosses(rowLosses, rowLossesOffset + r);
      some.massFactors(scale);
      some.scaleMinusTargets(targets, target, targetsStride, scale);
      some.store();
    }
    return total;
  }
}
