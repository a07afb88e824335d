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

  /** Adds a row. */
  void add(int r, double max, double labelGap, double weightedGaps) {
    this.max[r] = max;
    this.labelGap[r] = labelGap;
    this.weightedGaps[r] = weightedGaps;
  }

  /** Drops all rows. */
  void clear() {
    isGiven = false;
  }
}
