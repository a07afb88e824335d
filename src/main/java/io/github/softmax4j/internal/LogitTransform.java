package io.github.softmax4j.internal;

/**
 * What a loss or a softmax does to logits before anything else: {@code cap * tanh(scale * z /
 * cap)}, or {@code scale * z} if there is no cap.
 *
 * @param scale what logits are multiplied by: 1 over a temperature
 * @param cap what they stay below in size, or 0 if they need not
 */
public record LogitTransform(float scale, float cap) {

  /** Whether logits stay what they are. */
  public boolean isIdentity() {
    return scale == 1 && cap == 0;
  }
}
