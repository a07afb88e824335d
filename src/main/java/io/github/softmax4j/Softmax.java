package io.github.softmax4j;

import static io.github.softmax4j.Active.KERNEL;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.Staged;
import io.github.softmax4j.internal.sample.TopClasses;
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
 * <p><b>Same bits.</b> What a row gives does not depend on the rows beside it, its place in the
 * batch, offsets or strides. With the class axis in the middle, an {@code inner} of 1 gives the
 * bits of rows whose class axis is the last. With more, the last bits may differ from these, but do
 * not depend on {@code inner}.
 *
 * <p><b>Exceptions</b>, all before anything is written: {@link NullPointerException} for a missing
 * array, options or partials, {@link IllegalArgumentException} for a negative size, offset or
 * stride, no classes, a stride below {@code classes}, an output that overlaps the input in part, a
 * {@link Mask} that does not fit, or partials of another number of rows, {@link
 * IndexOutOfBoundsException} for an array that is too short, {@link IllegalStateException} for
 * partials that have seen fewer classes than the part has.
 *
 * @see <a href="https://doi.org/10.1093/imanum/draa038">Blanchard, Higham, Higham: Accurately
 *     computing the log-sum-exp and softmax functions (2021)</a>
 */
public final class Softmax {

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
   * <p>Accuracy, for any logits: a probability {@code p} is within {@code (2.4e-6 + 6e-8 |ln p|)
   * p}, and each row adds up to 1 within 1.6e-6. So a probability of 1e-30 is within 6.6e-6 of
   * itself. That holds for any number of classes, with the class axis in the middle for up to 2^17.
   * Rows get near these bounds if most logits are equal, and 4.5 to 17 below the largest: their
   * terms are all rounded to the same side. Logits from a normal or uniform distribution keep 1e-6
   * of a probability above 1e-6, and 5e-7 for the sum. On the vector path, a probability below
   * about {@code 3e-38 * classes} is exactly 0.
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
    Call call = Arguments.begin(rows, classes);
    Arguments.logits(call, logits, logitsOffset, logitsStride);
    Arguments.out(call, "probabilities", probabilities, probabilitiesOffset, probabilitiesStride);
    KERNEL.softmax(call);
    call.end();
  }

  /**
   * Probabilities {@code exp(z_c) / sum_k exp(z_k)} over the middle axis of an array of {@code
   * outer * classes * inner} logits, contiguous: for images {@code batch, classes, height * width}.
   *
   * @param logits the logits
   * @param probabilities receives as many probabilities, laid out alike; may be {@code logits}
   * @param outer how many blocks of {@code classes * inner}, 0 or more
   * @param classes the number of classes, 1 or more
   * @param inner how many rows lie beside each other in a block, 0 or more
   */
  public static void softmax(
      float[] logits, float[] probabilities, int outer, int classes, int inner) {
    Call call = Arguments.begin(outer, classes, inner);
    Arguments.logits(call, logits, 0, classes * inner);
    Arguments.out(call, "probabilities", probabilities, 0, classes * inner);
    KERNEL.softmax(call);
    call.end();
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
   * <p>Accuracy: within {@code 2.4e-6 * max(1, |value|)}, also where the probability itself would
   * be too small to be told from 0. Half of that if terms are not {@link #softmax(float[], int,
   * int, float[], int, int, int, int) all rounded to the same side}.
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
    Call call = Arguments.begin(rows, classes);
    Arguments.logits(call, logits, logitsOffset, logitsStride);
    Arguments.out(
        call, "logProbabilities", logProbabilities, logProbabilitiesOffset, logProbabilitiesStride);
    KERNEL.logSoftmax(call);
    call.end();
  }

  /**
   * Log-probabilities {@code z_c - ln(sum_k exp(z_k))}, in nats, over the middle axis of an array
   * of {@code outer * classes * inner} logits, contiguous: for images {@code batch, classes, height
   * * width}.
   *
   * @param logits the logits
   * @param logProbabilities receives as many log-probabilities, laid out alike; may be {@code
   *     logits}
   * @param outer how many blocks of {@code classes * inner}, 0 or more
   * @param classes the number of classes, 1 or more
   * @param inner how many rows lie beside each other in a block, 0 or more
   */
  public static void logSoftmax(
      float[] logits, float[] logProbabilities, int outer, int classes, int inner) {
    Call call = Arguments.begin(outer, classes, inner);
    Arguments.logits(call, logits, 0, classes * inner);
    Arguments.out(call, "logProbabilities", logProbabilities, 0, classes * inner);
    KERNEL.logSoftmax(call);
    call.end();
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
   * {@code ln(sum_k exp(z_k))}, in nats.
   *
   * <p><b>Backward.</b> Its gradient with respect to the logits is their softmax, so there is no
   * method for it: call {@link #softmax(float[], float[], int, int) softmax} and multiply each row
   * by the gradient with respect to its value. Where the row is a term of a loss that is divided by
   * the batch, that factor is the same for all rows.
   *
   * <p>A row with NaN gives NaN, one with +infinity +infinity, one of nothing but -infinity
   * -infinity. Accuracy: within {@code 2.4e-6 * max(1, |value|)}, or half of that as for {@link
   * #logSoftmax(float[], int, int, float[], int, int, int, int) log-softmax}.
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
    Call call = Arguments.begin(rows, classes);
    Arguments.logits(call, logits, logitsOffset, logitsStride);
    Arguments.perRow(
        call, "logSumExp", Objects.requireNonNull(logSumExp, "logSumExp"), logSumExpOffset);
    KERNEL.logSumExp(call);
    call.end();
  }

  /**
   * {@code ln(sum_k exp(z_k))}, in nats, over the middle axis of an array of {@code outer * classes
   * * inner} logits, contiguous: for images {@code batch, classes, height * width}.
   *
   * @param logits the logits
   * @param logSumExp receives {@code outer * inner} values
   * @param outer how many blocks of {@code classes * inner}, 0 or more
   * @param classes the number of classes, 1 or more
   * @param inner how many rows lie beside each other in a block, 0 or more
   */
  public static void logSumExp(
      float[] logits, float[] logSumExp, int outer, int classes, int inner) {
    Call call = Arguments.begin(outer, classes, inner);
    Arguments.logits(call, logits, 0, classes * inner);
    Arguments.perRow(call, "logSumExp", Objects.requireNonNull(logSumExp, "logSumExp"), 0);
    KERNEL.logSumExp(call);
    call.end();
  }

  /**
   * Probabilities of scaled, capped or masked logits, contiguous: see {@link #softmax(float[], int,
   * int, float[], int, int, int, int, SoftmaxOptions) the full form}.
   *
   * @param logits {@code rows * classes} logits, row after row
   * @param probabilities receives {@code rows * classes} probabilities; may be {@code logits}
   * @param rows the number of rows, 0 or more
   * @param classes the number of classes, 1 or more
   * @param options what is done to the logits first; a bias in its mask is not in the array that
   *     the result goes to
   */
  public static void softmax(
      float[] logits, float[] probabilities, int rows, int classes, SoftmaxOptions options) {
    softmax(logits, 0, classes, probabilities, 0, classes, rows, classes, options);
  }

  /**
   * Probabilities of scaled, capped or masked logits. A dropped class has probability 0; a row of
   * which nothing is left is NaN, or 0 if the options say so.
   *
   * <p><b>Backward.</b> {@link #softmaxBackward(float[], int, int, float[], int, int, float[], int,
   * int, int, int) softmaxBackward} of these probabilities gives the gradient with respect to the
   * transformed logits. Multiply it by {@code scale * (1 - (z / cap)^2)}, {@code z} being the
   * capped logit, or by {@code scale} alone without a cap, for that with respect to {@code logits}.
   *
   * <p>Accuracy: as without options, of the transformed logits, whose own rounding {@link
   * SoftmaxOptions} tells. Exceptions: as for all operations here, the mask's among them.
   *
   * @param logits the logits
   * @param logitsOffset where the first row starts
   * @param logitsStride from one row's start to the next, at least {@code classes}
   * @param probabilities receives the probabilities
   * @param probabilitiesOffset where the first row starts
   * @param probabilitiesStride from one row's start to the next, at least {@code classes}
   * @param rows the number of rows, 0 or more
   * @param classes the number of classes, 1 or more
   * @param options what is done to the logits first; a bias in its mask is not in the array that
   *     the result goes to
   */
  public static void softmax(
      float[] logits,
      int logitsOffset,
      int logitsStride,
      float[] probabilities,
      int probabilitiesOffset,
      int probabilitiesStride,
      int rows,
      int classes,
      SoftmaxOptions options) {
    Call call = Arguments.begin(rows, classes);
    Arguments.logits(call, logits, logitsOffset, logitsStride);
    Arguments.out(call, "probabilities", probabilities, probabilitiesOffset, probabilitiesStride);
    Arguments.options(call, options, 0);
    Staged.of(KERNEL, call).softmax(call);
    call.end();
  }

  /**
   * Log-probabilities, in nats, of scaled, capped or masked logits, contiguous: see {@link
   * #logSoftmax(float[], int, int, float[], int, int, int, int, SoftmaxOptions) the full form}.
   *
   * @param logits {@code rows * classes} logits, row after row
   * @param logProbabilities receives {@code rows * classes} log-probabilities; may be {@code
   *     logits}
   * @param rows the number of rows, 0 or more
   * @param classes the number of classes, 1 or more
   * @param options what is done to the logits first; a bias in its mask is not in the array that
   *     the result goes to
   */
  public static void logSoftmax(
      float[] logits, float[] logProbabilities, int rows, int classes, SoftmaxOptions options) {
    logSoftmax(logits, 0, classes, logProbabilities, 0, classes, rows, classes, options);
  }

  /**
   * Log-probabilities, in nats, of scaled, capped or masked logits. A dropped class has -infinity;
   * a row of which nothing is left is NaN, or -infinity if the options say so.
   *
   * <p><b>Backward.</b> {@link #logSoftmaxBackward(float[], int, int, float[], int, int, float[],
   * int, int, int, int) logSoftmaxBackward} of these log-probabilities gives the gradient with
   * respect to the transformed logits. Multiply it by {@code scale * (1 - (z / cap)^2)}, {@code z}
   * being the capped logit, or by {@code scale} alone without a cap, for that with respect to
   * {@code logits}. Hand in a gradient of 0 at dropped classes.
   *
   * <p>Accuracy: as without options, of the transformed logits, whose own rounding {@link
   * SoftmaxOptions} tells. Exceptions: as for all operations here, the mask's among them.
   *
   * @param logits the logits
   * @param logitsOffset where the first row starts
   * @param logitsStride from one row's start to the next, at least {@code classes}
   * @param logProbabilities receives the log-probabilities
   * @param logProbabilitiesOffset where the first row starts
   * @param logProbabilitiesStride from one row's start to the next, at least {@code classes}
   * @param rows the number of rows, 0 or more
   * @param classes the number of classes, 1 or more
   * @param options what is done to the logits first; a bias in its mask is not in the array that
   *     the result goes to
   */
  public static void logSoftmax(
      float[] logits,
      int logitsOffset,
      int logitsStride,
      float[] logProbabilities,
      int logProbabilitiesOffset,
      int logProbabilitiesStride,
      int rows,
      int classes,
      SoftmaxOptions options) {
    Call call = Arguments.begin(rows, classes);
    Arguments.logits(call, logits, logitsOffset, logitsStride);
    Arguments.out(
        call, "logProbabilities", logProbabilities, logProbabilitiesOffset, logProbabilitiesStride);
    Arguments.options(call, options, Float.NEGATIVE_INFINITY);
    Staged.of(KERNEL, call).logSoftmax(call);
    call.end();
  }

  /**
   * {@code ln(sum_k exp(z_k))}, in nats, of scaled, capped or masked logits, contiguous. A row of
   * which nothing is left has -infinity, whatever the options say of such rows.
   *
   * <p>Accuracy: as without options, of the transformed logits, whose own rounding {@link
   * SoftmaxOptions} tells. Exceptions: as for all operations here, the mask's among them.
   *
   * @param logits {@code rows * classes} logits, row after row
   * @param logSumExp receives one value for each row, apart from the logits
   * @param rows the number of rows, 0 or more
   * @param classes the number of classes, 1 or more
   * @param options what is done to the logits first; a bias in its mask is not in the array that
   *     the result goes to
   */
  public static void logSumExp(
      float[] logits, float[] logSumExp, int rows, int classes, SoftmaxOptions options) {
    Call call = Arguments.begin(rows, classes);
    Arguments.logits(call, logits, 0, classes);
    Arguments.perRow(call, "logSumExp", Objects.requireNonNull(logSumExp, "logSumExp"), 0);
    Arguments.options(call, options, Float.NEGATIVE_INFINITY);
    Staged.of(KERNEL, call).logSumExp(call);
    call.end();
  }

  /**
   * Probabilities of these classes, contiguous, where others are elsewhere: they add up to 1 with
   * those of the other parts. A row that has no softmax in all parts together is NaN in each.
   *
   * @param logits {@code rows * classes} logits of this part
   * @param probabilities receives as many probabilities; may be {@code logits}
   * @param rows the number of rows, 0 or more
   * @param classes the number of classes of this part, 1 or more
   * @param partials the merged state of all parts, of as many rows
   */
  public static void softmax(
      float[] logits, float[] probabilities, int rows, int classes, Partials partials) {
    Call call = Arguments.begin(rows, classes);
    Arguments.logits(call, logits, 0, classes);
    Arguments.out(call, "probabilities", probabilities, 0, classes);
    Arguments.partials(call, partials, 0, classes);
    partials.checkPart(classes);
    KERNEL.softmax(call);
    call.end();
  }

  /**
   * Log-probabilities of these classes, in nats, contiguous, where others are elsewhere. A row that
   * has no softmax in all parts together is NaN in each.
   *
   * @param logits {@code rows * classes} logits of this part
   * @param logProbabilities receives as many log-probabilities; may be {@code logits}
   * @param rows the number of rows, 0 or more
   * @param classes the number of classes of this part, 1 or more
   * @param partials the merged state of all parts, of as many rows
   */
  public static void logSoftmax(
      float[] logits, float[] logProbabilities, int rows, int classes, Partials partials) {
    Call call = Arguments.begin(rows, classes);
    Arguments.logits(call, logits, 0, classes);
    Arguments.out(call, "logProbabilities", logProbabilities, 0, classes);
    Arguments.partials(call, partials, 0, classes);
    partials.checkPart(classes);
    KERNEL.logSoftmax(call);
    call.end();
  }

  /**
   * The {@code k} largest log-probabilities, in nats, of contiguous rows, and their classes.
   *
   * @param logits {@code rows * classes} logits, row after row
   * @param k how many of each row, in {@code [1, classes]}
   * @param indices receives {@code rows * k} classes, row after row, the most probable first
   * @param logProbabilities receives as many log-probabilities, apart from the logits
   * @param rows the number of rows, 0 or more
   * @param classes the number of classes, 1 or more
   * @see #topLogProbabilities(float[], int, int, int, int[], int, int, float[], int, int, int, int)
   */
  public static void topLogProbabilities(
      float[] logits, int k, int[] indices, float[] logProbabilities, int rows, int classes) {
    topLogProbabilities(
        logits, 0, classes, k, indices, 0, k, logProbabilities, 0, k, rows, classes);
  }

  /**
   * The {@code k} largest log-probabilities of each row, in nats, and their classes, in descending
   * order of the logits; of equal logits the lower class comes first. They are what {@link
   * #logSoftmax(float[], int, int, float[], int, int, int, int) logSoftmax} gives, to the bit. The
   * row is not sorted: the time it takes beside that does not depend on {@code k} as long as {@code
   * k} is far below {@code classes}.
   *
   * <p>A row with NaN or +infinity, or of nothing but -infinity, gives the class -1 and NaN {@code
   * k} times.
   *
   * @param logits the logits
   * @param logitsOffset where the first row starts
   * @param logitsStride from one row's start to the next, at least {@code classes}
   * @param k how many of each row, in {@code [1, classes]}
   * @param indices receives the classes, the most probable first
   * @param indicesOffset where the first row's go
   * @param indicesStride from one row's to the next's, at least {@code k}
   * @param logProbabilities receives the log-probabilities; it must lie before or behind the logits
   *     if it is in the same array
   * @param logProbabilitiesOffset where the first row's go
   * @param logProbabilitiesStride from one row's to the next's, at least {@code k}
   * @param rows the number of rows, 0 or more
   * @param classes the number of classes, 1 or more
   * @throws IllegalArgumentException if {@code k} is not in {@code [1, classes]}, or as for the
   *     other operations
   */
  public static void topLogProbabilities(
      float[] logits,
      int logitsOffset,
      int logitsStride,
      int k,
      int[] indices,
      int indicesOffset,
      int indicesStride,
      float[] logProbabilities,
      int logProbabilitiesOffset,
      int logProbabilitiesStride,
      int rows,
      int classes) {
    Call call = Arguments.begin(rows, classes);
    Checks.leading(k, classes);
    Arguments.logits(call, logits, logitsOffset, logitsStride);
    Objects.requireNonNull(indices, "indices");
    Checks.perRow("indices", indices.length, indicesOffset, indicesStride, rows, k);
    Arguments.leading(
        call,
        k,
        "logProbabilities",
        logProbabilities,
        logProbabilitiesOffset,
        logProbabilitiesStride);
    call.end();
    TopClasses topClasses = TopClasses.lend();
    for (int r = 0; r < rows; r++) {
      topClasses.find(logits, logitsOffset + r * logitsStride, classes, k);
      topClasses.write(
          indices,
          indicesOffset + r * indicesStride,
          logProbabilities,
          logProbabilitiesOffset + r * logProbabilitiesStride);
    }
    topClasses.end();
  }

  /**
   * Gradient with respect to the logits, of contiguous rows, from that with respect to their
   * softmax.
   *
   * @param probabilities {@code rows * classes} probabilities, row after row
   * @param probabilitiesGradient the gradient of the loss with respect to each of them
   * @param logitsGradient receives the gradient of the loss with respect to the logits; may be
   *     either of the other arrays
   * @param rows the number of rows, 0 or more
   * @param classes the number of classes, 1 or more
   * @see #softmaxBackward(float[], int, int, float[], int, int, float[], int, int, int, int)
   */
  public static void softmaxBackward(
      float[] probabilities,
      float[] probabilitiesGradient,
      float[] logitsGradient,
      int rows,
      int classes) {
    softmaxBackward(
        probabilities,
        0,
        classes,
        probabilitiesGradient,
        0,
        classes,
        logitsGradient,
        0,
        classes,
        rows,
        classes);
  }

  /**
   * Gradient with respect to the logits, {@code p_c (g_c - sum_k p_k g_k)}, from the probabilities
   * {@code p} and the gradient {@code g} with respect to them: what {@code softmax} is in a network
   * whose loss is not cross-entropy, as in attention. The logits themselves are not needed.
   *
   * <p>NaN or an infinity in a row of either input makes that row of the result NaN, as does a sum
   * that is beyond the largest number, of floats on the vector path. PyTorch gives an infinity or
   * NaN for each class by itself. Otherwise, where the probability is 0, so is the gradient.
   *
   * <p>Accuracy: within {@code 1.3e-6 * p_c * (|g_c| + sum_k p_k |g_k|)}, or as near as floats are
   * to each other below the normal ones.
   *
   * @param probabilities what {@link #softmax softmax} gave
   * @param probabilitiesOffset where the first row starts
   * @param probabilitiesStride from one row's start to the next, at least {@code classes}
   * @param probabilitiesGradient the gradient of the loss with respect to each of them
   * @param probabilitiesGradientOffset where the first row starts
   * @param probabilitiesGradientStride from one row's start to the next, at least {@code classes}
   * @param logitsGradient receives the gradient of the loss with respect to the logits; it may be
   *     at the very place of either input, or lie apart from both
   * @param logitsGradientOffset where the first row starts
   * @param logitsGradientStride from one row's start to the next, at least {@code classes}
   * @param rows the number of rows, 0 or more
   * @param classes the number of classes, 1 or more
   */
  public static void softmaxBackward(
      float[] probabilities,
      int probabilitiesOffset,
      int probabilitiesStride,
      float[] probabilitiesGradient,
      int probabilitiesGradientOffset,
      int probabilitiesGradientStride,
      float[] logitsGradient,
      int logitsGradientOffset,
      int logitsGradientStride,
      int rows,
      int classes) {
    Call call = Arguments.begin(rows, classes);
    Arguments.forward(
        call, "probabilities", probabilities, probabilitiesOffset, probabilitiesStride);
    Arguments.upstream(
        call,
        "probabilitiesGradient",
        probabilitiesGradient,
        probabilitiesGradientOffset,
        probabilitiesGradientStride);
    Arguments.backwardOut(
        call,
        "probabilities",
        "probabilitiesGradient",
        logitsGradient,
        logitsGradientOffset,
        logitsGradientStride);
    KERNEL.softmaxBackward(call);
    call.end();
  }

  /**
   * Gradient with respect to the logits from that with respect to their softmax, over the middle
   * axis of arrays of {@code outer * classes * inner} elements, contiguous: for images {@code
   * batch, classes, height * width}.
   *
   * @param probabilities what {@link #softmax(float[], float[], int, int, int) softmax} gave
   * @param probabilitiesGradient the gradient of the loss with respect to each of them
   * @param logitsGradient receives the gradient of the loss with respect to the logits, laid out
   *     alike; may be either of the other arrays
   * @param outer how many blocks of {@code classes * inner}, 0 or more
   * @param classes the number of classes, 1 or more
   * @param inner how many rows lie beside each other in a block, 0 or more
   * @see #softmaxBackward(float[], int, int, float[], int, int, float[], int, int, int, int)
   */
  public static void softmaxBackward(
      float[] probabilities,
      float[] probabilitiesGradient,
      float[] logitsGradient,
      int outer,
      int classes,
      int inner) {
    Call call = Arguments.begin(outer, classes, inner);
    int stride = classes * inner;
    Arguments.backward(
        call,
        "probabilities",
        probabilities,
        "probabilitiesGradient",
        probabilitiesGradient,
        logitsGradient,
        stride);
    KERNEL.softmaxBackward(call);
    call.end();
  }

  /**
   * Gradient with respect to the logits, of contiguous rows, from that with respect to their
   * log-softmax.
   *
   * @param logProbabilities {@code rows * classes} log-probabilities, row after row
   * @param logProbabilitiesGradient the gradient of the loss with respect to each of them
   * @param logitsGradient receives the gradient of the loss with respect to the logits; may be
   *     either of the other arrays
   * @param rows the number of rows, 0 or more
   * @param classes the number of classes, 1 or more
   * @see #logSoftmaxBackward(float[], int, int, float[], int, int, float[], int, int, int, int)
   */
  public static void logSoftmaxBackward(
      float[] logProbabilities,
      float[] logProbabilitiesGradient,
      float[] logitsGradient,
      int rows,
      int classes) {
    logSoftmaxBackward(
        logProbabilities,
        0,
        classes,
        logProbabilitiesGradient,
        0,
        classes,
        logitsGradient,
        0,
        classes,
        rows,
        classes);
  }

  /**
   * Gradient with respect to the logits, {@code g_c - exp(l_c) sum_k g_k}, from the
   * log-probabilities {@code l} and the gradient {@code g} with respect to them. The logits
   * themselves are not needed.
   *
   * <p>NaN or an infinity in a row of {@code g} makes that row of the result NaN, as does a sum
   * that is beyond the largest number, of floats on the vector path; NaN in {@code l}, its own
   * class. Where {@code l} is -infinity, the gradient is {@code g_c}. A number above 0, but for
   * rounding, is no log-probability, and what it gives has no meaning.
   *
   * <p>Accuracy: within {@code 1.3e-6 * (|g_c| + exp(l_c) sum_k |g_k|)}, or as near as floats are
   * to each other below the normal ones; an exponential below these may count as 0.
   *
   * @param logProbabilities what {@link #logSoftmax logSoftmax} gave
   * @param logProbabilitiesOffset where the first row starts
   * @param logProbabilitiesStride from one row's start to the next, at least {@code classes}
   * @param logProbabilitiesGradient the gradient of the loss with respect to each of them
   * @param logProbabilitiesGradientOffset where the first row starts
   * @param logProbabilitiesGradientStride from one row's start to the next, at least {@code
   *     classes}
   * @param logitsGradient receives the gradient of the loss with respect to the logits; it may be
   *     at the very place of either input, or lie apart from both
   * @param logitsGradientOffset where the first row starts
   * @param logitsGradientStride from one row's start to the next, at least {@code classes}
   * @param rows the number of rows, 0 or more
   * @param classes the number of classes, 1 or more
   */
  public static void logSoftmaxBackward(
      float[] logProbabilities,
      int logProbabilitiesOffset,
      int logProbabilitiesStride,
      float[] logProbabilitiesGradient,
      int logProbabilitiesGradientOffset,
      int logProbabilitiesGradientStride,
      float[] logitsGradient,
      int logitsGradientOffset,
      int logitsGradientStride,
      int rows,
      int classes) {
    Call call = Arguments.begin(rows, classes);
    Arguments.forward(
        call, "logProbabilities", logProbabilities, logProbabilitiesOffset, logProbabilitiesStride);
    Arguments.upstream(
        call,
        "logProbabilitiesGradient",
        logProbabilitiesGradient,
        logProbabilitiesGradientOffset,
        logProbabilitiesGradientStride);
    Arguments.backwardOut(
        call,
        "logProbabilities",
        "logProbabilitiesGradient",
        logitsGradient,
        logitsGradientOffset,
        logitsGradientStride);
    KERNEL.logSoftmaxBackward(call);
    call.end();
  }

  /**
   * Gradient with respect to the logits from that with respect to their log-softmax, over the
   * middle axis of arrays of {@code outer * classes * inner} elements, contiguous: for images
   * {@code batch, classes, height * width}.
   *
   * @param logProbabilities what {@link #logSoftmax(float[], float[], int, int, int) logSoftmax}
   *     gave
   * @param logProbabilitiesGradient the gradient of the loss with respect to each of them
   * @param logitsGradient receives the gradient of the loss with respect to the logits, laid out
   *     alike; may be either of the other arrays
   * @param outer how many blocks of {@code classes * inner}, 0 or more
   * @param classes the number of classes, 1 or more
   * @param inner how many rows lie beside each other in a block, 0 or more
   * @see #logSoftmaxBackward(float[], int, int, float[], int, int, float[], int, int, int, int)
   */
  public static void logSoftmaxBackward(
      float[] logProbabilities,
      float[] logProbabilitiesGradient,
      float[] logitsGradient,
      int outer,
      int classes,
      int inner) {
    Call call = Arguments.begin(outer, classes, inner);
    int stride = classes * inner;
    Arguments.backward(
        call,
        "logProbabilities",
        logProbabilities,
        "logProbabilitiesGradient",
        logProbabilitiesGradient,
        logitsGradient,
        stride);
    KERNEL.logSoftmaxBackward(call);
    call.end();
  }
}
