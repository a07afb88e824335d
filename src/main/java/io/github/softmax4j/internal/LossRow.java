package io.github.softmax4j.internal;

/**
 * One row's loss with {@link LossOptions}, and the factors of its gradient.
 *
 * <p>Let {@code u} be the class weights and {@code p} the softmax. With a label, the gradient is
 * {@code softmaxFactor * p - weightFactor * u - targetFactor * onehot(label)}. With targets, it is
 * {@code softmaxFactor * p - targetFactor * u * ((1 - smoothing) * target + smoothing / classes)}.
 */
public final class LossRow {

  private final Call call;

  private final LossRequest request;

  private LossOptions options;

  /** What is the same for all rows: factors of the gradients, and whether rows have their own. */
  private double scale;

  private double zScale;
  private boolean hasUpstream;

  /** The sum of the weights of the classes of this call. */
  private double weightOfPart;

  /** The sum of the weights of all classes. */
  private double weightOfAll;

  /** What smoothing gives to each class. */
  public double even;

  /** Without the z-loss. */
  public double loss;

  public double zLoss;

  public double softmaxFactor;
  public double weightFactor;
  public double targetFactor;

  /**
   * {@code softmaxFactor - weightFactor * u - targetFactor} at the label. The difference would lose
   * digits where p is 1.
   */
  public double labelBase;

  /** With targets, {@code softmaxFactor} is {@code targetFactor * targetSum + beyond}. */
  public double targetSum;

  public double beyond;

  public LossRow(Call call) {
    this.call = call;
    request = call.loss;
  }

  /** Sums up, before the rows, what is the same for all of them. */
  public void begin() {
    options = request.options;
    scale = call.scale;
    zScale = request.zScale;
    hasUpstream = request.upstream.isGiven();
    int first = call.part.firstClass;
    weightOfAll = options.weight(0, call.allClasses());
    weightOfPart = options.weight(first, first + call.classes);
    even = options.smoothing() / call.allClasses();
    request.clearResults();
  }

  /**
   * A row with a label.
   *
   * @param here whether the label is one of the classes of this part
   * @param gap how far the label's logit is below the maximum, if it is in this part
   * @param weightedGaps the sum of the weighted gaps of all logits of this part
   */
  public void ofLabel(
      int r,
      double rowWeight,
      int label,
      boolean here,
      double max,
      double logSum,
      double gap,
      double weightedGaps) {
    double weight = options.weight(label);
    double certain = (1 - options.smoothing()) * weight;
    double surprisal = gap + logSum;
    boolean isCertain = certain != 0 && here;
    loss = isCertain ? certain * focus(surprisal) * surprisal : 0 * logSum;
    if (even != 0) {
      loss += even * (weightedGaps + weightOfPart * logSum);
    }
    loss *= rowWeight;
    beyond = zLossAndItsSlope(r, rowWeight, max + logSum);
    double upstream = scale * upstream(r) * rowWeight;
    targetFactor = upstream * certain * slope(surprisal);
    weightFactor = even == 0 ? 0 : upstream * even; // also if upstream is infinite
    softmaxFactor = targetFactor + weightFactor * weightOfAll + beyond;
    labelBase = weightFactor * (weightOfAll - weight) + beyond;
  }

  /**
   * A row with targets.
   *
   * @param targetGaps the sum of the weighted and smoothed targets times how far below the maximum
   *     their logits are
   * @param targetSum the sum of these targets
   */
  public void ofTargets(
      int r, double rowWeight, double max, double logSum, double targetGaps, double targetSum) {
    loss = rowWeight * (targetGaps + targetSum * logSum);
    beyond = zLossAndItsSlope(r, rowWeight, max + logSum);
    targetFactor = scale * upstream(r) * rowWeight;
    softmaxFactor = targetFactor * targetSum + beyond;
    this.targetSum = targetSum;
  }

  private float upstream(int r) {
    return hasUpstream ? request.upstream(r) : 1;
  }

  private double zLossAndItsSlope(int r, double rowWeight, double logSumExp) {
    double factor = options.zLoss() * rowWeight;
    if (factor == 0) {
      zLoss = 0;
      return 0;
    }
    zLoss = call.part.firstClass == 0 ? factor * logSumExp * logSumExp : 0; // once, of all parts
    return zScale * upstream(r) * 2 * factor * logSumExp;
  }

  /** {@code (1 - p)^gamma}. */
  private double focus(double surprisal) {
    return options.focalGamma() == 0 ? 1 : Math.pow(-Math.expm1(-surprisal), options.focalGamma());
  }

  /**
   * What {@code p - onehot(label)} is multiplied by: the focal loss {@code (1 - p)^g s}, where
   * {@code s = -ln(p)}, has the slope {@code (1 - p)^g + g (1 - p)^(g - 1) p s}.
   */
  private double slope(double surprisal) {
    double gamma = options.focalGamma();
    if (gamma == 0) {
      return 1;
    }
    double others = -Math.expm1(-surprisal);
    if (others == 0) {
      return 0;
    }
    double p = Math.exp(-surprisal);
    double second = p == 0 ? 0 : gamma * Math.pow(others, gamma - 1) * p * surprisal;
    return Math.pow(others, gamma) + second;
  }
}
