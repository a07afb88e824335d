package io.github.softmax4j.internal.vector;

import static io.github.softmax4j.internal.vector.math.Lanes.FLOATS;
import static io.github.softmax4j.internal.vector.math.Lanes.INTS;
import static io.github.softmax4j.internal.vector.math.Lanes.LANES;
import static io.github.softmax4j.internal.vector.math.Lanes.load;
import static jdk.incubator.vector.FloatVector.broadcast;

import io.github.softmax4j.internal.LogitTransform;
import io.github.softmax4j.internal.vector.math.Exponential;
import io.github.softmax4j.internal.vector.math.Lanes;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link LogitTransform} in vectors. The scalar loops at the ends of runs have the same arithmetic.
 *
 * <p>The soft cap has no scalar loop. Runs of less than a vector go through a buffer, and the last
 * vector of others ends where they end.
 */
public final class VectorTransform {

  /** Below it, {@code tanh(u) = u + u^3 (T0 + T1 u^2 + ...)}: minimax; above, the exponential. */
  private static final float SMALL = 0.625f;

  private static final float T0 = -0x1.555532p-2f;
  private static final float T1 = 0x1.110726p-3f;
  private static final float T2 = -0x1.b83c5ap-5f;
  private static final float T3 = 0x1.52269cp-6f;
  private static final float T4 = -0x1.75e1ccp-8f;

  private static final int NOT_SIGN = Integer.MAX_VALUE;

  private final float[] buffer = new float[LANES];

  /** {@code z = transformed(x)}, apart from {@code x}. */
  public void apply(LogitTransform t, float[] x, int from, float[] z, int to, int n) {
    if (t.cap() == 0) {
      scale(t.scale(), x, from, z, to, n);
    } else if (n >= LANES) {
      cap(t.scale() / t.cap(), t.cap(), x, from, z, to, n);
    } else {
      System.arraycopy(x, from, buffer, 0, n);
      cap(t.scale() / t.cap(), t.cap(), buffer, 0, buffer, 0, LANES);
      System.arraycopy(buffer, 0, z, to, n);
    }
  }

  /** {@code z = scale * x}, perhaps in place. */
  private static void scale(float scale, float[] x, int from, float[] z, int to, int n) {
    int whole = Lanes.wholeGroups(n, LANES);
    for (int i = 0; i < whole; i += LANES) {
      load(x, from + i).mul(scale).intoArray(z, to + i);
    }
    for (int i = whole; i < n; i++) {
      z[to + i] = x[from + i] * scale;
    }
  }

  /** {@code z = cap * tanh(factor * x)}. */
  private static void cap(float factor, float cap, float[] x, int from, float[] z, int to, int n) {
    float magic = Exponential.magic(0);
    IntVector notSign = IntVector.broadcast(INTS, NOT_SIGN);
    for (int i = 0; i < n; i += LANES) {
      int at = Math.min(i, n - LANES);
      FloatVector u = load(x, from + at).mul(factor);
      FloatVector size = u.reinterpretAsInts().and(notSign).reinterpretAsFloats();
      FloatVector e = Exponential.of(size.add(size), magic, 0);
      FloatVector large = broadcast(FLOATS, 1).sub(e).div(broadcast(FLOATS, 1).add(e));
      FloatVector s = size.mul(size);
      FloatVector t =
          s.mul(T4).add(T3).fma(s, s.broadcast(T2)).fma(s, s.broadcast(T1)).fma(s, s.broadcast(T0));
      FloatVector small = t.mul(s).fma(size, size);
      FloatVector tanh = large.blend(small, size.lt(SMALL));
      IntVector sign = u.reinterpretAsInts().lanewise(VectorOperators.AND_NOT, notSign);
      FloatVector signed = tanh.reinterpretAsInts().or(sign).reinterpretAsFloats();
      signed.mul(cap).blend(u, u.compare(VectorOperators.NE, u)).intoArray(z, to + at); // or NaN
    }
  }

  /** {@code g *= slope}, where {@code z} has been transformed. */
  public void chain(LogitTransform t, float[] z, int from, float[] g, int to, int n) {
    float scale = t.scale();
    if (t.cap() == 0) { // the slope is the same also where z is infinite
      scale(scale, g, to, g, to, n);
      return;
    }
    float perCap = 1 / t.cap();
    int whole = n / LANES * LANES;
    for (int i = 0; i < whole; i += LANES) {
      FloatVector part = load(z, from + i).mul(perCap);
      FloatVector slope = part.mul(-scale).fma(part, part.broadcast(scale));
      load(g, to + i).mul(slope).intoArray(g, to + i);
    }
    for (int i = whole; i < n; i++) {
      float part = z[from + i] * perCap;
      g[to + i] *= Math.fma(part * -scale, part, scale);
    }
  }
}
