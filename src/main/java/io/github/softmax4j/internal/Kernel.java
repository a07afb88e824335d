package io.github.softmax4j.internal;

/**
 * The operations, implemented once in plain Java and once with vectors. A kernel does not check the
 * arguments in its {@link Call}: the public classes do.
 */
public interface Kernel {

  /** Floats per vector; 1 for the scalar path. */
  int lanes();

  /** Lends a call, to be filled for the other methods of this kernel, until it is ended. */
  Call takeCall();

  /** A new call for its owner. {@link Staged} uses it for the rows in its buffer. */
  Call newCall();

  /** A product to be set, with the working memory of this kernel. */
  MatrixProduct newProduct();

  /** New searches of this kernel, with their working memory. */
  Search newSearch();

  /**
   * Sets whether code for an operation is compiled from its first call on, instead of after some
   * calls.
   */
  void compileAtOnce(boolean atOnce);

  /**
   * Waits until the code that has been requested is compiled.
   *
   * @return false if the time is over before, or if some code could not be compiled
   */
  boolean awaitCompilation(long millis) throws InterruptedException;

  /** {@code out = exp(logits - max) / sum(exp(logits - max))}, row by row. */
  void softmax(Call call);

  /** {@code out = (logits - max) - ln(sum(exp(logits - max)))}, row by row. */
  void logSoftmax(Call call);

  /** {@code perRow[r] = max + ln(sum(exp(logits - max)))}. */
  void logSumExp(Call call);

  /**
   * {@code (logits - max) - ln(sum(exp(logits - max)))} of the call's {@link PickedClasses}, with
   * the bits of {@link #logSoftmax}.
   */
  void logProbabilities(Call call);

  /** {@code max[r]} is the row's maximum, {@code sum[r] = sum(exp(logits - max))}. */
  void partials(Call call, float[] max, double[] sum);

  /**
   * Loss of row {@code r}: {@code (max - logits[label]) + ln(sum(exp(logits - max)))} or, if there
   * are targets, {@code sum(target * ((max - logits) + ln(sum(exp(logits - max)))))}, where a
   * target of 0 contributes 0 whatever its logit.
   *
   * @return the sum of the losses, in double
   */
  double loss(Call call);

  /**
   * The loss, and {@code out = scale * (softmax - onehot(label))} or, if there are targets, {@code
   * scale * (softmax * sum(target) - target)}.
   *
   * @return the sum of the losses, in double
   */
  double lossAndGradient(Call call);

  /** {@code z = transformed(x)}, for {@code n} contiguous logits of the call. */
  void transform(Call call, float[] x, int from, float[] z, int to, int n);

  /** {@code g *= slope} of the call's soft cap, where {@code z} are its results. */
  void chain(Call call, float[] z, int from, float[] g, int to, int n);

  /**
   * {@code out = y * (dy - sum(dy * y))}, where {@code logits} hold the softmax {@code y} and
   * {@code outGradient} its gradient {@code dy}. A sum that is not finite makes the row NaN.
   */
  void softmaxBackward(Call call);

  /**
   * {@code out = dy - exp(l) * sum(dy)}, where {@code logits} hold the log-softmax {@code l} and
   * {@code outGradient} its gradient {@code dy}. A sum that is not finite makes the row NaN.
   */
  void logSoftmaxBackward(Call call);

  /**
   * {@code out = start + a b}, in the order of additions that {@link MatrixProduct} specifies. The
   * bits are the same on every path. The product is {@link MatrixProduct#end ended}.
   *
   * <p>The arrays are arguments, so that a caller needs no store of a reference (C2-39).
   *
   * @param product the places of the operands
   * @param start the start of the sums, or {@code null} for 0
   */
  void multiply(MatrixProduct product, float[] a, float[] b, float[] start, float[] out);
}
