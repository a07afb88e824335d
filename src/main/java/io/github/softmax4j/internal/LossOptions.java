package io.github.softmax4j.internal;

/**
 * What a loss is besides the plain one: data that the kernels read, never a kernel of its own.
 *
 * @param classWeights the weight of each class, or {@code null} if each has weight 1
 * @param ignores whether there is an index that marks rows without a label
 * @param ignoreIndex that index
 * @param smoothing how much of each target is spread evenly over the classes
 * @param zLoss what the square of the log-sum-exp is multiplied by
 * @param focalGamma the exponent of {@code 1 - p} that the loss of a label of probability {@code p}
 *     is multiplied by
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

  /** The loss of the textbook. */
  public static final LossOptions PLAIN = new LossOptions(null, false, 0, 0, 0, 0);

  /** Of weights that are not looked through again. */
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

  /** Whether this is the loss of the textbook, for which there is a shorter way. */
  public boolean arePlain() {
    return classWeights == null && !ignores && smoothing == 0 && zLoss == 0 && focalGamma == 0;
  }

  /** The weight of a class. */
  public double weight(int c) {
    return classWeights == null ? 1 : classWeights[c];
  }

  /** The weights of these classes together. */
  public double weight(int from, int to) {
    if (classWeights == null) {
      return to - from;
    }
    boolean isAll = from == 0 && to == classWeights.length;
    return isAll ? sumOfWeights : sum(classWeights, from, to);
  }
}
