package io.github.softmax4j.internal;

/**
 * The transform of logits before a loss or a softmax: {@code cap * tanh(scale * x / cap)}, or
 * {@code scale * x} without a cap.
 *
 * @param scale the factor of the logits: 1 over the temperature
 * @param cap the bound of the absolute values, or 0 for none
 */
public record LogitTransform(float scale, float cap) {

  /** Whether the transform leaves all logits unchanged. */
  public boolean isIdentity() {
    return scale == 1 && cap == 0;
  }
}
