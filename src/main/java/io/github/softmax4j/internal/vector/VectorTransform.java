package io.github.softmax4j.internal.vector;

import static io.github.softmax4j.internal.vector.math.Lanes.INTS;
import static io.github.softmax4j.internal.vector.math.Lanes.LANES;
import static io.github.softmax4j.internal.vector.math.Lanes.load;

import io.github.softmax4j.internal.LogitTransform;
import io.github.softmax4j.internal.vector.math.Exponential;
import io.github.softmax4j.internal.vector.math.HyperbolicTangent;
import io.github.softmax4j.internal.vector.math.Width;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link LogitTransform} with vectors. The scalar loops over remaining elements have the same
 * arithmetic.
 *
 * <p>The soft cap has no scalar loop. Its last vector ends with the range and may repeat elements
 * of the vector before it. A range shorter than a vector is copied to a buffer.
 */
public final class VectorTransform {

  private final float[] buffer = new float[LANES];

  /** Stores the transformed {@code x} in {@code z}, which does not overlap {@code x}. */
  public void apply(LogitTransform t, float[] x, int from, float[] z, int to, int n) {
    if (t.cap() == 0) {
      scale(t.scale(), x, from, z, to, n);
    } else if (!t.isUsual()) {
      t.apply(x, from, z, to, n);
    } else if (n >= LANES) {
      cap(t.scale() / t.cap(), t.cap(), x, from, z, to, n);
    } else {
      System.arraycopy(x, from, buffer, 0, n);
      cap(t.scale() / t.cap(), t.cap(), buffer, 0, buffer, 0, LANES);
      System.arraycopy(buffer, 0, z, to, n);
    }
  }

  /** Stores {@code scale * x} in {@code z}. */
  private static void scale(float scale, float[] x, int from, float[] z, int to, int n) {
    int whole = Width.wholeGroups(n, LANES);
    for (int i = 0; i < whole; i += LANES) {
      load(x, from + i).mul(scale).intoArray(z, to + i);
    }
    for (int i = whole; i < n; i++) {
      z[to + i] = x[from + i] * scale;
    }
  }

  /** Stores {@code cap * tanh(factor * x)} in {@code z}. */
  private static void cap(float factor, float cap, float[] x, int from, float[] z, int to, int n) {
    float magic = Exponential.magic(0);
    IntVector magnitudeBits = IntVector.broadcast(INTS, HyperbolicTangent.MAGNITUDE_BITS);
    for (int i = 0; i < n; i += LANES) {
      int at = Math.min(i, n - LANES);
      FloatVector u = load(x, from + at).mul(factor);
      FloatVector capped = HyperbolicTangent.of(u, magic, magnitudeBits).mul(cap);
      capped.blend(u, u.compare(VectorOperators.NE, u)).intoArray(z, to + at); // NaN
    }
  }

  /** Multiplies the gradients {@code g} by the slope of the soft cap, given its results z. */
  public void chain(LogitTransform t, float[] z, int from, float[] g, int to, int n) {
    if (!t.isUsual()) {
      t.chain(z, from, g, to, n);
      return;
    }
    float inverseCap = 1 / t.cap();
    int whole = n / LANES * LANES;
    for (int i = 0; i < whole; i += LANES) {
      FloatVector ratio = load(z, from + i).mul(inverseCap);
      FloatVector slope = ratio.neg().fma(ratio, ratio.broadcast(1));
      load(g, to + i).mul(slope).intoArray(g, to + i);
    }
    for (int i = whole; i < n; i++) {
      float ratio = z[from + i] * inverseCap;
      g[to + i] *= Math.fma(-ratio, ratio, 1f);
    }
  }
}
