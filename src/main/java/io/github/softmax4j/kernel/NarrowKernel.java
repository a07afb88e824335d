package io.github.softmax4j.kernel;

import java.util.Arrays;

/** Rows of few classes: a {@link Tile} of rows at a time. */
final class NarrowKernel implements Kernel {

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
    int headroom = Lanes.headroom(classes);
    Tile tile = Scratch.get().tile;
    Arrays.fill(tile.factor, 1);
    for (int r = 0, count; r < rows; r += count) {
      count = Math.min(Tile.ROWS, rows - r);
      tile.load(x, xOffset + r * xStride, xStride, count, classes);
      tile.exponentials(headroom);
      tile.scale();
      tile.store(tile.terms, y, yOffset + r * yStride, yStride);
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
    int headroom = Lanes.headroom(classes);
    Tile tile = Scratch.get().tile;
    for (int r = 0, count; r < rows; r += count) {
      count = Math.min(Tile.ROWS, rows - r);
      tile.load(x, xOffset + r * xStride, xStride, count, classes);
      tile.exponentials(headroom);
      tile.logarithms(headroom);
      tile.logSoftmax();
      tile.store(tile.logits, y, yOffset + r * yStride, yStride);
    }
  }

  @Override
  public void logSumExp(
      float[] x, int xOffset, int xStride, float[] lse, int lseOffset, int rows, int classes) {
    int headroom = Lanes.headroom(classes);
    Tile tile = Scratch.get().tile;
    for (int r = 0, count; r < rows; r += count) {
      count = Math.min(Tile.ROWS, rows - r);
      tile.load(x, xOffset + r * xStride, xStride, count, classes);
      tile.exponentials(headroom);
      tile.logarithms(headroom);
      for (int i = 0; i < count; i++) {
        float max = tile.max[i];
        double value = (double) max + tile.logSum[i];
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
    int headroom = Lanes.headroom(classes);
    Tile tile = Scratch.get().tile;
    double total = 0;
    for (int r = 0, count; r < rows; r += count) {
      count = Math.min(Tile.ROWS, rows - r);
      tile.load(x, xOffset + r * xStride, xStride, count, classes);
      tile.exponentials(headroom);
      tile.logarithms(headroom);
      for (int i = 0; i < count; i++) {
        double loss = labelLoss(tile, i, labels[labelsOffset + r + i]);
        total += Kernel.keep(loss, rowLosses, rowLossesOffset + r + i);
      }
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
    int headroom = Lanes.headroom(classes);
    Tile tile = Scratch.get().tile;
    Arrays.fill(tile.factor, (float) scale);
    double total = 0;
    for (int r = 0, count; r < rows; r += count) {
      count = Math.min(Tile.ROWS, rows - r);
      tile.load(x, xOffset + r * xStride, xStride, count, classes);
      tile.exponentials(headroom);
      tile.logarithms(headroom);
      for (int i = 0; i < count; i++) {
        int label = labels[labelsOffset + r + i];
        total += Kernel.keep(labelLoss(tile, i, label), rowLosses, rowLossesOffset + r + i);
        tile.terms[tile.index(i, label)] = 0;
      }
      // softmax - 1 is minus the others: see WideKernel
      tile.scale();
      for (int i = 0; i < count; i++) {
        tile.terms[tile.index(i, labels[labelsOffset + r + i])] = 0 - tile.sum[i];
      }
      tile.store(tile.terms, gradient, gradientOffset + r * gradientStride, gradientStride);
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
    int headroom = Lanes.headroom(classes);
    Tile tile = Scratch.get().tile;
    double total = 0;
    for (int r = 0, count; r < rows; r += count) {
      count = Math.min(Tile.ROWS, rows - r);
      tile.load(x, xOffset + r * xStride, xStride, count, classes);
      tile.exponentials(headroom);
      tile.logarithms(headroom);
      for (int i = 0; i < count; i++) {
        int target = targetsOffset + (r + i) * targetsStride;
        double mass = mass(targets, target, classes);
        double loss = distance(tile, i, targets, target, classes) + mass * tile.logSum[i];
        total += Kernel.keep(loss, rowLosses, rowLossesOffset + r + i);
      }
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
    int headroom = Lanes.headroom(classes);
    Tile tile = Scratch.get().tile;
    double total = 0;
    for (int r = 0, count; r < rows; r += count) {
      count = Math.min(Tile.ROWS, rows - r);
      tile.load(x, xOffset + r * xStride, xStride, count, classes);
      tile.exponentials(headroom);
      tile.logarithms(headroom);
      for (int i = 0; i < count; i++) {
        int target = targetsOffset + (r + i) * targetsStride;
        double mass = mass(targets, target, classes);
        double loss = distance(tile, i, targets, target, classes) + mass * tile.logSum[i];
        total += Kernel.keep(loss, rowLosses, rowLossesOffset + r + i);
        tile.factor[i] = (float) (scale * mass);
      }
      tile.scale();
      for (int i = 0; i < count; i++) {
        int target = targetsOffset + (r + i) * targetsStride;
        for (int c = 0; c < classes; c++) {
          tile.terms[tile.index(i, c)] -= (float) (scale * targets[target + c]);
        }
      }
      tile.store(tile.terms, gradient, gradientOffset + r * gradientStride, gradientStride);
    }
    return total;
  }

  private static double labelLoss(Tile tile, int row, int label) {
    double distance = (double) tile.max[row] - tile.logits[tile.index(row, label)];
    return distance + tile.logSum[row];
  }

  private static double mass(float[] targets, int target, int classes) {
    double mass = 0;
    for (int c = 0; c < classes; c++) {
      mass += targets[target + c];
    }
    return mass;
  }

  /** {@code sum(t * (max - x))} over the targets that are not 0. */
  private static double distance(Tile tile, int row, float[] targets, int target, int classes) {
    double max = tile.max[row];
    double distance = 0;
    for (int c = 0; c < classes; c++) {
      float t = targets[target + c];
      if (t != 0) {
        distance += t * (max - tile.logits[tile.index(row, c)]);
      }
    }
    return distance;
  }
}
