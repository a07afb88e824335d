package io.github.softmax4j.internal.vector.math;

import static io.github.softmax4j.internal.vector.math.Lanes.FLOATS;
import static io.github.softmax4j.internal.vector.math.Lanes.INTS;
import static jdk.incubator.vector.FloatVector.broadcast;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The natural logarithm of sums, for vectors and for scalars, with equal bits.
 *
 * <p>With {@code sum = 2^e m} and {@code sqrt(1/2) <= m < sqrt(2)}, it is {@code e ln(2) + ln(m)}.
 */
public final class Logarithm {

  private static final float LN2 = 0x1.62e430p-1f;

  /** The difference of ln(2) and its float. */
  private static final float LN2_LOW = -0x1.05c610p-29f;

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

  /** Its bits plus a small int are the bits of this number plus that int. */
  private static final float ROUNDER = 0x1.8p23f;

  private Logarithm() {}

  /**
   * {@code ln(2^offset sum)}.
   *
   * <p>Valid for normal positive sums; NaN gives NaN. The relative error is that of rounding {@code
   * n ln(2)} and a polynomial of degree 9. An addition converts {@code e} to a float.
   */
  @Inline
  public static FloatVector of(FloatVector sum, int offset) {
    IntVector bits = sum.reinterpretAsInts();
    IntVector e = bits.sub(SQRT_HALF).lanewise(VectorOperators.ASHR, EXPONENT_SHIFT);
    FloatVector f =
        bits.sub(e.lanewise(VectorOperators.LSHL, EXPONENT_SHIFT)).reinterpretAsFloats().sub(1f);
    IntVector rounder = IntVector.broadcast(INTS, Float.floatToRawIntBits(ROUNDER) + offset);
    FloatVector n = e.add(rounder).reinterpretAsFloats().sub(ROUNDER);
    FloatVector p = f.mul(L6).add(L5).fma(f, broadcast(FLOATS, L4)).fma(f, broadcast(FLOATS, L3));
    p = p.fma(f, broadcast(FLOATS, L2)).fma(f, broadcast(FLOATS, L1));
    p = p.fma(f, broadcast(FLOATS, L0));
    FloatVector low = n.mul(LN2_LOW).add(f.mul(f).mul(f.mul(p).sub(0.5f)));
    return n.mul(LN2).add(f.add(low)).add(sum.sub(sum));
  }

  /** The same for one sum, with equal bits. */
  public static float of(float sum, int offset) {
    int bits = Float.floatToRawIntBits(sum);
    int e = bits - SQRT_HALF >> EXPONENT_SHIFT;
    float f = Float.intBitsToFloat(bits - (e << EXPONENT_SHIFT)) - 1;
    float n = e + offset;
    float p = Math.fma(Math.fma(f * L6 + L5, f, L4), f, L3);
    p = Math.fma(Math.fma(Math.fma(p, f, L2), f, L1), f, L0);
    float low = n * LN2_LOW + f * f * (f * p - 0.5f);
    return n * LN2 + (f + low) + (sum - sum);
  }
}
