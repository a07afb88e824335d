package io.github.softmax4j.internal;

/**
 * The transform of logits before a loss or a softmax: {@code cap * tanh(scale * x / cap)}, or
 * {@code scale * x} without a cap.
 *
 * <p>The methods compute it in double, for the scalar path and for numbers that floats cannot hold.
 *
 * @param scale the factor of the logits: 1 over the temperature
 * @param cap the bound of the absolute values, or 0 for none
 */
public record LogitTransform(float scale, float cap) {

  /** Whether the transform leaves all logits unchanged. */
  public boolean isIdentity() {
    return scale == 1 && cap == 0;
  }

  /** Whether a finite logit may become infinite. */
  public boolean mayOverflow() {
    return cap == 0 && scale > 1;
  }

  /** Whether scale and cap are so near 1 that their ratio and its products are usual floats. */
  public boolean isUsual() {
    return isUsual(scale) && isUsual(cap);
  }

  private static boolean isUsual(float factor) {
    return factor >= 0x1p-40f && factor <= 0x1p40f;
  }

  /** The transformed logit. */
  public double of(float x) {
    double scaled = (double) scale * x;
    return cap == 0 ? scaled : cap * Math.tanh(scaled / cap);
  }

  /** {@code z = transformed(x)}; {@code z} may be {@code x}. */
  public void apply(float[] x, int from, float[] z, int to, int n) {
    for (int i = 0; i < n; i++) {
      z[to + i] = (float) of(x[from + i]);
    }
  }

  /** {@code g *= slope} of the soft cap, where {@code z} are its results. */
  public void chain(float[] z, int from, float[] g, int to, int n) {
    for (int i = 0; i < n; i++) {
      double ratio = (double) z[from + i] / cap;
      g[to + i] *= (float) (1 - ratio * ratio);
    }
  }
}
