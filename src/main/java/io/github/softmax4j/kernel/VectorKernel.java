package io.github.softmax4j.kernel;

/**
 * The vector path. Where a row is shorter than a few vectors, many rows go across the lanes instead
 * of one along them. Which it is depends on the number of classes alone, so that a row's result
 * does not depend on how many others come with it.
 */
final class VectorKernel implements Kernel {

  private static final Kernel NARROW = new NarrowKernel();
  private static final Kernel WIDE = new WideKernel();

  private static Kernel of(int classes) {
    return classes <= Tile.MOST_CLASSES ? NARROW : WIDE;
  }

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
    of(classes).softmax(x, xOffset, xStride, y, yOffset, yStride, rows, classes);
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
    of(classes).logSoftmax(x, xOffset, xStride, y, yOffset, yStride, rows, classes);
  }

  @Override
  public void logSumExp(
      float[] x, int xOffset, int xStride, float[] lse, int lseOffset, int rows, int classes) {
    of(classes).logSumExp(x, xOffset, xStride, lse, lseOffset, rows, classes);
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
    return of(classes)
        .loss(x, xOffset, xStride, labels, labelsOffset, rowLosses, rowLossesOffset, rows, classes);
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
    return of(classes)
        .lossAndGradient(
            x,
            xOffset,
            xStride,
            labels,
            labelsOffset,
            gradient,
            gradientOffset,
            gradientStride,
            scale,
            rowLosses,
            rowLossesOffset,
            rows,
            classes);
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
    return of(classes)
        .loss(
            x,
            xOffset,
            xStride,
            targets,
            targetsOffset,
            targetsStride,
            rowLosses,
            rowLossesOffset,
            rows,
            classes);
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
    return of(classes)
        .lossAndGradient(
            x,
            xOffset,
            xStride,
            targets,
            targetsOffset,
            targetsStride,
            gradient,
            gradientOffset,
            gradientStride,
            scale,
            rowLosses,
            rowLossesOffset,
            rows,
            classes);
  }
}
