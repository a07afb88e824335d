package io.github.softmax4j.internal.vector.lanewise;

import io.github.softmax4j.internal.LogitTransform;
import io.github.softmax4j.internal.vector.math.HyperbolicTangent;

/** {@link LogitTransform} in plain Java with the bits of {@code VectorTransform}. */
public final class LanewiseTransform {

  private LanewiseTransform() {}

  /** Stores the transformed {@code x} in {@code z}. */
  public static void apply(LogitTransform t, float[] x, int from, float[] z, int to, int n) {
    if (t.cap() == 0) {
      scale(t.scale(), x, from, z, to, n);
    } else if (t.isUsual()) {
      cap(t.scale() / t.cap(), t.cap(), x, from, z, to, n);
    } else {
      t.apply(x, from, z, to, n);
    }
  }

  private static void scale(float scale, float[] x, int from, float[] z, int to, int n) {
    for (int i = 0; i < n; i++) {
      z[to + i] = x[from + i] * scale;
    }
  }

  private static void cap(float factor, float cap, float[] x, int from, float[] z, int to, int n) {
    for (int i = 0; i < n; i++) {
      float u = x[from + i] * factor;
      z[to + i] = u != u ? u : HyperbolicTangent.of(u) * cap;
    }
  }

  /** Multiplies the gradients {@code g} by the slope of the soft cap, given its results z. */
  public static void chain(LogitTransform t, float[] z, int from, float[] g, int to, int n) {
    if (!t.isUsual()) {
      t.chain(z, from, g, to, n);
      return;
    }
    float inverseCap = 1 / t.cap();
    for (int i = 0; i < n; i++) {
      float ratio = z[from + i] * inverseCap;
      g[to + i] *= Math.fma(-ratio, ratio, 1f);
    }
  }
}
