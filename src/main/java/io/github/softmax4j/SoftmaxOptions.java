package io.github.softmax4j;

import io.github.softmax4j.kernel.LogitTransform;
import java.util.Objects;

/**
 * What a softmax does to the logits first: {@code scale}, then a soft cap, then a {@link Mask}. An
 * immutable set of options, built once, used by any number of threads.
 */
public final class SoftmaxOptions {

  final LogitTransform transform;
  final Mask mask;
  final boolean emptyRowsAreZero;

  private SoftmaxOptions(Builder builder) {
    transform = new LogitTransform(builder.scale, builder.softCap);
    mask = builder.mask;
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

  /** Collects the options of a {@link SoftmaxOptions}. */
  public static final class Builder {
    private float scale = 1;
    private float softCap;
    private Mask mask;
    private boolean emptyRowsAreZero;

    private Builder() {}

    /**
     * Multiplies the logits: 1 over a temperature, or over the square root of an attention head's
     * size.
     *
     * @param scale a finite factor above 0; 1 if not called
     * @return this builder
     */
    public Builder scale(float scale) {
      this.scale = Checks.positive("scale", scale);
      return this;
    }

    /**
     * Keeps the logits softly below a cap: {@code cap * tanh(scale * z / cap)}. An infinite logit
     * becomes the cap, or minus it. The capped logits are rounded to float, 2 ULP off at most.
     *
     * @param cap a finite number above 0; no cap if not called
     * @return this builder
     * @see <a href="https://arxiv.org/abs/2408.00118">Gemma Team: Gemma 2 (2024), section 2</a>
     */
    public Builder softCap(float cap) {
      softCap = Checks.positive("softCap", cap);
      return this;
    }

    /**
     * Drops logits, or biases them.
     *
     * @param mask a mask; none if not called
     * @return this builder
     */
    public Builder mask(Mask mask) {
      this.mask = Objects.requireNonNull(mask, "mask");
      return this;
    }

    /**
     * Chooses what a row gives of which nothing is left, its logits being dropped or -infinity:
     * NaN, as in PyTorch, if not called.
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
      Checks.cap("scale", scale, softCap);
      return new SoftmaxOptions(this);
    }
  }
}
