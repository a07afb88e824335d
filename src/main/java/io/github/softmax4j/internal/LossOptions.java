package io.github.softmax4j.internal;

/**
 * The options of a cross-entropy loss. The kernels read them; no option has a kernel of its own.
 *
 * @param classWeights the weight of each class, or {@code null} if each has weight 1
 * @param ignores whether {@code ignoreIndex} is set
 * @param ignoreIndex the label that marks a row to ignore
 * @param smoothing the part of each target that is spread evenly over the classes
 * @param zLoss the factor of the squared log-sum-exp
 * @param focalGamma the exponent of the focal factor {@code (1 - p)^gamma}, where {@code p} is the
 *     probability of the label
 * @param leavesOutNan whether a class whose target is NaN is left out of its row
 * @param isDivergence whether the entropy of targets is subtracted
 * @param sumOfWeights the sum of the class weights, or NaN without class weights
 * @param smallWeights the class weights times {@code 2^-smallExponent}, at most {@link
 *     #LARGEST_SMALL}, or {@code null}
 * @param smallExponent the exponent of these
 * @param skipsClasses whether a small weight is 0 or not a normal number
 */
public record LossOptions(
    float[] classWeights,
    boolean ignores,
    long ignoreIndex,
    double smoothing,
    double zLoss,
    double focalGamma,
    boolean leavesOutNan,
    boolean isDivergence,
    double sumOfWeights,
    float[] smallWeights,
    int smallExponent,
    boolean skipsClasses) {

  /** The bits by which small weights are below 1: so many floats may add up. */
  private static final int SMALL_BITS = 31;

  /** Weighted by this, so many gaps as a row has classes add up to a finite float. */
  public static final float LARGEST_SMALL = 0x1p-31f;

  /** The plain cross-entropy, without options. */
  public static final LossOptions PLAIN = new LossOptions(null, false, 0, 0, 0, 0, false, false);

  /** Creates options and computes the last components from the class weights. */
  public LossOptions(
      float[] classWeights,
      boolean ignores,
      long ignoreIndex,
      double smoothing,
      double zLoss,
      double focalGamma,
      boolean leavesOutNan,
      boolean isDivergence) {
    this(
        classWeights,
        ignores,
        ignoreIndex,
        smoothing,
        zLoss,
        focalGamma,
        leavesOutNan,
        isDivergence,
        classWeights == null ? Double.NaN : sum(classWeights, 0, classWeights.length),
        small(classWeights),
        smallExponent(classWeights),
        holdsUnusual(small(classWeights)));
  }

  private static float[] small(float[] weights) {
    if (weights == null) {
      return null;
    }
    int exponent = smallExponent(weights);
    float[] small = new float[weights.length];
    for (int c = 0; c < small.length; c++) {
      small[c] = (float) Math.scalb((double) weights[c], -exponent);
    }
    return small;
  }

  private static int smallExponent(float[] weights) {
    float largest = 0;
    for (int c = 0; weights != null && c < weights.length; c++) {
      largest = Math.max(largest, weights[c]);
    }
    boolean isOne = weights == null || largest == 0;
    return isOne ? SMALL_BITS : SMALL_BITS + 1 + Math.getExponent((double) largest);
  }

  private static boolean holdsUnusual(float[] weights) {
    boolean holds = false;
    for (int c = 0; weights != null && c < weights.length; c++) {
      holds |= weights[c] < Float.MIN_NORMAL;
    }
    return holds;
  }

  private static double sum(float[] weights, int from, int to) {
    double sum = 0;
    for (int c = from; c < to; c++) {
      sum += weights[c];
    }
    return sum;
  }

  /** Whether no option is set. The kernels have shorter code for the plain loss. */
  public boolean arePlain() {
    return classWeights == null
        && !ignores
        && smoothing == 0
        && zLoss == 0
        && focalGamma == 0
        && !leavesOutNan
        && !isDivergence;
  }

  /** The same options for targets that are smoothed, or have no NaN, already. */
  LossOptions with(double smoothing, boolean leavesOutNan) {
    return new LossOptions(
        classWeights,
        ignores,
        ignoreIndex,
        smoothing,
        zLoss,
        focalGamma,
        leavesOutNan,
        isDivergence);
  }

  /** The options that change what a row's targets weigh. */
  LossOptions ofWeights(boolean leavesOutNan) {
    return new LossOptions(classWeights, false, 0, 0, 0, 0, leavesOutNan, false);
  }

  /** Whether all class weights are so small that their products may be denormal. */
  public boolean hasTinyWeights() {
    return smallExponent < 0;
  }

  /** The weight of a class. */
  public double weight(int c) {
    return classWeights == null ? 1 : classWeights[c];
  }

  /** The sum of the weights of the classes in {@code [from, to)}. */
  public double weight(int from, int to) {
    if (classWeights == null) {
      return to - from;
    }
    boolean isAll = from == 0 && to == classWeights.length;
    return isAll ? sumOfWeights : sum(classWeights, from, to);
  }
}
