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

  /** The largest share of the z-loss in the gradients. */
  private static final double MOST_Z_LOSS = 0.875;

  private final Call call;

  private final LossRequest request;

  private LossOptions options;

  /** Copies of arguments that all rows share. */
  private double scale;

  private double zScale;

  private boolean hasUpstream;

  /** Whether factors are usual floats whatever the row: nothing but the scale is in them. */
  private boolean areAllUsual;

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

  /** The class weight of the label. */
  private double labelWeight;

  /** Minus the logarithm of the label's probability. */
  private double negativeLogP;

  /** No factor's magnitude is above this, except {@link #targetFactor} of targets. */
  private double magnitude;

  /**
   * Whether the gradient can be computed in float, from the factors. If not, {@link #gradient(int)}
   * does it in double.
   */
  public boolean isUsual;

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
    areAllUsual =
        !hasUpstream
            && !request.rowWeights.isGiven()
            && options.classWeights() == null
            && options.zLoss() == 0
            && options.focalGamma() == 0
            && FactorRange.holdsWell(scale);
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
    labelWeight = weight;
    double labelTarget = (1 - options.smoothing()) * weight;
    negativeLogP = gap + logSum;
    boolean hasLabelTerm = labelTarget != 0 && isInPart;
    loss = hasLabelTerm ? labelTarget * focalFactor() * negativeLogP : 0 * logSum;
    if (smoothingPerClass != 0) {
      loss += smoothingPerClass * (weightedGapSum + weightSumOfPart * logSum);
    }
    loss *= rowWeight;
    zLossSlope = computeZLoss(r, rowWeight, max + logSum);
    double upstream = scale * upstream(r) * rowWeight;
    targetFactor = upstream * labelTarget * focalSlope();
    // Without smoothing the factor is 0 even if upstream is infinite.
    weightFactor = smoothingPerClass == 0 ? 0 : upstream * smoothingPerClass;
    softmaxFactor = targetFactor + weightFactor * weightSumOfAll + zLossSlope;
    labelBase = weightFactor * (weightSumOfAll - weight) + zLossSlope;
    if (areAllUsual) {
      isUsual = true;
    } else {
      measureOfLabel();
    }
  }

  private void measureOfLabel() {
    magnitude = Math.abs(targetFactor) + Math.abs(weightFactor * weightSumOfAll);
    magnitude += Math.abs(zLossSlope);
    isUsual = FactorRange.holds(magnitude);
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
    magnitude = Math.abs(targetFactor * targetSum) + Math.abs(zLossSlope);
    isUsual = FactorRange.holds(magnitude) && FactorRange.holds(targetFactor);
    this.targetSum = targetSum;
  }

  /**
   * Whether the z-loss has nearly all of the gradient. Then {@link #labelBase} minus other
   * gradients cancels the digits of the label's.
   */
  public boolean isMostlyZLoss() {
    return zLossSlope != 0 && Math.abs(zLossSlope) > MOST_Z_LOSS * magnitude;
  }

  /** The gradient at the label, in double. */
  public double labelGradient() {
    return labelGradient(-Math.expm1(-negativeLogP));
  }

  /**
   * Replaces the softmax of a row by its gradient, times the slope of a soft cap. At the label
   * there is {@code softmax - 1} instead, unless there are parts.
   */
  public void gradient(int r) {
    float[] y = call.out.array;
    int at = call.out.row(r);
    int step = call.out.inner;
    if (!call.hasLabels()) {
      targetSum = targetSum(r);
    }
    for (int c = 0; c < call.classes; c++) {
      float p = y[at + c * step];
      boolean isLabel = call.hasLabels() && call.part.firstClass + c == call.label(r);
      if (isLabel && !call.part.isGiven()) {
        y[at + c * step] = gradientAtLabel(r, c, -p, 1);
      } else {
        y[at + c * step] = gradient(r, c, p, 1, isLabel);
      }
    }
    call.softCap.setDone(r);
  }

  /**
   * The gradient of one class, times the slope of a soft cap.
   *
   * @param term {@code exp(x - max)}
   * @param sum the sum of these
   * @param isLabel whether the class is the label, and there are parts
   */
  public float gradient(int r, int c, double term, double sum, boolean isLabel) {
    double value;
    if (call.hasLabels()) {
      value = softmaxFactor * term / sum - weightFactor * target(r, c);
      value -= isLabel ? targetFactor : 0;
    } else {
      double softmax = term / sum;
      value = targetFactor * (softmax * targetSum - target(r, c)) + zLossSlope * softmax;
    }
    return (float) (value * call.softCap.slope(call.logits, r, c));
  }

  /**
   * The gradient at the label {@code c}, times the slope of a soft cap: without cancellation if the
   * softmax is near 1.
   *
   * @param otherTerms the sum of the terms of all other classes
   */
  public float gradientAtLabel(int r, int c, double otherTerms, double sum) {
    boolean cancels = !call.part.isGiven() && (isMostlyZLoss() || !isUsual);
    double value =
        cancels ? labelGradient(otherTerms / sum) : labelBase - softmaxFactor * otherTerms / sum;
    return (float) (value * call.softCap.slope(call.logits, r, c));
  }

  /** The gradient at the label, whose parts do not cancel each other. */
  private double labelGradient(double otherProbability) {
    double ofSoftmax = targetFactor + weightFactor * weightSumOfAll;
    double p = Math.exp(-negativeLogP);
    if (p < 0.5) {
      return (ofSoftmax + zLossSlope) * p - weightFactor * labelWeight - targetFactor;
    }
    double ofWeights = weightFactor * (weightSumOfAll - labelWeight);
    return ofWeights - ofSoftmax * otherProbability + zLossSlope * p;
  }

  /** The sum of the weighted and smoothed targets, in double. */
  public double targetSum(int r) {
    double total = 0;
    for (int c = 0; c < call.classes; c++) {
      total += target(r, c);
    }
    return total;
  }

  /** The sum of the weighted and smoothed targets times the gaps, in double. */
  public double targetGaps(int r, double max) {
    Matrix x = call.logits;
    double total = 0;
    for (int c = 0; c < call.classes; c++) {
      double target = target(r, c);
      total += target == 0 ? 0 : target * (max - x.array[x.row(r) + c * x.inner]);
    }
    return total;
  }

  /** The class weight times the smoothed target or, with labels, the class weight alone. */
  public double target(int r, int c) {
    double weight = options.weight(call.part.firstClass + c);
    if (call.hasLabels()) {
      return weight;
    }
    double given = call.targets.array[call.targets.row(r) + c * call.targets.inner];
    return weight * ((1 - options.smoothing()) * given + smoothingPerClass);
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
  private double focalFactor() {
    return options.focalGamma() == 0
        ? 1
        : Math.pow(-Math.expm1(-negativeLogP), options.focalGamma());
  }

  /**
   * Factor of {@code p - onehot(label)} in the gradient of the focal loss {@code -(1 - p)^g ln(p)}:
   * {@code (1 - p)^g - g (1 - p)^(g - 1) p ln(p)}.
   */
  private double focalSlope() {
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
