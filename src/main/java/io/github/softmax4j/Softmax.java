package io.github.softmax4j;

import io.github.softmax4j.kernel.Kernel;
import io.github.softmax4j.kernel.Kernels;
import java.util.Objects;

/**
 * Softmax, log-softmax and log-sum-exp of each row of a matrix of logits.
 *
 * <p>The row's maximum is subtracted first, so no finite logit overflows. A row that holds NaN or
 * +infinity, or nothing but -infinity, has no softmax: the whole row of the result is NaN. Beside
 * finite logits, one of -infinity gets probability 0 and log-probability -infinity.
 *
 * <p><b>Layout.</b> Row {@code r} is the {@code classes} elements from {@code offset + r * stride};
 * the short forms have offset 0 and stride {@code classes}. The output may be the input's very
 * place (the same array, offset and stride) or lie apart from it; elements between the rows are not
 * touched. Two matrices of different strides in one array must lie behind each other.
 *
 * <p><b>Exceptions</b>, all before anything is written: {@link NullPointerException} for a missing
 * array, {@link IllegalArgumentException} for a negative size, offset or stride, no classes, a
 * stride below {@code classes} or an output that overlaps the input in part, {@link
 * IndexOutOfBoundsException} for an array that is too short.
 *
 * @see <a href="https://doi.org/10.1093/imanum/draa038">Blanchard, Higham, Higham: Accurately
 *     computing the log-sum-exp and softmax functions (2021)</a>
 */
public final class Softmax {

  private static final Kernel KERNEL = Kernels.ACTIVE;

  private Softmax() {}

  /**
   * Probabilities {@code exp(z_c) / sum_k exp(z_k)} of contiguous rows.
   *
   * @param logits {@code rows * classes} logits, row after row
   * @param probabilities receives {@code rows * classes} probabilities; may be {@code logits}
   * @param rows the number of rows, 0 or more
   * @param classes the number of classes, 1 or more
   * @see #softmax(float[], int, int, float[], int, int, int, int)
   */
  public static void softmax(float[] logits, float[] probabilities, int rows, int classes) {
    softmax(logits, 0, classes, probabilities, 0, classes, rows, classes);
  }

  /**
   * Probabilities {@code exp(z_c) / sum_k exp(z_k)}.
   *
   * <p>Accuracy: a probability above 1e-6 is within 1e-6 of itself; each row adds up to 1 within
   * 5e-7 up to 128256 classes. On the vector path a probability too small for the result to be a
   * normal number at every length of row (below about {@code 1e-38 * classes}) is exactly 0.
   *
   * @param logits the logits
   * @param logitsOffset where the first row starts
   * @param logitsStride from one row's start to the next, at least {@code classes}
   * @param probabilities receives the probabilities
   * @param probabilitiesOffset where the first row starts
   * @param probabilitiesStride from one row's start to the next, at least {@code classes}
   * @param rows the number of rows, 0 or more
   * @param classes the number of classes, 1 or more
   */
  public static void softmax(
      float[] logits,
      int logitsOffset,
      int logitsStride,
      float[] probabilities,
      int probabilitiesOffset,
      int probabilitiesStride,
      int rows,
      int classes) {
    checkMap(
        logits,
        logitsOffset,
        logitsStride,
        "probabilities",
        probabilities,
        probabilitiesOffset,
        probabilitiesStride,
        rows,
        classes);
    KERNEL.softmax(
        logits,
        logitsOffset,
        logitsStride,
        probabilities,
        probabilitiesOffset,
        probabilitiesStride,
        rows,
        classes);
  }

  /**
   * Log-probabilities {@code z_c - ln(sum_k exp(z_k))}, in nats, of contiguous rows.
   *
   * @param logits {@code rows * classes} logits, row after row
   * @param logProbabilities receives {@code rows * classes} log-probabilities; may be {@code
   *     logits}
   * @param rows the number of rows, 0 or more
   * @param classes the number of classes, 1 or more
   * @see #logSoftmax(float[], int, int, float[], int, int, int, int)
   */
  public static void logSoftmax(float[] logits, float[] logProbabilities, int rows, int classes) {
    logSoftmax(logits, 0, classes, logProbabilities, 0, classes, rows, classes);
  }

