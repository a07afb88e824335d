package io.github.softmax4j.internal.vector;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.LossRow;
import io.github.softmax4j.internal.Matrix;
import io.github.softmax4j.internal.RowOutputs;
import io.github.softmax4j.internal.RowWeights;
import io.github.softmax4j.internal.vector.math.Lanes;
import io.github.softmax4j.internal.vector.rows.RowKernel;
import io.github.softmax4j.internal.vector.rows.Rows;
import io.github.softmax4j.internal.vector.tile.Tile;
import java.util.Arrays;

/** The steps of losses with options: what is done for each row alone is scalar, and small. */
public final class VectorLosses {

  private final Call call;

  private final LossRow result;

  /** One target of each class: what is smoothed of a row, or a weight of 1. */
  private float[] smoothed = {};

  private float[] ones = {};

  /** The weights of the rows at hand, 0 of those that are ignored. */
  private final float[] weightOfRow = new float[Tile.MAX_ROWS];

  /** Their labels, counted from the first class of all parts. */
  private final int[] labelOfRow = new int[Tile.MAX_ROWS];

  /** What their gradients lack at the label, if they are known from all parts. */
  private final float[] targetOfRow = new float[Tile.MAX_ROWS];

  /** The first classes of their largest logits, as far as that is smoothed. */
  private final int[] leader = new int[Tile.MAX_ROWS];

  /** Whether each row has weight 1. */
  private boolean allCount;

  /** Whether anything but gradients is written for each row. */
  private boolean hasOutputs;

  private final float[] lanes = new float[Lanes.LANES];

  public VectorLosses(Call call) {
    this.call = call;
    result = new LossRow(call);
  }

  /** The sum of the losses without the z-losses, which are summed up in the request. */
  public double sum(Rows rows, boolean withGradient) {
    result.begin();
    hasOutputs = call.perRow.isGiven() || call.loss.hasOutputs();
    allCount = !call.loss.options.ignores() && !call.loss.rowWeights.isGiven();
    if (allCount) {
      Arrays.fill(weightOfRow, 1);
    }
    makeRoom(call.classes);
    Tile t = rows.tile;
    double total = 0;
    while (t.count > 0) {
      if (allIgnored(t)) {
        ignored(t, withGradient);
        rows.skip();
      } else {
        total += losses(rows, withGradient);
        rows.advance();
      }
    }
    return total;
  }

  /** Finds {@link #weightOfRow}, and whether it is 0 for all. */
  private boolean allIgnored(Tile t) {
    if (allCount) {
      return false;
    }
    boolean all = true;
    for (int r = 0; r < t.count; r++) {
      weightOfRow[r] = RowWeights.of(call, t.first + r);
      all &= weightOfRow[r] == 0;
    }
    return all;
  }

  /** Rows whose logits are not worth a look. */
  private void ignored(Tile t, boolean withGradient) {
    for (int r = 0; r < t.count; r++) {
      RowOutputs.keepIgnored(call, t.first + r);
      if (withGradient) {
        call.out.clearRow(t.first + r, call.classes);
      }
    }
  }

  private double losses(Rows rows, boolean withGradient) {
    beforeTerms(rows.tile, rows.kernel);
    rows.kernel.terms(withGradient);
    rows.takeKnownSums();
    rows.logarithms();
    double total = losses(rows.tile);
    if (withGradient) {
      gradient(rows.tile, rows.kernel);
    }
    return total;
  }

  private void makeRoom(int classes) {
    if (ones.length < classes) {
      smoothed = new float[classes];
      ones = new float[classes];
      Arrays.fill(ones, 1);
    }
  }

  /** What needs the logits, whose place the terms may take. */
  private void beforeTerms(Tile t, RowKernel kernel) {
    if (call.hasLabels()) {
      labels(t, kernel);
      if (call.loss.options.smoothing() != 0) {
        gaps(t, kernel);
      }
    } else {
      for (int r = 0; r < t.count; r++) {
        kernel.target(r, targetsOf(t.first + r), 0, 1);
      }
    }
    if (call.loss.wantsArgmax()) {
      for (int r = 0; r < t.count; r++) {
        boolean counts = weightOfRow[r] != 0;
        leader[r] = counts ? ExtraOutputs.argmax(call, t.first + r, t.max[r]) : -1;
      }
    }
    if (call.loss.entropy.isGiven()) {
      for (int r = 0; r < t.count; r++) {
        t.gapOfTerms[r] =
            ExtraOutputs.gapOfTerms(call, t.first + r, t.reference[r], t.exponentOffset, lanes);
      }
    }
  }

