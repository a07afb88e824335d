package io.github.softmax4j.kernel;

/**
 * One row's loss with {@link LossOptions}, and what its gradient is made of, from what a kernel has
 * found out about the row. With {@code u} the class weights and {@code p} the softmax, the gradient
 * is {@code softmax * p - uniform * u - wanted * onehot(label)} or, if there are targets, {@code
 * softmax * p - wanted * u * ((1 - smoothing) * target + smoothing / classes)}.
 */
final class LossRow {

  private final Call call;

  private LossOptions options;

  /** The sum of the weights of the classes of this call. */
  private double weightOfPart;

  /** The sum of the weights of all classes. */
  private double weightOfAll;

  /** What smoothing gives to each class. */
  double even;

  /** Without the z-loss. */
  double loss;

  double zLoss;

  double softmax;
  double uniform;
  double wanted;

  /** {@code softmax - uniform * u - wanted} at the label, without the digits lost where p is 1. */
  double beyondLabel;

  /** With targets, {@code softmax} is {@code wanted * mass + beyond}. */
  double mass;

  double beyond;

  LossRow(Call call) {
    this.call = call;
  }

  /** Sums up, before the rows, what is the same for all of them. */
  void begin() {
    options = call.loss.options;
    int first = call.part.firstClass;
    weightOfAll = options.weight(0, call.allClasses());
    weightOfPart = options.weight(first, first + call.classes);
    even = options.smoothing() / call.allClasses();
    call.loss.clearResults();
  }

  /**
   * A row with a label.
   *
   * @param distance how far below the maximum the label's logit is, if it is in this part
   * @param allDistances the sum of the weighted distances of all logits of this part
   */
  void ofLabel(int r, double max, double logSum, double distance, double allDistances) {
    double rowWeight = call.loss.rowWeight(r);
    double weight = options.weight(call.label(r));
    double certain = (1 - options.smoothing()) * weight;
    double surprise = distance + logSum;
    boolean isCertain = certain != 0 && call.hasLabelHere(r);
    loss = isCertain ? certain * focus(surprise) * surprise : 0 * logSum;
    if (even != 0) {
      loss += even * (allDistances + weightOfPart * logSum);
    }
    loss *= rowWeight;
    beyond = zLossAndItsSlope(r, rowWeight, max + logSum);
    double upstream = call.scale * call.loss.upstream(r) * rowWeight;
    wanted = upstream * certain * slope(surprise);
    uniform = even == 0 ? 0 : upstream * even; // also if upstream is infinite
    softmax = wanted + uniform * weightOfAll + beyond;
    beyondLabel = uniform * (weightOfAll - weight) + beyond;
  }

  /**
   * A row with targets.
   *
   * @param distances the sum of the weighted and smoothed targets times how far below the maximum
   *     their logits are
   * @param mass the sum of these targets
   */
  void ofTargets(int r, double max, double logSum, double distances, double mass) {
    double rowWeight = call.loss.rowWeight(r);
    loss = rowWeight * (distances + mass * logSum);
    beyond = zLossAndItsSlope(r, rowWeight, max + logSum);
    wanted = call.scale * call.loss.upstream(r) * rowWeight;
    softmax = wanted * mass + beyond;
    this.mass = mass;
  }

  private double zLossAndItsSlope(int r, double rowWeight, double logSumExp) {
    double factor = options.zLoss() * rowWeight;
    if (factor == 0) {
      zLoss = 0;
      return 0;
    }
    zLoss = call.part.firstClass == 0 ? factor * logSumExp * logSumExp : 0; // once, of all parts
    return call.loss.zScale * call.loss.upstream(r) * 2 * factor * logSumExp;
  }

  /** {@code (1 - p)^gamma}. */
  private double focus(double surprise) {
    return options.focalGamma() == 0 ? 1 : Math.pow(-Math.expm1(-surprise), options.focalGamma());
  }

  /**
   * What {@code p - onehot(label)} is multiplied by: the focal loss {@code (1 - p)^g s}, where
   * {@code s = -ln(p)}, has the slope {@code (1 - p)^g + g (1 - p)^(g - 1) p s}.
   */
  private double slope(double surprise) {
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
