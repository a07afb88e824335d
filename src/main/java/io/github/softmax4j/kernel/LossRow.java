package io.github.softmax4j.kernel;

/**
 * One row's loss with {@link LossOptions}, and what its gradient is made of, from what a kernel has
 * found out about the row. With {@code u} the class weights and {@code p} the softmax, the gradient
 * is {@code softmax * p - uniform * u - wanted * onehot(label)} or, if there are targets, {@code
 * softmax * p - wanted * u * ((1 - smoothing) * target + smoothing / classes)}.
 */
final class LossRow {

  /** Without the z-loss. */
  double loss;

  double zLoss;

  double softmax;
  double uniform;
  double wanted;

  /** {@code softmax - uniform * u - wanted} at the label, without the digits lost where p is 1. */
  double beyondLabel;

  /**
   * A row with a label.
   *
   * @param label the label, counted from the first class of all parts
   * @param here whether its logit is in this part
   * @param distance how far below the maximum that logit is
   * @param allDistances the sum of the weighted distances of all logits of this part
   */
  void ofLabel(
      Call call,
      int r,
      double rowWeight,
      int label,
      boolean here,
      double max,
      double logSum,
      double distance,
      double allDistances) {
    LossOptions options = call.options;
    double certain = (1 - options.smoothing()) * options.weight(label);
    double even = call.even;
    double surprise = distance + logSum;
    loss = certain == 0 || !here ? 0 * logSum : certain * focus(options, surprise) * surprise;
    if (even != 0) {
      loss += even * (allDistances + call.weightOfPart * logSum);
    }
    loss *= rowWeight;
    double beyond = zLossAndItsSlope(call, r, rowWeight, max + logSum);
    double upstream = call.scale * call.upstream(r) * rowWeight;
    wanted = upstream * certain * slope(options, surprise);
    uniform = upstream * even;
    softmax = wanted + uniform * call.weightOfAll + beyond;
    beyondLabel = uniform * (call.weightOfAll - options.weight(label)) + beyond;
  }

  /**
   * A row with targets.
   *
   * @param distances the sum of the weighted and smoothed targets times how far below the maximum
   *     their logits are
   * @param mass the sum of these targets
   */
  void ofTargets(
      Call call,
      int r,
      double rowWeight,
      double max,
      double logSum,
      double distances,
      double mass) {
    loss = rowWeight * (distances + mass * logSum);
    double beyond = zLossAndItsSlope(call, r, rowWeight, max + logSum);
    wanted = call.scale * call.upstream(r) * rowWeight;
    softmax = wanted * mass + beyond;
  }

  private double zLossAndItsSlope(Call call, int r, double rowWeight, double logSumExp) {
    double factor = call.options.zLoss() * rowWeight;
    if (factor == 0) {
      zLoss = 0;
      return 0;
    }
    zLoss = call.firstClass == 0 ? factor * logSumExp * logSumExp : 0; // once, of all parts
    return call.zScale * call.upstream(r) * 2 * factor * logSumExp;
  }

  /** {@code (1 - p)^gamma}. */
  private static double focus(LossOptions options, double surprise) {
    return options.focalGamma() == 0 ? 1 : Math.pow(-Math.expm1(-surprise), options.focalGamma());
  }

  /**
   * What {@code p - onehot(label)} is multiplied by: the focal loss {@code (1 - p)^g s}, where
   * {@code s = -ln(p)}, has the slope {@code (1 - p)^g + g (1 - p)^(g - 1) p s}.
   */
  private static double slope(LossOptions options, double surprise) {
    double gamma = options.focalGamma();
    if (gamma == 0) {
      return 1;
    }
    double others = -Math.expm1(-surprise);
    if (others == 0) {
      return 0;
    }
    double p = Math.exp(-surprise);
    double second = p == 0 ? 0 : gamma * Math.pow(others, gamma - 1) * p * surprise;
    return Math.pow(others, gamma) + second;
  }
}
