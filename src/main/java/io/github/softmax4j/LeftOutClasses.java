package io.github.softmax4j;

import io.github.softmax4j.internal.LogitMask;

/**
 * Drops the logits of classes whose target is NaN. It serves log-softmax, which a call with targets
 * may compute by another kernel, with other bits.
 */
record LeftOutClasses(MatrixView targets) implements LogitMask {

  @Override
  public double bias(int row, int c, int classes) {
    return isLeftOut(row, c) ? Double.NEGATIVE_INFINITY : 0;
  }

  @Override
  public void apply(int row, float[] logits, int at, int n, int classes) {
    for (int c = 0; c < n; c++) {
      if (isLeftOut(row, c)) {
        logits[at + c] = Float.NEGATIVE_INFINITY;
      }
    }
  }

  private boolean isLeftOut(int row, int c) {
    int inner = targets.inner;
    int first = targets.offset + row / inner * targets.stride + row % inner;
    return Float.isNaN(targets.array[first + c * inner]);
  }
}
