package io.github.softmax4j.internal;

import java.util.Arrays;

/**
 * The rows of a stage whose transformed logits are beyond float. The stage holds their logits
 * relative to the maximum, which gives softmax and gradients. What losses need besides is here, in
 * double.
 */
public final class WideRows {

  private boolean isGiven;

  /** The maximum of each row; NaN for rows that are not wide. */
  private double[] max = {};

  private double[] labelGap = {};

  private double[] weightedGaps = {};

  /** Creates an empty set. */
  public WideRows() {}

  /** Whether a row may be wide. */
  public boolean isGiven() {
    return isGiven;
  }

  /** Whether a row is wide. */
  public boolean has(int r) {
    return isGiven && max[r] == max[r];
  }

  /** The maximum of the row's transformed logits. */
  public double max(int r) {
    return max[r];
  }

  /** The gap of the row's label, or 0 without labels. */
  public double labelGap(int r) {
    return labelGap[r];
  }

  /** The sum of the row's weighted gaps: as {@link LossRow} needs them of labels or targets. */
  public double weightedGaps(int r) {
    return weightedGaps[r];
  }

  /** Starts with rows that are not wide. */
  void begin(int rows) {
    if (max.length < rows) {
      max = new double[rows];
      labelGap = new double[rows];
      weightedGaps = new double[rows];
    }
    Arrays.fill(max, 0, rows, Double.NaN);
    isGiven = true;
  }

  /** Adds a row of a call, given its transformed logits and their maximum. */
  void add(Call call, int r, double[] logits, double max) {
    this.max[r] = max;
    labelGap[r] = call.hasLabels() && hasLabel(call, r) ? max - logits[call.label(r)] : 0;
    weightedGaps[r] = 0;
    for (int c = 0; c < call.classes; c++) {
      double target = target(call, r, c);
      weightedGaps[r] += target == 0 ? 0 : target * (max - logits[c]);
    }
  }

  /** Whether the label is a class: an ignored one may be any number. */
  private static boolean hasLabel(Call call, int r) {
    return 0 <= call.label(r) && call.label(r) < call.classes;
  }

  private static double target(Call call, int r, int c) {
    LossOptions options = call.loss.options;
    double weight = options.weight(c);
    if (!call.targets.isGiven) {
      return weight;
    }
    double given = call.targets.array[call.targets.row(r) + c * call.targets.inner];
    double smoothing = options.smoothing();
    return weight * ((1 - smoothing) * given + smoothing / call.classes);
  }

  /** Drops all rows. */
  void clear() {
    isGiven = false;
  }
}
