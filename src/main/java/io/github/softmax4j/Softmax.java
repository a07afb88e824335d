package io.github.softmax4j;

import static io.github.softmax4j.Active.KERNEL;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.SinkGradient;
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
 * <p><b>Layout.</b> Each operation has a short form for contiguous arrays, of {@code rows *
 * classes} elements. All else takes {@link MatrixView views}: offsets, strides, and the class axis
 * in the middle. The matrices of a call have one shape. The output may be the input's very place
 * (the same array, offset and stride) or lie apart from it. Elements between the rows are not
 * touched. Two matrices of different strides in one array must lie behind each other.
 *
 * <p><b>Same bits.</b> What a row gives does not depend on the rows beside it, its place in the
 * batch, offsets or strides. With the class axis in the middle, an {@code inner} of 1 gives the
 * bits of rows whose class axis is the last. With more, the last bits may differ from these, but do
 * not depend on {@code inner}.
 *
 * <p><b>Exceptions</b>, all before anything is written:
 *
 * <ul>
 *   <li>{@link NullPointerException} for a missing array, view, options or partials;
 *   <li>{@link IllegalArgumentException} for a negative size, no classes, views of different
 *       shapes, an output that overlaps the input in part, a {@link Mask} that does not fit, or
 *       partials of another number of rows;
 *   <li>{@link IndexOutOfBoundsException} for an array that is too short;
 *   <li>{@link IllegalStateException} for partials that have seen fewer classes than the part has.
 * </ul>
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
   * @see #softmax(MatrixView, MatrixView)
   */
  public static void softmax(float[] logits, float[] probabilities, int rows, int classes) {
    Call call = Arguments.begin(rows, classes);
    Arguments.logits(call, logits, 0, classes);
    Arguments.out(call, "probabilities", probabilities, 0, classes);
    KERNEL.softmax(call);
    call.end();
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
   * @param probabilities receives the probabilities, of the same shape
   */
  public static void softmax(MatrixView logits, MatrixView probabilities) {
    Call call = Arguments.begin(logits, "probabilities", probabilities);
    KERNEL.softmax(call);
    call.end();
  }

  /**
   * Probabilities of scaled, capped or masked logits. A dropped class has probability 0; a row of
   * which nothing is left is NaN, or 0 if the options say so.
   *
   * <p><b>Backward.</b> {@link #softmaxBackward(MatrixView, MatrixView, MatrixView)
   * softmaxBackward} of these probabilities gives the gradient with respect to the transformed
   * logits. Multiply it by {@code scale * (1 - (z / cap)^2)}, {@code z} being the capped logit, or
   * by {@code scale} alone without a cap, for that with respect to {@code logits}.
   *
   * <p>Accuracy: as without options, of the transformed logits, whose own rounding {@link
   * SoftmaxOptions} tells. Exceptions: as for all operations here, the mask's among them.
   *
   * @param logits the logits
   * @param probabilities receives the probabilities, of the same shape
   * @param options what is done to the logits first; a bias in its mask is not in the array that
   *     the result goes to
   */
  public static void softmax(MatrixView logits, MatrixView probabilities, SoftmaxOptions options) {
    Call call = Arguments.begin(logits, "probabilities", probabilities);
    Arguments.options(call, options, 0);
    Staged.of(KERNEL, call).softmax(call);
    call.end();
  }

  /**
   * Probabilities of these classes, where others are elsewhere. They add up to 1 with those of the
   * other parts. A row that has no softmax in all parts together is NaN in each.
   *
   * @param logits the logits of this part
   * @param probabilities receives the probabilities, of the same shape
   * @param partials the merged state of all parts, of as many rows
   */
  public static void softmax(MatrixView logits, MatrixView probabilities, Partials partials) {
    Call call = Arguments.begin(logits, "probabilities", probabilities);
    Arguments.partials(call, partials, 0, call.classes);
    partials.checkPart(call.classes);
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
   * @see #logSoftmax(MatrixView, MatrixView)
   */
  public static void logSoftmax(float[] logits, float[] logProbabilities, int rows, int classes) {
    Call call = Arguments.begin(rows, classes);
    Arguments.logits(call, logits, 0, classes);
    Arguments.out(call, "logProbabilities", logProbabilities, 0, classes);
    KERNEL.logSoftmax(call);
    call.end();
  }

  /**
   * Log-probabilities {@code z_c - ln(sum_k exp(z_k))}, in nats.
   *
   * <p>Accuracy: within {@code 2.4e-6 * max(1, |value|)}, also where the probability itself would
   * be too small to be told from 0. Half of that if terms are not {@link #softmax(MatrixView,
   * MatrixView) all rounded to the same side}.
   *
   * @param logits the logits
   * @param logProbabilities receives the log-probabilities, of the same shape
   */
  public static void logSoftmax(MatrixView logits, MatrixView logProbabilities) {
    Call call = Arguments.begin(logits, "logProbabilities", logProbabilities);
    KERNEL.logSoftmax(call);
    call.end();
  }

  /**
   * Log-probabilities, in nats, of scaled, capped or masked logits. A dropped class has -infinity;
   * a row of which nothing is left is NaN, or -infinity if the options say so.
   *
   * <p><b>Backward.</b> {@link #logSoftmaxBackward(MatrixView, MatrixView, MatrixView)
   * logSoftmaxBackward} of these log-probabilities gives the gradient with respect to the
   * transformed logits. Multiply it by {@code scale * (1 - (z / cap)^2)}, {@code z} being the
   * capped logit, or by {@code scale} alone without a cap, for that with respect to {@code logits}.
   * Hand in a gradient of 0 at dropped classes.
   *
   * <p>Accuracy: as without options, of the transformed logits, whose own rounding {@link
   * SoftmaxOptions} tells. Exceptions: as for all operations here, the mask's among them.
   *
   * @param logits the logits
   * @param logProbabilities receives the log-probabilities, of the same shape
   * @param options what is done to the logits first; a bias in its mask is not in the array that
   *     the result goes to
   */
  public static void logSoftmax(
      MatrixView logits, MatrixView logProbabilities, SoftmaxOptions options) {
    Call call = Arguments.begin(logits, "logProbabilities", logProbabilities);
    Arguments.options(call, options, Float.NEGATIVE_INFINITY);
    Staged.of(KERNEL, call).logSoftmax(call);
    call.end();
  }

  /**
   * Log-probabilities of these classes, where others are elsewhere. A row that has no softmax in
   * all parts together is NaN in each.
   *
   * @param logits the logits of this part
   * @param logProbabilities receives the log-probabilities, of the same shape
   * @param partials the merged state of all parts, of as many rows
   */
  public static void logSoftmax(MatrixView logits, MatrixView logProbabilities, Partials partials) {
    Call call = Arguments.begin(logits, "logProbabilities", logProbabilities);
    Arguments.partials(call, partials, 0, call.classes);
    partials.checkPart(call.classes);
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
   * @see #logSumExp(MatrixView, MatrixView)
   */
  public static void logSumExp(float[] logits, float[] logSumExp, int rows, int classes) {
    Call call = Arguments.begin(rows, classes);
    Arguments.logits(call, logits, 0, classes);
    Arguments.perRow(call, "logSumExp", Objects.requireNonNull(logSumExp, "logSumExp"), 0);
    KERNEL.logSumExp(call);
    call.end();
  }

  /**
   * {@code ln(sum_k exp(z_k))}, in nats.
   *
   * <p><b>Backward.</b> Its gradient with respect to the logits is their softmax, so there is no
   * method for it: call {@link #softmax(MatrixView, MatrixView) softmax} and multiply each row by
   * the gradient with respect to its value. Where the row is a term of a loss that is divided by
   * the batch, that factor is the same for all rows.
   *
   * <p>A row with NaN gives NaN, one with +infinity +infinity, one of nothing but -infinity
   * -infinity. Accuracy: within {@code 2.4e-6 * max(1, |value|)}, or half of that as for {@link
   * #logSoftmax(MatrixView, MatrixView) log-softmax}.
   *
   * @param logits the logits
   * @param logSumExp a {@link MatrixView#ofColumn column} that receives one value for each row,
   *     apart from the logits
   */
  public static void logSumExp(MatrixView logits, MatrixView logSumExp) {
    Call call = Arguments.begin(logits);
    Arguments.perRow(call, "logSumExp", Objects.requireNonNull(logSumExp, "logSumExp"));
    KERNEL.logSumExp(call);
    call.end();
  }

  /**
   * {@code ln(sum_k exp(z_k))}, in nats, of scaled, capped or masked logits. A row of which nothing
   * is left has -infinity, whatever the options say of such rows.
   *
   * <p>Accuracy: as without options, of the transformed logits, whose own rounding {@link
   * SoftmaxOptions} tells. Exceptions: as for all operations here, the mask's among them.
   *
   * @param logits the logits
   * @param logSumExp a {@link MatrixView#ofColumn column} that receives one value for each row,
   *     apart from the logits
   * @param options what is done to the logits first; a bias in its mask is not in the array that
   *     the result goes to
   */
  public static void logSumExp(MatrixView logits, MatrixView logSumExp, SoftmaxOptions options) {
    Call call = Arguments.begin(logits);
    Arguments.perRow(call, "logSumExp", Objects.requireNonNull(logSumExp, "logSumExp"));
    Arguments.options(call, options, Float.NEGATIVE_INFINITY);
    Staged.of(KERNEL, call).logSumExp(call);
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
   * @throws IllegalArgumentException if {@code k} is not in {@code [1, classes]}, or as for the
   *     other operations
   * @see #topLogProbabilities(MatrixView, IntView, MatrixView)
   */
  public static void topLogProbabilities(
      float[] logits, int k, int[] indices, float[] logProbabilities, int rows, int classes) {
    Call call = Arguments.begin(rows, classes);
    Checks.leading(k, classes);
    Arguments.logits(call, logits, 0, classes);
    Arguments.leading(call, k, indices, logProbabilities);
    TopClasses.find(call);
    call.end();
  }

  /**
   * The largest log-probabilities of each row, in nats, and their classes, in descending order of
   * the logits; of equal logits the lower class comes first. They are what {@link
   * #logSoftmax(MatrixView, MatrixView) logSoftmax} gives, to the bit. The row is not sorted: the
   * time it takes beside that does not depend on their number as long as that is far below the
   * number of classes.
   *
   * <p>A row with NaN or +infinity, or of nothing but -infinity, gives the class -1 and NaN for
   * each.
   *
   * @param logits the logits, the classes of a row being contiguous
   * @param indices receives the classes of each row, the most probable first; it has as many
   *     columns as are wanted
   * @param logProbabilities receives the log-probabilities, of the same shape; it must lie before
   *     or behind the logits if it is in the same array
   * @throws IllegalArgumentException if there are more columns than classes, or as for the other
   *     operations
   */
  public static void topLogProbabilities(
      MatrixView logits, IntView indices, MatrixView logProbabilities) {
    Call call = Arguments.begin(logits);
    Arguments.leading(call, logits, indices, logProbabilities);
    TopClasses.find(call);
    call.end();
  }

  /**
   * The log-probabilities of {@code k} given classes of each of contiguous rows, in nats.
   *
   * @param logits {@code rows * classes} logits, row after row
   * @param k how many classes of each row, 1 or more
   * @param indices {@code rows * k} classes, row after row, each in {@code [0, classes)}
   * @param logProbabilities receives as many log-probabilities, apart from the logits
   * @param rows the number of rows, 0 or more
   * @param classes the number of classes, 1 or more
   * @throws IllegalArgumentException if {@code k} is less than 1 or an index is no class, or as for
   *     the other operations
   * @see #logProbabilitiesOf(MatrixView, IntView, MatrixView)
   */
  public static void logProbabilitiesOf(
      float[] logits, int k, int[] indices, float[] logProbabilities, int rows, int classes) {
    Call call = Arguments.begin(rows, classes);
    Arguments.logits(call, logits, 0, classes);
    Arguments.picked(call, k, indices, logProbabilities);
    KERNEL.logProbabilities(call);
    call.end();
  }

  /**
   * The log-probabilities of given classes of each row, in nats, such as those of labels, of drawn
   * tokens or of a few candidates. They are what {@link #logSoftmax(MatrixView, MatrixView)
   * logSoftmax} gives, to the bit. The other log-probabilities are not computed: the time is that
   * of log-sum-exp as long as there are few classes.
   *
   * <p>A class may be named more than once. With the class axis in the middle, rows are in the
   * order of {@code outer * inner}. A row that has no softmax gives NaN for each class.
   *
   * @param logits the logits
   * @param indices the classes of each row, each in {@code [0, classes)}
   * @param logProbabilities receives the log-probabilities, of the indices' shape; it must lie
   *     before or behind the logits if it is in the same array
   * @throws IllegalArgumentException if an index is no class, or as for the other operations
   */
  public static void logProbabilitiesOf(
      MatrixView logits, IntView indices, MatrixView logProbabilities) {
    Call call = Arguments.begin(logits);
    Arguments.picked(call, indices, logProbabilities);
    KERNEL.logProbabilities(call);
    call.end();
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
   * @see #softmaxBackward(MatrixView, MatrixView, MatrixView)
   */
  public static void softmaxBackward(
      float[] probabilities,
      float[] probabilitiesGradient,
      float[] logitsGradient,
      int rows,
      int classes) {
    Call call = Arguments.begin(rows, classes);
    Arguments.backward(
        call,
        "probabilities",
        probabilities,
        "probabilitiesGradient",
        probabilitiesGradient,
        logitsGradient);
    KERNEL.softmaxBackward(call);
    call.end();
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
   * @param probabilitiesGradient the gradient of the loss with respect to each of them, of the same
   *     shape
   * @param logitsGradient receives the gradient of the loss with respect to the logits, of the same
   *     shape; it may be at the very place of either input, or lie apart from both
   */
  public static void softmaxBackward(
      MatrixView probabilities, MatrixView probabilitiesGradient, MatrixView logitsGradient) {
    Call call =
        Arguments.backward(
            "probabilities",
            probabilities,
            "probabilitiesGradient",
            probabilitiesGradient,
            logitsGradient);
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
   * @see #logSoftmaxBackward(MatrixView, MatrixView, MatrixView)
   */
  public static void logSoftmaxBackward(
      float[] logProbabilities,
      float[] logProbabilitiesGradient,
      float[] logitsGradient,
      int rows,
      int classes) {
    Call call = Arguments.begin(rows, classes);
    Arguments.backward(
        call,
        "logProbabilities",
        logProbabilities,
        "logProbabilitiesGradient",
        logProbabilitiesGradient,
        logitsGradient);
    KERNEL.logSoftmaxBackward(call);
    call.end();
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
   * @param logProbabilitiesGradient the gradient of the loss with respect to each of them, of the
   *     same shape
   * @param logitsGradient receives the gradient of the loss with respect to the logits, of the same
   *     shape; it may be at the very place of either input, or lie apart from both
   */
  public static void logSoftmaxBackward(
      MatrixView logProbabilities, MatrixView logProbabilitiesGradient, MatrixView logitsGradient) {
    Call call =
        Arguments.backward(
            "logProbabilities",
            logProbabilities,
            "logProbabilitiesGradient",
            logProbabilitiesGradient,
            logitsGradient);
    KERNEL.logSoftmaxBackward(call);
    call.end();
  }

  /**
   * Gradient with respect to {@link SoftmaxOptions.Builder#sinks attention sinks}, of the softmax
   * with these options: {@code -sum_r q_r sum_c p_rc g_rc} over the rows of a sink, {@code q} being
   * the sink's own probability. It is computed in double.
   *
   * <p>Accuracy: {@code q} is within {@code 2.5e-6 * max(1, |lse|)} of itself, as {@code lse} is a
   * float. NaN in a row makes the gradient of its sink NaN. A sink of -infinity has gradient 0.
   *
   * @param probabilities what {@link #softmax(MatrixView, MatrixView, SoftmaxOptions) softmax} gave
   * @param probabilitiesGradient the gradient of the loss with respect to each of them, of the same
   *     shape
   * @param logSumExp a column with what {@link #logSumExp(MatrixView, MatrixView, SoftmaxOptions)
   *     logSumExp} gave with these options
   * @param options the options, with sinks
   * @param sinkGradient receives a value for each sink, from index 0 on; not the array of an input
   * @throws IllegalArgumentException as for the other operations, and for options without sinks
   */
  public static void sinkGradient(
      MatrixView probabilities,
      MatrixView probabilitiesGradient,
      MatrixView logSumExp,
      SoftmaxOptions options,
      float[] sinkGradient) {
    Call call = Arguments.begin(Objects.requireNonNull(probabilities, "probabilities"));
    Arguments.sinkGradient(call, probabilitiesGradient, logSumExp, options, sinkGradient);
    SinkGradient.compute(call, sinkGradient);
    call.end();
  }
}
