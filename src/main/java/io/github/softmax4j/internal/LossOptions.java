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
 * @param hasZero whether a class weight is 0
 * @param sumOfWeights the sum of the class weights, or NaN without class weights
 */
public record LossOptions(
    float[] classWeights,
    boolean ignores,
    int ignoreIndex,
    double smoothing,
    double zLoss,
    double focalGamma,
    boolean hasZero,
    double sumOfWeights) {

  /** The plain cross-entropy, without options. */
  public static final LossOptions PLAIN = new LossOptions(null, false, 0, 0, 0, 0);

  /** Creates options and computes the last two components from the class weights. */
  public LossOptions(
      float[] classWeights,
      boolean ignores,
      int ignoreIndex,
      double smoothing,
      double zLoss,
      double focalGamma) {
    this(
        classWeights,
        ignores,
        ignoreIndex,
        smoothing,
        zLoss,
        focalGamma,
        holdsZero(classWeights),
        classWeights == null ? Double.NaN : sum(classWeights, 0, classWeights.length));
  }

  private static double sum(float[] weights, int from, int to) {
    double sum = 0;
    for (int c = from; c < to; c++) {
      sum += weights[c];
    }
    return sum;
  }

  private static boolean holdsZero(float[] weights) {
    boolean holds = false;
    for (int c = 0; weights != null && c < weights.length; c++) {
      holds |= weights[c] == 0;
    }
    return holds;
  }

  /** Whether no option is set. The kernels have shorter code for the plain loss. */
  public boolean arePlain() {
    return classWeights == null && !ignores && smoothing == 0 && zLoss == 0 && focalGamma == 0;
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
