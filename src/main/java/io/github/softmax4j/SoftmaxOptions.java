package io.github.softmax4j;

import io.github.softmax4j.internal.LogitTransform;
import java.util.Objects;

/**
 * What a softmax does to the logits first: a scale, then a soft cap, then a {@link Mask}. An
 * immutable set of options, built once, used by any number of threads.
 *
 * <p><b>Accuracy.</b> That of the softmax of the logits so transformed, which are floats. Where
 * their rounding puts each of them off by {@code d} at most, a log-probability moves by {@code 2 d}
 * at most, log-sum-exp by {@code d}, and a probability by the share {@code 2 d} of itself. Logits
 * that scale or bias make larger than any float are right, too: differences to the largest count.
 *
 * <p><b>Backward.</b> {@link Softmax#softmaxBackward softmaxBackward} and {@link
 * Softmax#logSoftmaxBackward logSoftmaxBackward} give the gradient with respect to the transformed
 * logits, which is also that with respect to a bias. Multiply it by {@code scale * (1 - (z /
 * cap)^2)}, {@code z} being the capped logit before the mask, or by {@code scale} alone without a
 * cap, for that with respect to the logits as they were given. At a dropped class softmax's is 0 as
 * it should be; log-softmax's is the gradient handed in, so hand in 0 there.
 */
public final class SoftmaxOptions {

  final LogitTransform transform;
  final Mask mask;
  final float[] sinks;
  final int rowsOfSink;
  final boolean emptyRowsAreZero;

  private SoftmaxOptions(Builder builder) {
    transform = new LogitTransform(builder.logitScale, builder.softCap);
    mask = builder.mask;
    sinks = builder.sinks;
    rowsOfSink = builder.rowsOfSink;
    emptyRowsAreZero = builder.emptyRowsAreZero;
  }

  /**
   * The options at their defaults, which do nothing.
   *
   * @return a new builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * The options that are not at their defaults.
   *
   * @return for instance {@code SoftmaxOptions[logitScale=0.125, mask=causal]}
   */
  @Override
  public String toString() {
    return new OptionsText("SoftmaxOptions")
        .addIf(transform.scale() != 1, "logitScale", transform.scale())
        .addIf(transform.cap() != 0, "softCap", transform.cap())
        .addIf(mask != null, "mask", mask)
        .addIf(sinks != null, "sinks", sinks == null ? 0 : sinks.length)
        .addIf(emptyRowsAreZero, "emptyRowsAreZero", true)
        .toString();
  }

  /** Collects the options of a {@link SoftmaxOptions}. */
  public static final class Builder {
    private float logitScale = 1;
    private float softCap;
    private Mask mask;
    private float[] sinks;
    private int rowsOfSink;
    private boolean emptyRowsAreZero;

    private Builder() {}

    /**
     * Multiplies the logits: in attention, by 1 over the square root of a head's size.
     *
     * @param scale a factor above 0 that is finite and not 0 as a float; 1 if not called
     * @return this builder
     * @throws IllegalArgumentException for any other number
     */
    public Builder logitScale(double scale) {
      logitScale = Checks.positive("logitScale", scale);
      return this;
    }

    /**
     * Divides the logits: {@link #logitScale} of 1 over the temperature.
     *
     * @param temperature a number above 0 whose inverse is finite and not 0 as a float
     * @return this builder
     * @throws IllegalArgumentException for any other number
     */
    public Builder temperature(double temperature) {
      logitScale = Checks.inverse("temperature", temperature);
      return this;
    }

    /**
     * Keeps the logits softly below a cap: {@code cap * tanh(scale * z / cap)}. An infinite logit
     * becomes the cap, or minus it, so that a logit of -infinity drops nothing then; a mask, which
     * comes after, does. The capped logits are rounded to float, 2 ULP off at most, or 2e-45 times
     * the cap if that is more.
     *
     * @param cap a number above 0 that is finite and not 0 as a float; no cap if not called
     * @return this builder
     * @throws IllegalArgumentException for any other number
     * @see <a href="https://arxiv.org/abs/2408.00118">Gemma Team: Gemma 2 (2024), section 2</a>
     */
    public Builder softCap(double cap) {
      softCap = Checks.positive("softCap", cap);
      return this;
    }

    /**
     * Drops logits, or biases them, after scale and cap.
     *
     * @param mask a mask; none if not called
     * @return this builder
     * @throws NullPointerException if it is {@code null}
     */
    public Builder mask(Mask mask) {
      this.mask = Objects.requireNonNull(mask, "mask");
      return this;
    }

    /**
     * Adds attention sinks: one more logit in the denominator of each row, which has no output. So
     * the probabilities of a row add up to less than 1. A sink is neither scaled, capped nor
     * masked. It counts in log-sum-exp. A row of which only the sink is left has probability 0
     * everywhere. What a row gives has the bits of a row with one class more.
     *
     * <p>{@link Softmax#softmaxBackward softmaxBackward} and {@link Softmax#logSoftmaxBackward
     * logSoftmaxBackward} are the same with sinks. {@link Softmax#sinkGradient} gives the gradient
     * with respect to the sinks.
     *
     * @param sinks the sinks, whose array is referred to and may change between calls, but is not
     *     where results go; row {@code r} has that of index {@code r / rowsEach} modulo their
     *     number: one for each head if {@code rowsEach} is the number of queries
     * @param rowsEach the number of rows, one after the other, that share a sink, 1 or more
     * @return this builder
     * @throws NullPointerException if it is {@code null}
     * @throws IllegalArgumentException if there are none, or for another {@code rowsEach}
     * @see <a href="https://arxiv.org/abs/2309.17453">Xiao et al.: Efficient streaming language
     *     models with attention sinks (2023)</a>
     */
    public Builder sinks(float[] sinks, int rowsEach) {
      if (Objects.requireNonNull(sinks, "sinks").length == 0) {
        throw new IllegalArgumentException("sinks: there must be at least 1");
      }
      if (rowsEach < 1) {
        throw new IllegalArgumentException("rowsEach: must be at least 1, is " + rowsEach);
      }
      this.sinks = sinks;
      rowsOfSink = rowsEach;
      return this;
    }

    /**
     * Chooses what a row gives of which nothing is left, its logits being dropped or -infinity:
     * NaN, as PyTorch's {@code softmax} gives, if not called. Log-sum-exp is -infinity in any case.
     *
     * @param zero whether probabilities are 0 instead, and log-probabilities -infinity
     * @return this builder
     */
    public Builder emptyRowsAreZero(boolean zero) {
      emptyRowsAreZero = zero;
      return this;
    }

    /**
     * Fixes the options.
     *
     * @return immutable options
     * @throws IllegalArgumentException if the scale is too large for the soft cap
     */
    public SoftmaxOptions build() {
      Checks.cap(logitScale, softCap);
      return new SoftmaxOptions(this);
    }
  }
}
