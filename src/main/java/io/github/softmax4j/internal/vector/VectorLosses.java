package io.github.softmax4j.internal.vector;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.LossRow;
import io.github.softmax4j.internal.Matrix;
import io.github.softmax4j.internal.RowOutputs;
import io.github.softmax4j.internal.RowWeights;
import io.github.softmax4j.internal.vector.lanewise.LanewiseOutputs;
import io.github.softmax4j.internal.vector.math.Width;
import io.github.softmax4j.internal.vector.rows.RowKernel;
import io.github.softmax4j.internal.vector.rows.Rows;
import io.github.softmax4j.internal.vector.tile.Tile;
import java.util.Arrays;

/** The steps of losses with options. Work on one value per row is scalar. */
public final class VectorLosses {

  /**
   * The least target that smoothing gives to a class, as a float: its product with a weight above
   * {@code 2^-50} is not 0, so that a logit of -infinity counts.
   */
  private static final float LEAST_SHARE = 0x1p-100f;

  private final Call call;

  /** The loss of the current row, and the factors of its gradient. */
  private final LossRow result;

  /** The smoothed and weighted targets of one row. */
  private float[] smoothed = {};

  /** The class weights of a loss without class weights: all are 1. */
  private float[] ones = {};

  /** The weights of the tile's rows, 0 for ignored rows. */
  private final float[] weightOfRow = new float[Tile.MAX_ROWS];

  /** The labels of the tile's rows, counted from the first class of all parts. */
  private final int[] labelOfRow = new int[Tile.MAX_ROWS];

  /** The {@link LossRow#targetFactor} of each row, which is subtracted at the label. */
  private final float[] targetOfRow = new float[Tile.MAX_ROWS];

  /** The argmax of each row, or -1 for ignored rows. */
  private final int[] argmaxOfRow = new int[Tile.MAX_ROWS];

  /** Whether all rows have weight 1. */
  private boolean allWeightsAreOne;

  /** Whether the loss writes values for each row, apart from gradients. */
  private boolean hasOutputs;

  /** Whether the loss is plain but for its outputs, which must not change its bits. */
  private boolean isPlain;

  /** The exponent offset of the entropy, which does not depend on the scale of gradients. */
  private int entropyOffset;

  private final float[] lanes = new float[Width.LANES];

  /** Makes the losses of one call. */
  public VectorLosses(Call call) {
    this.call = call;
    result = new LossRow(call);
  }

  /** Returns the sum of the losses. The z-losses are summed separately, in the request. */
  public double sum(Rows rows, boolean withGradient) {
    result.begin();
    hasOutputs = call.perRow.isGiven() || call.loss.hasOutputs();
    allWeightsAreOne = !call.loss.options.ignores() && !call.loss.rowWeights.isGiven();
    isPlain =
        allWeightsAreOne
            && call.loss.options.arePlain()
            && !call.loss.upstream.isGiven()
            && !call.part.isGiven();
    entropyOffset = Rows.exponentOffset(call.classes, 1);
    if (allWeightsAreOne) {
      Arrays.fill(weightOfRow, 1);
    }
    Tile t = rows.tile;
    if (t.count > 0) {
      makeRoom(call.classes);
    }
    double total = 0;
    while (t.count > 0) {
      if (allIgnored(t)) {
        ignored(t, withGradient);
        rows.skip();
      } else {
        total += isPlain ? plainLosses(rows, withGradient) : losses(rows, withGradient);
        rows.advance();
      }
    }
    return total;
  }

  /** Stores the weights of the rows, and returns whether all are 0. */
  private boolean allIgnored(Tile t) {
    if (allWeightsAreOne) {
      return false;
    }
    boolean all = true;
    for (int r = 0; r < t.count; r++) {
      weightOfRow[r] = RowWeights.of(call, t.first + r);
      all &= weightOfRow[r] == 0;
    }
    return all;
  }

  /** Writes the outputs of ignored rows, whose logits are not read. */
  private void ignored(Tile t, boolean withGradient) {
    for (int r = 0; r < t.count; r++) {
      RowOutputs.keepIgnored(call, t.first + r);
      if (withGradient) {
        call.out.clearRow(t.first + r, call.classes);
      }
    }
  }

