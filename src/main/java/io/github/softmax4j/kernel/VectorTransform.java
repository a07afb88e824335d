package io.github.softmax4j.kernel;

import static io.github.softmax4j.kernel.Lanes.FLOATS;
import static io.github.softmax4j.kernel.Lanes.INTS;
import static io.github.softmax4j.kernel.Lanes.LANES;
import static jdk.incubator.vector.FloatVector.broadcast;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link LogitTransform} in vectors. Runs of less than a vector go through a buffer, and the last
 * vector of others is the one that ends where they end, so all elements have the same arithmetic.
 */
final class VectorTransform {

  /** Below it, {@code tanh(u) = u + u^3 (T0 + T1 u^2 + ...)}: minimax; above, the exponential. */
  private static final float SMALL = 0.625f;

  private static final float T0 = -0x1.555532p-2f;
  private static final float T1 = 0x1.110726p-3f;
  private static final float T2 = -0x1.b83c5ap-5f;
  private static final float T3 = 0x1.52269cp-6f;
  private static final float T4 = -0x1.75e1ccp-8f;

  private static final int NOT_SIGN = Integer.MAX_VALUE;

  private final float[] bufferOfX = new float[LANES];
  private final float[] bufferOfZ = new float[LANES];

  /** {@code z = transformed(x)}, apart from {@code x}. */
  void apply(LogitTransform t, float[] x, int from, float[] z, int to, int n) {
    if (n < LANES) {
      System.arraycopy(x, from, bufferOfX, 0, n);
      applyToVectors(t, bufferOfX, 0, bufferOfZ, 0, LANES);
      System.arraycopy(bufferOfZ, 0, z, to, n);
    } else {
      applyToVectors(t, x, from, z, to, n);
    }
  }

  private static void applyToVectors(
      LogitTransform t, float[] x, int from, float[] z, int to, int n) {
    if (t.cap() == 0) {
      scale(t.scale(), x, from, z, to, n);
    } else {
      cap(t.scale() / t.cap(), t.cap(), x, from, z, to, n);
    }
  }

  private static void scale(float scale, float[] x, int from, float[] z, int to, int n) {
    for (int i = 0; i < n; i += LANES) {
      int at = Math.min(i, n - LANES);
      FloatVector.fromArray(FLOATS, x, from + at).mul(scale).intoArray(z, to + at);
    }
  }

  /** {@code cap * tanh(factor * x)}. */
  private static void cap(float factor, float cap, float[] x, int from, float[] z, int to, int n) {
    float magic = Lanes.magicOf(0);
    IntVector limit = FloatVector.fromArray(FLOATS, Lanes.LIMITS, 0 * LANES).reinterpretAsInts();
    FloatVector log2e = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.LOG2_E);
    FloatVector low = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.LOG2_E_LOW);
    FloatVector c5 = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.C5);
    FloatVector c4 = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.C4);
    FloatVector c3 = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.C3);
    FloatVector c2 = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.C2);
    FloatVector c1 = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.C1);
    FloatVector c0 = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.C0);
    FloatVector one = broadcast(FLOATS, 1);
    IntVector notSign = IntVector.broadcast(INTS, NOT_SIGN);
    for (int i = 0; i < n; i += LANES) {
      int at = Math.min(i, n - LANES);
      FloatVector u = FloatVector.fromArray(FLOATS, x, from + at).mul(factor);
      FloatVector size = u.reinterpretAsInts().and(notSign).reinterpretAsFloats();
      FloatVector v = size.add(size).reinterpretAsInts().min(limit).reinterpretAsFloats();
      FloatVector k = v.fma(log2e, broadcast(FLOATS, magic));
      FloatVector q = v.fma(low, v.fma(log2e, broadcast(FLOATS, magic).sub(k)));
      FloatVector p = q.fma(c5, c4).fma(q, c3).fma(q, c2).fma(q, c1).fma(q, c0);
      IntVector power = k.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
      FloatVector e = p.mul(power.reinterpretAsFloats());
      FloatVector large = one.sub(e).div(one.add(e));
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

  private static void scale(float scale, float[] g, int at, int n) {
    int whole = n / LANES * LANES;
    for (int i = at; i < at + whole; i += LANES) {
      FloatVector.fromArray(FLOATS, g, i).mul(scale).intoArray(g, i);
    }
    for (int i = at + whole; i < at + n; i++) {
      g[i] *= scale;
    }
  }

  /** {@code g *= slope}, where {@code z} has been transformed. */
  void chain(LogitTransform t, float[] z, int from, float[] g, int to, int n) {
    float scale = t.scale();
    if (t.cap() == 0) { // the slope is the same also where z is infinite
      scale(scale, g, to, n);
      return;
    }
    float perCap = 1 / t.cap();
    int whole = n / LANES * LANES;
    for (int i = 0; i < whole; i += LANES) {
      FloatVector part = FloatVector.fromArray(FLOATS, z, from + i).mul(perCap);
      FloatVector slope = part.mul(-scale).fma(part, part.broadcast(scale));
      FloatVector.fromArray(FLOATS, g, to + i).mul(slope).intoArray(g, to + i);
    }
    for (int i = whole; i < n; i++) {
      float part = z[from + i] * perCap;
      g[to + i] *= Math.fma(part * -scale, part, scale);
    }
  }
}
