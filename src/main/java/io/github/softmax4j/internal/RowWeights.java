package io.github.softmax4j.internal;

/** How much each row of a loss counts. */
public final class RowWeights {

  private RowWeights() {}

  /** The weight of a row; 0 if it is ignored, whatever its logits are. */
  public static float of(Call call, int r) {
    LossOptions options = call.loss.options;
    boolean isUnlabelled =
        options.ignores() && call.hasLabels() && call.label(r) == options.ignoreIndex();
    return isUnlabelled ? 0 : call.loss.rowWeight(r);
  }

  /** What the mean of the z-losses divides by. */
  public static double sum(Call call) {
    double sum = 0;
    for (int r = 0; r < call.rows; r++) {
      sum += of(call, r);
    }
    return sum;
  }

  /** What the mean of the losses divides by. */
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
