package io.github.softmax4j.internal;

/**
 * The loss of one row with {@link LossOptions}, and the factors of its gradient. Both paths use it.
 *
 * <p>The kernels compute the maximum, the logarithm of the sum and the gaps of a row. A gap is
 * {@code max - logit}.
 *
 * <p>Let {@code u} be the class weights and {@code p} the softmax. With a label, the gradient is
 * {@code softmaxFactor * p - weightFactor * u - targetFactor * onehot(label)}. With targets, it is
 * {@code softmaxFactor * p - targetFactor * u * ((1 - smoothing) * target + smoothing / classes)}.
 */
public final class LossRow {

  /**
   * The least target that smoothing gives to a class: its product with a weight is not 0, so that a
   * logit of -infinity counts.
   */
  private static final double LEAST_SHARE = 0x1p-900;

  private final Call call;

  private final LossRequest request;

  private LossOptions options;

  /** Copies of arguments that all rows share. */
  private double scale;

  private double zScale;

  private boolean hasUpstream;

  /** Sum of the class weights of this part. */
  private double weightSumOfPart;

  /** Sum of the class weights of all parts. */
  private double weightSumOfAll;

  /** Target that smoothing gives to each class: {@code smoothing / classes}. */
  public double smoothingPerClass;

  /** Loss of the row without its z-loss. */
  public double loss;

  /** The z-loss of the row. */
  public double zLoss;

  /** Factor of the softmax in the gradient. */
  public double softmaxFactor;

  /** Factor of the class weights in the gradient; set for rows with a label. */
  public double weightFactor;

  /** Factor of the targets or the one-hot label in the gradient. */
  public double targetFactor;

  /**
   * {@code softmaxFactor - weightFactor * u - targetFactor} at the label, computed without
   * cancellation.
   */
  public double labelBase;

  /**
   * Sum of the weighted and smoothed targets. With targets, {@code softmaxFactor} is {@code
   * targetFactor * targetSum + zLossSlope}.
   */
  public double targetSum;

  /** Gradient of the z-loss with respect to the log-sum-exp. */
  public double zLossSlope;

  /** Creates the losses of the rows of a call. */
  public LossRow(Call call) {
    this.call = call;
    request = call.loss;
  }

  /** Computes, before the first row, the values that all rows share. */
  public void begin() {
    options = request.options;
    scale = call.scale;
    zScale = request.zScale;
    hasUpstream = request.upstream.isGiven();
    int first = call.part.firstClass;
    weightSumOfAll = options.weight(0, call.allClasses());
    weightSumOfPart = options.weight(first, first + call.classes);
    double smoothing = options.smoothing();
    smoothingPerClass = smoothing == 0 ? 0 : Math.max(smoothing / call.allClasses(), LEAST_SHARE);
    request.clearResults();
  }

  /**
   * Computes loss and factors of a row with a label.
   *
   * @param isInPart whether the label is in this part of the classes
   * @param gap the gap of the label, if it is in this part
   * @param weightedGapSum the sum of the class weights times the gaps, over this part
   */
  public void ofLabel(
      int r,
      double rowWeight,
      int label,
      boolean isInPart,
      double max,
      double logSum,
      double gap,
      double weightedGapSum) {
    double weight = options.weight(label);
    double labelTarget = (1 - options.smoothing()) * weight;
    double negativeLogP = gap + logSum;
    boolean hasLabelTerm = labelTarget != 0 && isInPart;
    loss = hasLabelTerm ? labelTarget * focalFactor(negativeLogP) * negativeLogP : 0 * logSum;
    if (smoothingPerClass != 0) {
      loss += smoothingPerClass * (weightedGapSum + weightSumOfPart * logSum);
    }
    loss *= rowWeight;
    zLossSlope = computeZLoss(r, rowWeight, max + logSum);
    double upstream = scale * upstream(r) * rowWeight;
    targetFactor = upstream * labelTarget * focalSlope(negativeLogP);
    // Without smoothing the factor is 0 even if upstream is infinite.
    weightFactor = smoothingPerClass == 0 ? 0 : upstream * smoothingPerClass;
    softmaxFactor = targetFactor + weightFactor * weightSumOfAll + zLossSlope;
    labelBase = weightFactor * (weightSumOfAll - weight) + zLossSlope;
  }

  /**
   * Computes loss and factors of a row with targets.
   *
   * @param targetGapSum the sum of the weighted and smoothed targets times the gaps
   * @param targetSum the sum of the weighted and smoothed targets
   */
  public void ofTargets(
      int r, double rowWeight, double max, double logSum, double targetGapSum, double targetSum) {
    loss = rowWeight * (targetGapSum + targetSum * logSum);
    zLossSlope = computeZLoss(r, rowWeight, max + logSum);
    targetFactor = scale * upstream(r) * rowWeight;
    softmaxFactor = targetFactor * targetSum + zLossSlope;
    this.targetSum = targetSum;
  }

  private float upstream(int r) {
    return hasUpstream ? request.upstream(r) : 1;
  }

  /** Sets the z-loss and returns its gradient with respect to the log-sum-exp. */
  private double computeZLoss(int r, double rowWeight, double logSumExp) {
    double factor = options.zLoss() * rowWeight;
    if (factor == 0) {
      zLoss = 0;
      return 0;
    }
    // Only the first part has the z-loss, but each part has its gradient.
    zLoss = call.part.firstClass == 0 ? factor * logSumExp * logSumExp : 0;
    return zScale * upstream(r) * 2 * factor * logSumExp;
  }

  /** {@code (1 - p)^gamma}, where {@code p} is the probability of the label. */
  private double focalFactor(double negativeLogP) {
    return options.focalGamma() == 0
        ? 1
        : Math.pow(-Math.expm1(-negativeLogP), options.focalGamma());
  }

  /**
   * Factor of {@code p - onehot(label)} in the gradient of the focal loss {@code -(1 - p)^g ln(p)}:
   * {@code (1 - p)^g - g (1 - p)^(g - 1) p ln(p)}.
   */
  private double focalSlope(double negativeLogP) {
    double gamma = options.focalGamma();
    if (gamma == 0) {
      return 1;
    }
    double otherProbability = -Math.expm1(-negativeLogP);
    if (otherProbability == 0) {
      return 0;
    }
    double p = Math.exp(-negativeLogP);
    double second = p == 0 ? 0 : gamma * Math.pow(otherProbability, gamma - 1) * p * negativeLogP;
    return Math.pow(otherProbability, gamma) + second;
  }
}
