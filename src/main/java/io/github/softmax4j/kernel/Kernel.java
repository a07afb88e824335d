package io.github.softmax4j.kernel;

/**
 * The loops and the arithmetic, once in plain Java and once in vectors. A kernel trusts its
 * arguments: the public classes have checked them.
 *
 * <p>Row {@code r} of a matrix {@code (array, offset, stride)} starts at {@code offset + r *
 * stride}. An output matrix is either apart from the inputs or is the logits' very place. Row
 * losses go to {@code rowLosses} unless that is {@code null}; their sum, in double, is returned.
 */
public interface Kernel {

  /** Floats per vector; 1 for the scalar path. */
  int lanes();

  /** {@code y = exp(x - max) / sum(exp(x - max))}, row by row. */
  void softmax(
      float[] x,
      int xOffset,
      int xStride,
      float[] y,
      int yOffset,
      int yStride,
      int rows,
      int classes);

  /** {@code y = (x - max) - ln(sum(exp(x - max)))}, row by row. */
  void logSoftmax(
      float[] x,
      int xOffset,
      int xStride,
      float[] y,
      int yOffset,
      int yStride,
      int rows,
      int classes);

  /** {@code lse[r] = max + ln(sum(exp(x - max)))}. */
  void logSumExp(
      float[] x, int xOffset, int xStride, float[] lse, int lseOffset, int rows, int classes);

  /** Loss of row {@code r}: {@code (max - x[label]) + ln(sum(exp(x - max)))}. */
  double loss(
      float[] x,
      int xOffset,
      int xStride,
      int[] labels,
      int labelsOffset,
      float[] rowLosses,
      int rowLossesOffset,
      int rows,
      int classes);

  /** The loss, and {@code gradient = scale * (softmax - onehot(label))}. */
  double lossAndGradient(
      float[] x,
      int xOffset,
      int xStride,
      int[] labels,
      int labelsOffset,
      float[] gradient,
      int gradientOffset,
      int gradientStride,
      double scale,
      float[] rowLosses,
      int rowLossesOffset,
      int rows,
      int classes);

  /**
   * Loss of row {@code r}: {@code sum(t * ((max - x) + ln(sum(exp(x - max)))))}, where a target of
   * 0 contributes 0 whatever its logit.
   */
  double loss(
      float[] x,
      int xOffset,
      int xStride,
      float[] targets,
      int targetsOffset,
      int targetsStride,
      float[] rowLosses,
      int rowLossesOffset,
      int rows,
      int classes);

  /** The loss, and {@code gradient = scale * (softmax * sum(t) - t)}. */
  double lossAndGradient(
      float[] x,
      int xOffset,
      int xStride,
      float[] targets,
      int targetsOffset,
      int targetsStride,
      float[] gradient,
      int gradientOffset,
      int gradientStride,
      double scale,
      float[] rowLosses,
      int rowLossesOffset,
      int rows,
      int classes);

  /** Puts a row's loss where it is wanted, and hands it on. */
  static double keep(double loss, float[] rowLosses, int at) {
    if (rowLosses != null) {
      rowLosses[at] = (float) loss;
    }
    return loss;
  }
}
