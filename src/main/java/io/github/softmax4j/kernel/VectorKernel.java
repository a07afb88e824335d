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
    Rows some = Scratch.rows(rows, classes).begin(classes, 1, x, xOffset, xStride, rows);
    for (; some.count > 0; some.advance()) {
      some.terms(y, yOffset, yStride);
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
    Rows some = Scratch.rows(rows, classes).begin(classes, 1, x, xOffset, xStride, rows);
    for (; some.count > 0; some.advance()) {
      some.sums();
      some.logarithms();
      some.logSoftmax(y, yOffset, yStride);
    }
  }

  @Override
  public void logSumExp(
      float[] x, int xOffset, int xStride, float[] lse, int lseOffset, int rows, int classes) {
    Rows some = Scratch.rows(rows, classes).begin(classes, 1, x, xOffset, xStride, rows);
    for (; some.count > 0; some.advance()) {
      some.sums();
      some.logarithms();
      for (int i = 0; i < some.count; i++) {
        float max = some.max[i];
        double value = (double) max + some.logSum[i];
        lse[lseOffset + some.first + i] = Float.isFinite(max) ? (float) value : max;
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
    Rows some = Scratch.rows(rows, classes).begin(classes, 1, x, xOffset, xStride, rows);
    double total = 0;
    for (; some.count > 0; some.advance()) {
      some.sums();
      some.logarithms();
      some.labels(labels, labelsOffset);
      total += some.losses(rowLosses, rowLossesOffset);
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
    Rows some = Scratch.rows(rows, classes).begin(classes, scale, x, xOffset, xStride, rows);
    double total = 0;
    for (; some.count > 0; some.advance()) {
      // before the terms, which may take the logits' place
      some.labels(labels, labelsOffset);
      some.terms(gradient, gradientOffset, gradientStride);
      some.logarithms();
      total += some.losses(rowLosses, rowLossesOffset);
      some.factors((float) scale);
      some.scaleMinusLabels();
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
    Rows some = Scratch.rows(rows, classes).begin(classes, 1, x, xOffset, xStride, rows);
    double total = 0;
    for (; some.count > 0; some.advance()) {
      some.targets(targets, targetsOffset, targetsStride);
      some.sums();
      some.logarithms();
      total += some.targetLosses(rowLosses, rowLossesOffset);
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
    Rows some = Scratch.rows(rows, classes).begin(classes, scale, x, xOffset, xStride, rows);
    double total = 0;
    for (; some.count > 0; some.advance()) {
      // before the terms, which may take the logits' place
      some.targets(targets, targetsOffset, targetsStride);
      some.terms(gradient, gradientOffset, gradientStride);
      some.logarithms();
      total += some.targetLosses(rowLosses, rowLossesOffset);
      some.massFactors(scale);
      some.scaleMinusTargets(targets, targetsOffset, targetsStride, scale);
      some.store();
    }
    return total;
  }
}