  /** The steps of the plain loss, and the outputs. */
  private double plainLosses(Rows rows, boolean withGradient) {
    Tile t = rows.tile;
    rows.labelsOrTargets();
    outputsBeforeTerms(t, rows.kernel);
    rows.kernel.terms(withGradient);
    rows.logarithms();
    double total = rows.losses();
    for (int r = 0; r < t.count; r++) {
      RowOutputs.keepZLoss(call, t.first + r, 0);
      outputs(t, r, t.first + r);
    }
    if (withGradient) {
      rows.gradient();
    }
    return total;
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

  /** Makes room for targets and weights of all classes, if the loss needs them. */
  private void makeRoom(int classes) {
    boolean hasTargets = !call.hasLabels();
    if (hasTargets && smoothed.length < classes) {
      smoothed = new float[classes];
    }
    boolean usesWeights = hasTargets || call.loss.options.smoothing() != 0;
    if (usesWeights && call.loss.options.classWeights() == null && ones.length < classes) {
      ones = new float[classes];
      Arrays.fill(ones, 1);
    }
  }

  /** Computes what depends on the logits, which the terms may overwrite. */
  private void beforeTerms(Tile t, RowKernel kernel) {
    if (call.hasLabels()) {
      labels(t, kernel);
      if (call.loss.options.smoothing() != 0) {
        gaps(t, kernel);
      }
    } else {
      for (int r = 0; r < t.count; r++) {
        kernel.target(t, r, targetsOf(t.first + r), 0, 1);
      }
    }
    outputsBeforeTerms(t, kernel);
  }

  private void outputsBeforeTerms(Tile t, RowKernel kernel) {
    boolean wantsEntropy = call.loss.entropy.isGiven();
    if (!wantsEntropy && !call.loss.wantsArgmax()) {
      return;
    }
    boolean hasVectors = kernel.hasVectors();
    for (int r = 0; r < t.count; r++) {
      int row = t.first + r;
      if (weightOfRow[r] == 0) {
        argmaxOfRow[r] = -1;
        continue;
      }
      float max = kernel.knowsMaxima() ? t.max[r] : max(row, hasVectors);
      argmaxOfRow[r] = call.loss.wantsArgmax() ? argmax(row, max, hasVectors) : -1;
      if (wantsEntropy) {
        t.gapOfTerms[r] = gapOfTerms(row, Rows.reference(max), hasVectors);
      }
    }
  }

  private int argmax(int row, float max, boolean hasVectors) {
    return hasVectors
        ? ExtraOutputs.argmax(call, row, max)
        : LanewiseOutputs.argmax(call, row, max, 0);
  }

  private float max(int row, boolean hasVectors) {
    return hasVectors ? ExtraOutputs.max(call, row) : LanewiseOutputs.max(call, row);
  }

  private double gapOfTerms(int row, float reference, boolean hasVectors) {
    return hasVectors
        ? ExtraOutputs.gapOfTerms(call, row, reference, entropyOffset, lanes)
        : LanewiseOutputs.gapOfTerms(call, row, reference, entropyOffset, lanes);
  }

  /**
   * Prepares the sum of weighted gaps. The exponential pass adds it up, unless a weight is 0: 0
   * times an infinite gap is NaN.
   */
  private void gaps(Tile t, RowKernel kernel) {
    if (call.loss.options.hasZero()) {
      for (int r = 0; r < t.count; r++) {
        kernel.target(t, r, weights(), weightsAt(), 1);
      }
    } else {
      t.weights = weights();
      t.weightsAt = weightsAt();
    }
  }

  private void labels(Tile t, RowKernel kernel) {
    int firstClass = call.part.firstClass;
    call.copyLabels(t.first, t.count, labelOfRow);
    for (int r = 0; r < t.count; r++) {
      boolean here = weightOfRow[r] != 0 && call.isHere(labelOfRow[r]);
      t.label[r] = here ? labelOfRow[r] - firstClass : 0;
    }
    kernel.logitsAtLabels();
  }

  private float[] weights() {
    float[] weights = call.loss.options.classWeights();
    return weights == null ? ones : weights;
  }

  /** Returns the index of this part's first class weight. */
  private int weightsAt() {
    return call.loss.options.classWeights() == null ? 0 : call.part.firstClass;
  }

  /** Returns the smoothed and weighted targets of a row. */
  private float[] targetsOf(int row) {
    Matrix targets = call.targets;
    int from = targets.row(row);
    float[] classWeights = weights();
    int first = weightsAt();
    float targetShare = (float) (1 - call.loss.options.smoothing());
    float smoothingShare =
        result.smoothingPerClass == 0 ? 0 : Math.max((float) result.smoothingPerClass, LEAST_SHARE);
    for (int c = 0; c < call.classes; c++) {
      smoothed[c] =
          classWeights[first + c]
              * Math.fma(targetShare, targets.array[from + c * targets.inner], smoothingShare);
    }
    return smoothed;
  }

  /** Returns the sum of the losses, and stores the factors of the gradients. */
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
      RowOutputs.keepLoss(call, row, result);
      outputs(t, r, row);
    }
    call.loss.zLossSum += result.zLoss;
    return result.loss;
  }

  private void outputs(Tile t, int r, int row) {
    RowOutputs.keepLogSumExp(call, row, t.max[r], t.logSum[r]);
    RowOutputs.keepArgmax(call, row, argmaxOfRow[r], t.sum[r]);
    double meanGap = Math.scalb(t.gapOfTerms[r] / t.sum[r], entropyOffset - t.exponentOffset);
    RowOutputs.keepEntropy(call, row, t.logSum[r] + meanGap);
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

  /** Corrects the label's gradient. The other gradients of one part do not add up to its value. */
  private void subtractAtLabel(int r, int row) {
    if (call.hasLabelHere(row)) {
      int c = call.label(row) - call.part.firstClass;
      call.out.array[call.out.row(row) + c * call.out.inner] -= targetOfRow[r];
    }
  }
}
