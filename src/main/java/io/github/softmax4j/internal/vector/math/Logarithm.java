package io.github.softmax4j.internal.vector.math;

import static io.github.softmax4j.internal.vector.math.Lanes.FLOATS;
import static io.github.softmax4j.internal.vector.math.Lanes.INTS;
import static jdk.incubator.vector.FloatVector.broadcast;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The natural logarithm of sums, for vectors and, to the bit, for a scalar.
 *
 * <p>With {@code s = 2^e m} and {@code sqrt(1/2) <= m < sqrt(2)}, it is {@code e ln(2) + ln(m)}.
 */
public final class Logarithm {

  private static final float LN2 = 0x1.62e430p-1f;

  /** What that leaves of ln(2). */
  private static final float LN2_REST = -0x1.05c610p-29f;

  // ln(m) = f - f^2/2 + f^3 (L0 + L1 f + ...), f = m - 1: minimax
  private static final float L0 = 0x1.5556dap-2f;
  private static final float L1 = -0x1.000386p-2f;
  private static final float L2 = 0x1.98d788p-3f;
  private static final float L3 = -0x1.5380c2p-3f;
  private static final float L4 = 0x1.3177aep-3f;
  private static final float L5 = -0x1.244164p-3f;
  private static final float L6 = 0x1.647132p-4f;

  /** The bits of sqrt(1/2). */
  private static final int SQRT_HALF = 0x3f3504f3;

  private static final int EXPONENT_SHIFT = 23;

  /** The sum of this and a small int, as bits, is that int as a float plus this float. */
  private static final float ROUNDER = 0x1.8p23f;

  private Logarithm() {}

  /**
   * {@code ln(2^offset s)}.
   *
   * <p>Valid for normal positive {@code s}; NaN gives NaN. The relative error is that of rounding
   * {@code n ln(2)} and a polynomial of degree 9. Whole vectors convert {@code e} by an addition.
   */
  @Inline
  public static FloatVector of(FloatVector s, int offset) {
    IntVector bits = s.reinterpretAsInts();
    IntVector e = bits.sub(SQRT_HALF).lanewise(VectorOperators.ASHR, EXPONENT_SHIFT);
    FloatVector f =
        bits.sub(e.lanewise(VectorOperators.LSHL, EXPONENT_SHIFT)).reinterpretAsFloats().sub(1f);
    IntVector rounder = IntVector.broadcast(INTS, Float.floatToRawIntBits(ROUNDER) + offset);
    FloatVector n = e.add(rounder).reinterpretAsFloats().sub(ROUNDER);
    FloatVector q = f.mul(L6).add(L5).fma(f, broadcast(FLOATS, L4)).fma(f, broadcast(FLOATS, L3));
    q = q.fma(f, broadcast(FLOATS, L2)).fma(f, broadcast(FLOATS, L1));
    q = q.fma(f, broadcast(FLOATS, L0));
    FloatVector low = n.mul(LN2_REST).add(f.mul(f).mul(f.mul(q).sub(0.5f)));
    return n.mul(LN2).add(f.add(low)).add(s.sub(s));
  }

  /** The same of one sum, to the bit. */
  public static float of(float s, int offset) {
    int bits = Float.floatToRawIntBits(s);
    int e = bits - SQRT_HALF >> EXPONENT_SHIFT;
    float f = Float.intBitsToFloat(bits - (e << EXPONENT_SHIFT)) - 1;
    float n = e + offset;
    float q = Math.fma(Math.fma(f * L6 + L5, f, L4), f, L3);
    q = Math.fma(Math.fma(Math.fma(q, f, L2), f, L1), f, L0);
    float low = n * LN2_REST + f * f * (f * q - 0.5f);
    return n * LN2 + (f + low) + (s - s);
  }
}