  /** Of all classes: the terms find them on their way, if each has a weight. */
  private void gaps(Tile t, RowKernel kernel) {
    if (call.loss.options.hasZero()) {
      for (int r = 0; r < t.count; r++) {
        kernel.target(r, weights(), weightsAt(), 1);
      }
    } else {
      t.weights = weights();
      t.weightsAt = weightsAt();
    }
  }

  private void labels(Tile t, RowKernel kernel) {
    int firstClass = call.part.firstClass;
    for (int r = 0; r < t.count; r++) {
      int label = call.label(t.first + r);
      boolean here = weightOfRow[r] != 0 && call.isHere(label);
      labelOfRow[r] = label;
      t.label[r] = here ? label - firstClass : 0;
    }
    kernel.logitsAtLabels();
  }

  private float[] weights() {
    float[] weights = call.loss.options.classWeights();
    return weights == null ? ones : weights;
  }

  /** Where among the weights those of this part start. */
  private int weightsAt() {
    return call.loss.options.classWeights() == null ? 0 : call.part.firstClass;
  }

  /** The smoothed and weighted targets of a row. */
  private float[] targetsOf(int row) {
    Matrix targets = call.targets;
    int from = targets.row(row);
    float[] u = weights();
    int at = weightsAt();
    float kept = (float) (1 - call.loss.options.smoothing());
    float even = (float) result.smoothingPerClass;
    for (int c = 0; c < call.classes; c++) {
      smoothed[c] = u[at + c] * Math.fma(kept, targets.array[from + c * targets.inner], even);
    }
    return smoothed;
  }

  /** Losses of the rows, and what their gradients are made of. */
  private double losses(Tile t) {
    double total = 0;
    for (int r = 0; r < t.count; r++) {
      int row = t.first + r;
      if (weightOfRow[r] == 0) {
        RowOutputs.keepIgnored(call, row);
        t.factor[r] = 0;
        t.shift[r] = 0;
        t.label[r] = -1;
      } else {
        total += loss(t, r, row);
      }
    }
    return total;
  }

  private double loss(Tile t, int r, int row) {
    double max = t.max[r];
    double logSum = t.logSum[r];
    if (call.hasLabels()) {
      int label = labelOfRow[r];
      boolean here = call.isHere(label);
      double gap = here ? max - t.atLabel[r] : 0;
      result.ofLabel(row, weightOfRow[r], label, here, max, logSum, gap, t.gap[r]);
      t.shift[r] = (float) result.weightFactor;
      t.labelBase[r] = (float) result.labelBase;
      targetOfRow[r] = (float) result.targetFactor;
      t.label[r] = here && !call.part.isGiven() ? t.label[r] : -1;
    } else {
      result.ofTargets(row, weightOfRow[r], max, logSum, t.gap[r], t.targetSum[r]);
      t.shift[r] = (float) result.targetFactor;
    }
    t.factor[r] = (float) (result.softmaxFactor / t.sum[r]);
    if (hasOutputs) {
      outputs(t, r, row);
    }
    call.loss.zLossSum += result.zLoss;
    return result.loss;
  }

  private void outputs(Tile t, int r, int row) {
    RowOutputs.keepLoss(call, row, result);
    RowOutputs.keepLogSumExp(call, row, t.max[r], t.logSum[r]);
    RowOutputs.keepArgmax(call, row, leader[r], t.sum[r]);
    RowOutputs.keepEntropy(call, row, t.logSum[r] + t.gapOfTerms[r] / t.sum[r]);
  }

  private void gradient(Tile t, RowKernel kernel) {
    if (call.hasLabels()) {
      boolean smooths = call.loss.options.smoothing() != 0;
      kernel.scaleMinusLabels(smooths ? weights() : null, weightsAt());
    } else {
      for (int r = 0; r < t.count; r++) {
        kernel.scaleMinusTarget(r, targetsOf(t.first + r), 0, 1, t.shift[r]);
      }
      kernel.store();
    }
    for (int r = 0; r < t.count; r++) {
      int row = t.first + r;
      if (weightOfRow[r] == 0) {
        call.out.clearRow(row, call.classes);
      } else if (call.part.isGiven()) {
        subtractAtLabel(r, row);
      }
    }
  }

  /** Of one part alone, the others do not add up to what the label lacks. */
  private void subtractAtLabel(int r, int row) {
    if (call.hasLabelHere(row)) {
      int c = call.label(row) - call.part.firstClass;
      call.out.array[call.out.row(row) + c * call.out.inner] -= targetOfRow[r];
    }
  }
}
