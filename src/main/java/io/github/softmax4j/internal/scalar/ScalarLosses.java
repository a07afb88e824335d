package io.github.softmax4j.internal.scalar;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.LossOptions;
import io.github.softmax4j.internal.LossRequest;
import io.github.softmax4j.internal.LossRow;
import io.github.softmax4j.internal.RowOutputs;
import io.github.softmax4j.internal.RowWeights;

/**
 * The losses of the scalar path, row by row, with or without {@link LossOptions}. They are the
 * specification of the vector losses.
 *
 * <p>The exponentials of a gradient may overwrite the logits, so the values that need the logits
 * are computed before.
 */
public final class ScalarLosses {

  private final Call call;

  private final LossRow row;

  /** Creates the losses of a call. */
  public ScalarLosses(Call call) {
    this.call = call;
    row = new LossRow(call);
  }

  /** Returns the sum of the losses without the z-losses, whose sum the request receives. */
  public double sum(boolean withGradient) {
    row.begin();
    double total = 0;
    for (int r = 0; r < call.rows; r++) {
      float rowWeight = RowWeights.of(call, r);
      if (rowWeight != 0) {
        total += loss(r, rowWeight, withGradient);
      } else {
        RowOutputs.keepIgnored(call, r);
        if (withGradient) {
          call.out.clearRow(r, call.classes);
        }
      }
    }
    return total;
  }

  private double loss(int r, double rowWeight, boolean withGradient) {
    LossRequest request = call.loss;
    float max = ScalarTerms.max(call, r); // of a wide row 0
    int argmax = request.wantsArgmax() ? argmax(r, max) : -1;
    double termGaps = request.entropy.isGiven() ? termGapSum(r, max) : 0;
    boolean hasLabels = call.hasLabels();
    boolean needsOnlyLabel = hasLabels && request.options.smoothing() == 0;
    double labelGap = hasLabels ? labelGap(r, max) : 0;
    double weightedGaps = needsOnlyLabel ? 0 : row.targetGaps(r, max);
    double sum = ScalarTerms.sum(call, r, max, withGradient);
    double logSum = Math.log(sum);
    boolean isWide = call.wide.has(r);
    double rowMax = isWide ? call.wide.max(r) : max;
    weightedGaps = isWide ? call.wide.weightedGaps(r) : weightedGaps;
    if (hasLabels) {
      boolean isInPart = call.hasLabelHere(r);
      double gap = isWide ? call.wide.labelGap(r) : labelGap;
      row.ofLabel(r, rowWeight, call.label(r), isInPart, rowMax, logSum, gap, weightedGaps);
    } else {
      row.ofTargets(r, rowWeight, rowMax, logSum, weightedGaps, row.targetSum(r));
    }
    RowOutputs.keepLogSumExp(call, r, rowMax, logSum);
    RowOutputs.keepArgmax(call, r, argmax, sum);
    RowOutputs.keepEntropy(call, r, logSum + termGaps / sum);
    if (withGradient) {
      gradient(r, sum);
    }
    RowOutputs.keepLoss(call, r, row);
    request.zLossSum += row.zLoss;
    return row.loss;
  }

  /** The first class whose logit is the maximum, or -1 if there is none. */
  private int argmax(int r, float max) {
    int from = call.logits.row(r);
    for (int c = 0; c < call.classes; c++) {
      if (call.logits.array[from + c * call.logits.inner] == max) {
        return c;
      }
    }
    return -1;
  }

  /** {@code sum(exp(x - max) * (max - x))}, in which a logit of -infinity adds 0. */
  private double termGapSum(int r, double max) {
    int from = call.logits.row(r);
    double total = 0;
    for (int c = 0; c < call.classes; c++) {
      double gap = max - call.logits.array[from + c * call.logits.inner];
      double exp = Math.exp(-gap);
      total += exp == 0 ? 0 : exp * gap;
    }
    return total;
  }

  /** The gap of the label; 0 if the label is in another part. */
  private double labelGap(int r, double max) {
    if (!call.hasLabelHere(r)) {
      return 0;
    }
    int c = call.label(r) - call.part.firstClass;
    return max - call.logits.array[call.logits.row(r) + c * call.logits.inner];
  }

  private void gradient(int r, double sum) {
    if (call.hasLabels()) {
      labelGradient(r, sum);
    } else {
      targetGradient(r, sum);
    }
  }

  private void labelGradient(int r, double sum) {
    float[] y = call.out.array;
    int to = call.out.row(r);
    int label = call.label(r) - call.part.firstClass;
    double otherTerms = 0;
    for (int c = 0; c < call.classes; c++) {
      if (c != label) {
        int at = to + c * call.out.inner;
        otherTerms += y[at];
        y[at] = row.gradient(r, c, y[at], sum, false);
      }
    }
    if (call.hasLabelHere(r)) {
      int at = to + label * call.out.inner;
      // softmax - 1 at the label, without cancellation if the softmax is near 1
      double sumOfOthers = call.part.isGiven() ? sum - y[at] : otherTerms;
      y[at] = row.gradientAtLabel(r, label, sumOfOthers, sum);
    }
    call.softCap.setDone(r);
  }

  private void targetGradient(int r, double sum) {
    float[] y = call.out.array;
    int to = call.out.row(r);
    for (int c = 0; c < call.classes; c++) {
      int at = to + c * call.out.inner;
      y[at] = row.gradient(r, c, y[at], sum, false);
    }
    call.softCap.setDone(r);
  }
}
