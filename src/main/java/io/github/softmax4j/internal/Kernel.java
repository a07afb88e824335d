package io.github.softmax4j.internal;

/**
 * The loops and the arithmetic, once in plain Java and once in vectors. A kernel trusts the
 * arguments that are set in its {@link Call}: the public classes have checked them.
 */
public interface Kernel {

  /** Floats per vector; 1 for the scalar path. */
  int lanes();

  /** The calling thread's arguments for the other methods of this kernel. */
  Call call();

  /** Other arguments for them, to be kept: what few rows of a call are handed on with. */
  Call newCall();

  /** The searches of this kernel. */
  Search search();

  /** {@code out = exp(logits - max) / sum(exp(logits - max))}, row by row. */
  void softmax(Call call);

  /** {@code out = (logits - max) - ln(sum(exp(logits - max)))}, row by row. */
  void logSoftmax(Call call);

  /** {@code perRow[r] = max + ln(sum(exp(logits - max)))}. */
  void logSumExp(Call call);

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

  /** {@code z = transformed(x)}, of {@code n} logits of this call that lie beside each other. */
  void transform(Call call, float[] x, int from, float[] z, int to, int n);

  /** {@code g *= slope} of the call's transform at logits {@code z} that it gave. */
  void chain(Call call, float[] z, int from, float[] g, int to, int n);

  /**
   * {@code out = y * (dy - sum(dy * y))}, where {@code y} is a softmax in place of the logits and
   * {@code dy} the gradient of it. A sum that is not finite makes the row NaN.
   */
  void softmaxBackward(Call call);

  /**
   * {@code out = dy - exp(l) * sum(dy)}, where {@code l} is a log-softmax in place of the logits
   * and {@code dy} the gradient of it. A sum that is not finite makes the row NaN.
   */
  void logSoftmaxBackward(Call call);
}