  /**
   * Log-probabilities {@code z_c - ln(sum_k exp(z_k))}, in nats.
   *
   * <p>Accuracy: within {@code 1e-6 * max(1, |value|)}, also where the probability itself would be
   * too small to be told from 0.
   *
   * @param logits the logits
   * @param logitsOffset where the first row starts
   * @param logitsStride from one row's start to the next, at least {@code classes}
   * @param logProbabilities receives the log-probabilities
   * @param logProbabilitiesOffset where the first row starts
   * @param logProbabilitiesStride from one row's start to the next, at least {@code classes}
   * @param rows the number of rows, 0 or more
   * @param classes the number of classes, 1 or more
   */
  public static void logSoftmax(
      float[] logits,
      int logitsOffset,
      int logitsStride,
      float[] logProbabilities,
      int logProbabilitiesOffset,
      int logProbabilitiesStride,
      int rows,
      int classes) {
    checkMap(
        logits,
        logitsOffset,
        logitsStride,
        "logProbabilities",
        logProbabilities,
        logProbabilitiesOffset,
        logProbabilitiesStride,
        rows,
        classes);
    KERNEL.logSoftmax(
        logits,
        logitsOffset,
        logitsStride,
        logProbabilities,
        logProbabilitiesOffset,
        logProbabilitiesStride,
        rows,
        classes);
  }

  /**
   * {@code ln(sum_k exp(z_k))}, in nats, of contiguous rows.
   *
   * @param logits {@code rows * classes} logits, row after row
   * @param logSumExp receives one value for each row
   * @param rows the number of rows, 0 or more
   * @param classes the number of classes, 1 or more
   * @see #logSumExp(float[], int, int, float[], int, int, int)
   */
  public static void logSumExp(float[] logits, float[] logSumExp, int rows, int classes) {
    logSumExp(logits, 0, classes, logSumExp, 0, rows, classes);
  }

  /**
   * {@code ln(sum_k exp(z_k))}, in nats. Its gradient with respect to the logits is their softmax.
   *
   * <p>A row with NaN gives NaN, one with +infinity +infinity, one of nothing but -infinity
   * -infinity. Accuracy: within {@code 1e-6 * max(1, |value|)}.
   *
   * @param logits the logits
   * @param logitsOffset where the first row starts
   * @param logitsStride from one row's start to the next, at least {@code classes}
   * @param logSumExp receives one value for each row, apart from the logits
   * @param logSumExpOffset where the first value goes
   * @param rows the number of rows, 0 or more
   * @param classes the number of classes, 1 or more
   */
  public static void logSumExp(
      float[] logits,
      int logitsOffset,
      int logitsStride,
      float[] logSumExp,
      int logSumExpOffset,
      int rows,
      int classes) {
    Checks.sizes(rows, classes);
    Checks.matrix("logits", logits, logitsOffset, logitsStride, rows, classes);
    Objects.requireNonNull(logSumExp, "logSumExp");
    Checks.perRow("logSumExp", logSumExp.length, logSumExpOffset, rows);
    Checks.apartFromMatrix(
        "logSumExp",
        logSumExp,
        logSumExpOffset,
        "logits",
        logits,
        logitsOffset,
        logitsStride,
        rows,
        classes);
    KERNEL.logSumExp(logits, logitsOffset, logitsStride, logSumExp, logSumExpOffset, rows, classes);
  }

  private static void checkMap(
      float[] logits,
      int logitsOffset,
      int logitsStride,
      String outName,
      float[] out,
      int outOffset,
      int outStride,
      int rows,
      int classes) {
    Checks.sizes(rows, classes);
    Checks.matrix("logits", logits, logitsOffset, logitsStride, rows, classes);
    Checks.matrix(outName, out, outOffset, outStride, rows, classes);
    Checks.inPlaceOrApart(
        "logits",
        logits,
        logitsOffset,
        logitsStride,
        outName,
        out,
        outOffset,
        outStride,
        rows,
        classes);
  }
}
