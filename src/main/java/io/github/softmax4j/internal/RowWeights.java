package io.github.softmax4j.internal;

/**
 * The weights of the rows of a loss, from the {@link LossRequest} of a {@link Call}. An ignored row
 * has weight 0. The kernels read the weight of each row; {@code CrossEntropy} divides by their sum
 * for a mean.
 */
public final class RowWeights {

  private RowWeights() {}

  /** Weight of row {@code r}; 0 if the row is ignored. */
  public static float of(Call call, int r) {
    LossOptions options = call.loss.options;
    boolean isUnlabelled =
        options.ignores() && call.hasLabels() && call.longLabel(r) == options.ignoreIndex();
    if (isUnlabelled || options.leavesOutNan() && hasNoTarget(call, r)) {
      return 0;
    }
    return call.loss.rowWeight(r);
  }

  /** Whether all targets of row {@code r} are NaN. */
  private static boolean hasNoTarget(Call call, int r) {
    if (!call.targets.isGiven) {
      return false;
    }
    for (int c = 0; c < call.classes; c++) {
      if (!call.isTargetNan(r, c)) {
        return false;
      }
    }
    return true;
  }

  /** Whether no row is ignored, and all weights are 1. */
  public static boolean areAllOne(Call call) {
    LossOptions options = call.loss.options;
    return !options.ignores() && !options.leavesOutNan() && !call.loss.rowWeights.isGiven();
  }

  /** Sum of the row weights: the divisor of the mean z-loss. */
  public static double sum(Call call) {
    if (areAllOne(call)) {
      return call.rows;
    }
    double sum = 0;
    for (int r = 0; r < call.rows; r++) {
      sum += of(call, r);
    }
    return sum;
  }

  /** Sum of row weight times class weight of the label: the divisor of the mean loss. */
  public static double sumWithClassWeights(Call call) {
    LossOptions options = call.loss.options;
    if (!call.hasLabels() || options.classWeights() == null) {
      return sum(call);
    }
    double sum = 0;
    for (int r = 0; r < call.rows; r++) {
      float weight = of(call, r);
      sum += weight == 0 ? 0 : weight * options.weight(call.label(r));
    }
    return sum;
  }
}
