package io.github.softmax4j.kernel;

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
    double focalGamma) {

  /** Whether this is the loss of the textbook, for which there is a shorter way. */
  public boolean arePlain() {
    return classWeights == null && !ignores && smoothing == 0 && zLoss == 0 && focalGamma == 0;
  }

  /** The weight of a class. */
  public double weight(int c) {
    return classWeights == null ? 1 : classWeights[c];
  }

  /** The weights of some classes together. */
  public double weight(int from, int to) {
    if (classWeights == null) {
      return to - from;
    }
    double sum = 0;
    for (int c = from; c < to; c++) {
      sum += classWeights[c];
    }
    return sum;
  }
}
