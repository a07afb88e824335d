package io.github.softmax4j.internal.vector.rows;

import io.github.softmax4j.internal.BackwardRow;
import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.Matrix;
import io.github.softmax4j.internal.vector.tile.Tile;

/** Steps that several kernels share, by scalars. */
public final class RowSteps {

  private RowSteps() {}

  /**
   * Loads {@link Tile#atLabel}. Class {@code c} of row {@code r} is at {@code from + r * rowStep +
   * c * classStep}. The loop is scalar (C2-8): a gather of 16 costs up to a fifth more time on Zen
   * 4.
   */
  public static void loadAtLabels(Tile t, float[] x, int from, int rowStep, int classStep) {
    for (int r = 0; r < t.count; r++) {
      t.atLabel[r] = x[from + r * rowStep + t.label[r] * classStep];
    }
  }

  /** Whether gaps to a reference may overflow as floats. */
  public static boolean hasWideGaps(float reference) {
    return reference >= BackwardRow.LARGEST_SAFE && reference <= Float.MAX_VALUE;
  }

  /** Returns the sum of weighted gaps of {@code n} logits in double. */
  public static double weightedGaps(
      float[] x, int from, int step, float[] weights, int at, int n, double reference) {
    double total = 0;
    for (int c = 0; c < n; c++) {
      total += weights[at + c] * (reference - x[from + c * step]);
    }
    return total;
  }

  /** Computes {@link Tile#gap} and {@link Tile#targetSum} of a row in double. */
  public static void target(Tile t, int r, float[] targets, int at, int step) {
    float[] x = t.x;
    int inner = t.call.logits.inner;
    int row = t.call.logits.row(t.first + r);
    int classes = t.classes;
    double max = t.max[r];
    double gap = 0;
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      float target = targets[at + c * step];
      sum += target;
      if (target != 0) {
        gap += target * (max - x[row + c * inner]);
      }
    }
    t.gap[r] = gap;
    t.targetSum[r] = sum;
  }

  /** Returns the sum of a row's targets in double. */
  public static double targetSum(Call call, int row) {
    Matrix targets = call.targets;
    double sum = 0;
    for (int c = 0; c < call.classes; c++) {
      sum += targets.array[targets.row(row) + c * targets.inner];
    }
    return sum;
  }

  /** The same of all rows, from the call's targets. */
  public static void targets(Tile t) {
    Matrix targets = t.call.targets;
    for (int r = 0; r < t.count; r++) {
      target(t, r, targets.array, targets.row(t.first + r), targets.inner);
    }
  }
}
