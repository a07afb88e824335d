package io.github.softmax4j.internal.scalar;

import io.github.softmax4j.internal.LogitTransform;

/** A {@link LogitTransform} and its slope on the scalar path. */
public final class ScalarTransform {

  private ScalarTransform() {}

  /** {@code z = transformed(x)}; {@code z} may be {@code x}. */
  public static void apply(LogitTransform t, float[] x, int from, float[] z, int to, int n) {
    double scale = t.scale();
    double cap = t.cap();
    for (int i = 0; i < n; i++) {
      double scaled = scale * x[from + i];
      z[to + i] = (float) (cap == 0 ? scaled : cap * Math.tanh(scaled / cap));
    }
  }

  /** {@code g *= slope} of the transform, where {@code z} are its results. */
  public static void chain(LogitTransform t, float[] z, int from, float[] g, int to, int n) {
    double scale = t.scale();
    double cap = t.cap();
    for (int i = 0; i < n; i++) {
      double ratio = cap == 0 ? 0 : z[from + i] / cap;
      g[to + i] *= (float) (scale * (1 - ratio * ratio));
    }
  }
}
