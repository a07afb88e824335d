package io.github.softmax4j.internal.vector;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.FactorRange;
import io.github.softmax4j.internal.LossOptions;
import io.github.softmax4j.internal.LossRow;
import io.github.softmax4j.internal.Matrix;
import io.github.softmax4j.internal.RowOutputs;
import io.github.softmax4j.internal.RowWeights;
import io.github.softmax4j.internal.vector.lanewise.LanewiseOutputs;
import io.github.softmax4j.internal.vector.math.Width;
import io.github.softmax4j.internal.vector.rows.KernelCalls;
import io.github.softmax4j.internal.vector.rows.RowKernel;
import io.github.softmax4j.internal.vector.rows.RowSteps;
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

  /** Their small weights, see {@link LossOptions#smallWeights}. */
  private float[] smallOnes = {};

  /** The weights of the tile's rows, 0 for ignored rows. */
  private final float[] weightOfRow = new float[Tile.MAX_ROWS];

  /** The labels of the tile's rows, counted from the first class of all parts. */
  private final int[] labelOfRow = new int[Tile.MAX_ROWS];

  /** The {@link LossRow#targetFactor} of each row, which is subtracted at the label. */
  private final float[] targetOfRow = new float[Tile.MAX_ROWS];

  /** The argmax of each row, or -1 for ignored rows. */
  private final int[] argmaxOfRow = new int[Tile.MAX_ROWS];

  /** Whether the gradient of each row is computed in double. */
  private final boolean[] isUnusual = new boolean[Tile.MAX_ROWS];

  /** The gradient at the label of each row, if it is computed in double; NaN for other rows. */
  private final double[] labelGradient = new double[Tile.MAX_ROWS];

  /** Whether the tile has such a row. */
  private boolean hasLabelGradients;

  /** Whether the targets of each row, and their sums, are usual floats. */
  private final boolean[] areTargetsUsual = new boolean[Tile.MAX_ROWS];

  /** The sum of the weighted gaps of each row whose gaps may overflow as floats; NaN for others. */
  private final double[] wideGap = new double[Tile.MAX_ROWS];

  /** Whether the tile has such a row. */
  private boolean hasUnusual;

  /** Whether the call has labels, or a part of the classes. */
  private boolean hasLabels;

  private boolean isPart;

  /** Whether rows may be wide. */
  private boolean hasWideRows;

  /** Whether a row of the tile has a {@link #wideGap}. */
  private boolean hasWideGaps;

  /** The ratio of class weights and small weights, a power of 2. */
  private double weightRatio;

  /** The ratio of the sums of weighted gaps and {@link Tile#gap}. */
  private double gapRatio;

  /** Whether all rows have weight 1. */
  private boolean allWeightsAreOne;

  /** Whether the loss writes values for each row, apart from gradients. */
  private boolean hasOutputs;

  /** Whether the loss is plain but for its outputs and the gradient's factor. */
  private boolean isSumPlain;

  /** Whether the loss is plain but for its outputs, which must not change its bits. */
  private boolean isPlain;

  /** The exponent offset of the entropy, which does not depend on the scale of gradients. */
  private int entropyOffset;

  /** Whether the kernel is vector code. */
  private boolean hasVectors;

  private final float[] lanes = new float[Width.LANES];

  /** Makes the losses of one call. */
  public VectorLosses(Call call) {
    this.call = call;
    result = new LossRow(call);
  }

  /** Returns the sum of the losses. The z-losses are summed separately, in the request. */
  public double sum(Rows rows, boolean withGradient) {
    result.begin();
    hasVectors = rows.hasVectors;
    hasLabels = call.hasLabels();
    isPart = call.part.isGiven();
    hasWideRows = call.wide.isGiven();
    hasWideGaps = false;
    weightRatio = Math.scalb(1.0, call.loss.options.smallExponent());
    hasOutputs = call.perRow.isGiven() || call.loss.hasOutputs();
    allWeightsAreOne = RowWeights.areAllOne(call);
    isSumPlain =
        allWeightsAreOne
            && call.loss.options.arePlain()
            && !call.loss.upstream.isGiven()
            && !call.part.isGiven()
            && !hasWideRows;
    isPlain = isSumPlain && FactorRange.holds(call.scale);
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
    KernelCalls.terms(rows.kernel, withGradient, rows.hasVectors);
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
    KernelCalls.terms(rows.kernel, withGradient, rows.hasVectors);
    rows.takeKnownSums();
    rows.logarithms();
    double sum = losses(rows.tile);
    double total = isSumPlain ? rows.losses() : sum; // the same bits for every gradient
    if (withGradient) {
      gradient(rows.tile, rows.kernel);
    }
    return total;
  }

  /** Makes the arrays that the wanted values need: targets, or smoothing without class weights. */
  private void makeRoom(int classes) {
    if (!call.hasLabels() && ones.length < classes) {
      smoothed = new float[classes];
      ones = filled(classes, 1);
    }
    LossOptions options = call.loss.options;
    boolean needsSmallOnes = options.smoothing() != 0 && options.classWeights() == null;
    if (call.hasLabels() && needsSmallOnes && smallOnes.length < classes) {
      smallOnes = filled(classes, LossOptions.LARGEST_SMALL);
    }
  }

  private static float[] filled(int n, float value) {
    float[] filled = new float[n];
    Arrays.fill(filled, value);
    return filled;
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
        targets(t, kernel, r);
      }
    }
    outputsBeforeTerms(t, kernel);
  }

  private void outputsBeforeTerms(Tile t, RowKernel kernel) {
    boolean wantsEntropy = call.loss.entropy.isGiven();
    if (!wantsEntropy && !call.loss.wantsArgmax()) {
      return;
    }
    for (int r = 0; r < t.count; r++) {
      int row = t.first + r;
      if (weightOfRow[r] == 0) {
        argmaxOfRow[r] = -1;
        continue;
      }
      float max = kernel.knowsMaxima() ? t.max[r] : max(row);
      argmaxOfRow[r] = call.loss.wantsArgmax() ? argmax(row, max) : -1;
      if (wantsEntropy) {
        t.gapOfTerms[r] = gapOfTerms(row, Rows.reference(max));
      }
    }
  }

  private int argmax(int row, float max) {
    return hasVectors
        ? ExtraOutputs.argmax(call, row, max)
        : LanewiseOutputs.argmax(call, row, max, 0);
  }

  private float max(int row) {
    return hasVectors ? ExtraOutputs.max(call, row) : LanewiseOutputs.max(call, row);
  }

  private double gapOfTerms(int row, float reference) {
    return hasVectors
        ? ExtraOutputs.gapOfTerms(call, row, reference, entropyOffset, lanes)
        : LanewiseOutputs.gapOfTerms(call, row, reference, entropyOffset, lanes);
  }

  /**
   * Prepares the sum of weighted gaps. The exponential pass adds it up, unless a weight is 0: 0
   * times an infinite gap is NaN.
   */
  private void gaps(Tile t, RowKernel kernel) {
    LossOptions options = call.loss.options;
    if (options.skipsClasses()) {
      gapRatio = 1;
      for (int r = 0; r < t.count; r++) {
        KernelCalls.target(kernel, t, r, weights(), weightsAt(), hasVectors);
      }
      return;
    }
    gapRatio = weightRatio;
    hasWideGaps = false;
    for (int r = 0; r < t.count; r++) {
      if (RowSteps.hasWideGaps(t.reference[r]) && kernel.knowsMaxima()) {
        addWideGap(t, r);
      }
    }
    t.weights = smallWeights();
    t.weightsAt = weightsAt();
  }

  private void addWideGap(Tile t, int r) {
    if (!hasWideGaps) {
      hasWideGaps = true;
      Arrays.fill(wideGap, Double.NaN);
    }
    wideGap[r] = weightedGaps(t.first + r, t.reference[r]);
  }

  private double weightedGaps(int row, double max) {
    Matrix x = call.logits;
    float[] weights = smallWeights();
    int at = weightsAt();
    return weightRatio
        * RowSteps.weightedGaps(x.array, x.row(row), x.inner, weights, at, call.classes, max);
  }

  /** Returns the sum of a row's weighted gaps. */
  private double weightedGaps(Tile t, int r) {
    return hasWideGaps && wideGap[r] == wideGap[r] ? wideGap[r] : t.gap[r] * gapRatio;
  }

  /** Computes the sums of a row's targets: in double if they may overflow or be denormal. */
  private void targets(Tile t, RowKernel kernel, int r) {
    int row = t.first + r;
    KernelCalls.target(kernel, t, r, targetsOf(row), 0, hasVectors);
    boolean areFinite = Double.isFinite(t.gap[r]) && Double.isFinite(t.targetSum[r]);
    areTargetsUsual[r] = areFinite && !call.loss.options.hasTinyWeights();
    if (!areTargetsUsual[r]) {
      t.gap[r] = result.targetGaps(row, t.max[r]);
      t.targetSum[r] = result.targetSum(row);
    }
  }

  private void labels(Tile t, RowKernel kernel) {
    int firstClass = call.part.firstClass;
    call.copyLabels(t.first, t.count, labelOfRow);
    for (int r = 0; r < t.count; r++) {
      boolean here = weightOfRow[r] != 0 && call.isHere(labelOfRow[r]);
      t.label[r] = here ? labelOfRow[r] - firstClass : 0;
    }
    KernelCalls.logitsAtLabels(kernel, hasVectors);
  }

  private float[] weights() {
    float[] weights = call.loss.options.classWeights();
    return weights == null ? ones : weights;
  }

  private float[] smallWeights() {
    float[] weights = call.loss.options.smallWeights();
    return weights == null ? smallOnes : weights;
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
    hasUnusual = false;
    hasLabelGradients = false;
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
    compute(t, r, row);
    factors(t, r);
    if (hasOutputs) {
      RowOutputs.keepLoss(call, row, result);
      outputs(t, r, row);
    }
    call.loss.zLossSum += result.zLoss;
    return result.loss;
  }

  /** Computes {@link #result} of a row. */
  private void compute(Tile t, int r, int row) {
    boolean isWide = hasWideRows && call.wide.has(row);
    double max = isWide ? call.wide.max(row) : t.max[r];
    if (!hasLabels) {
      double gap = isWide ? call.wide.weightedGaps(row) : t.gap[r];
      result.ofTargets(row, weightOfRow[r], max, t.logSum[r], gap, t.targetSum[r]);
      return;
    }
    int label = labelOfRow[r];
    boolean here = call.isHere(label);
    double gap = here ? max - t.atLabel[r] : 0;
    double weightedGaps = result.smoothingPerClass == 0 ? 0 : weightedGaps(t, r);
    if (isWide) {
      gap = call.wide.labelGap(row);
      weightedGaps = call.wide.weightedGaps(row);
    }
    result.ofLabel(row, weightOfRow[r], label, here, max, t.logSum[r], gap, weightedGaps);
  }

  /** Stores the factors of a row's gradient or, if they are not usual, of its softmax. */
  private void factors(Tile t, int r) {
    if (!result.isUsual || !hasLabels && !areTargetsUsual[r]) {
      unusualFactors(t, r);
      return;
    }
    t.factor[r] = (float) (result.softmaxFactor / t.sum[r]);
    if (!hasLabels) {
      t.shift[r] = (float) result.targetFactor;
      return;
    }
    t.shift[r] = (float) (result.weightFactor * weightRatio);
    t.labelBase[r] = (float) result.labelBase;
    targetOfRow[r] = (float) result.targetFactor;
    t.label[r] = isLabelHere(r) ? t.label[r] : -1;
    if (result.zLossSlope != 0 && t.label[r] >= 0 && result.isMostlyZLoss()) {
      addLabelGradient(r);
    }
  }

  private void unusualFactors(Tile t, int r) {
    addUnusual(r);
    t.factor[r] = 1 / t.sum[r];
    t.shift[r] = 0;
    if (hasLabels) {
      t.labelBase[r] = 0;
      t.label[r] = isLabelHere(r) ? t.label[r] : -1;
    }
  }

  /** Whether the kernel writes the gradient at the label of a row. */
  private boolean isLabelHere(int r) {
    return !isPart && call.isHere(labelOfRow[r]);
  }

  private void addUnusual(int r) {
    if (!hasUnusual) {
      hasUnusual = true;
      Arrays.fill(isUnusual, false);
    }
    isUnusual[r] = true;
  }

  private void addLabelGradient(int r) {
    if (!hasLabelGradients) {
      hasLabelGradients = true;
      Arrays.fill(labelGradient, Double.NaN);
    }
    labelGradient[r] = result.labelGradient();
  }

  private void outputs(Tile t, int r, int row) {
    double max = hasWideRows && call.wide.has(row) ? call.wide.max(row) : t.max[r];
    RowOutputs.keepLogSumExp(call, row, max, t.logSum[r]);
    RowOutputs.keepArgmax(call, row, argmaxOfRow[r], t.sum[r]);
    double meanGap = Math.scalb(t.gapOfTerms[r] / t.sum[r], entropyOffset - t.exponentOffset);
    RowOutputs.keepEntropy(call, row, t.logSum[r] + meanGap);
  }

  private void gradient(Tile t, RowKernel kernel) {
    if (call.hasLabels()) {
      boolean smooths = call.loss.options.smoothing() != 0;
      KernelCalls.scaleMinusLabels(
          kernel, smooths ? smallWeights() : null, weightsAt(), hasVectors);
    } else {
      for (int r = 0; r < t.count; r++) {
        float[] targets = hasUnusual && isUnusual[r] ? ones : targetsOf(t.first + r);
        KernelCalls.scaleMinusTarget(kernel, r, targets, 0, 1, t.shift[r], hasVectors);
      }
      KernelCalls.store(kernel, hasVectors);
    }
    for (int r = 0; r < t.count; r++) {
      int row = t.first + r;
      if (weightOfRow[r] == 0) {
        call.out.clearRow(row, call.classes);
      } else if (call.part.isGiven() && !(hasUnusual && isUnusual[r])) {
        subtractAtLabel(r, row);
      }
    }
    if (hasUnusual) {
      unusualGradients(t);
    }
    if (hasLabelGradients) {
      storeLabelGradients(t);
    }
  }

  private void storeLabelGradients(Tile t) {
    for (int r = 0; r < t.count; r++) {
      if (labelGradient[r] == labelGradient[r]) {
        int at = call.out.row(t.first + r) + t.label[r] * call.out.inner;
        call.out.array[at] = (float) labelGradient[r];
      }
    }
  }

  /** Replaces the softmax of unusual rows by their gradients. */
  private void unusualGradients(Tile t) {
    for (int r = 0; r < t.count; r++) {
      if (isUnusual[r]) {
        compute(t, r, t.first + r);
        result.gradient(t.first + r);
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
