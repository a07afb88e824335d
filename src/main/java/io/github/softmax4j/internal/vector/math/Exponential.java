package io.github.softmax4j.internal.vector.math;

import static io.github.softmax4j.internal.vector.math.Lanes.FLOATS;
import static io.github.softmax4j.internal.vector.math.Lanes.INTS;
import static io.github.softmax4j.internal.vector.math.Lanes.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The exponential of gaps below a reference, for vectors and, to the bit, for a scalar.
 *
 * <p>With {@code -y log2(e) = n + f}, the result is {@code 2^n 2^f}. The sum with {@code magic}
 * rounds to {@code n} and leaves it, biased, where a shift makes it the exponent. Powers of 2 need
 * no constant ln(2), as what rounds to {@code n} leaves {@code f} too: one register less.
 *
 * <p>Vectors of constants are loaded from an array, once before the loops of a method, and so stay
 * in registers. C2 would rather make those of {@code broadcast} again for each use.
 */
public final class Exponential {

  private static final float LOG2_E = -0x1.715476p+0f;

  /** What that leaves of -log2(e). */
  private static final float LOG2_E_REST = -0x1.4ae0c0p-26f;

  // 2^(1 + f) for |f| <= 1/2: minimax in units of the last place, with the constant term held at 2,
  // then the neighbours with the smallest error over all y
  private static final float C0 = 2f;
  private static final float C1 = 0x1.62e424p+0f;
  private static final float C2 = 0x1.ebf9acp-2f;
  private static final float C3 = 0x1.c6baa6p-4f;
  private static final float C4 = 0x1.3ceef4p-6f;
  private static final float C5 = 0x1.5ab6d8p-9f;

  private static final int EXPONENT_SHIFT = 23;
  private static final int EXPONENT_BIAS = 127;

  /** Adding it rounds to an integer, which then stands in the low bits. */
  private static final float ROUNDER = 0x1.8p23f;

  /** The most bits by which results are kept smaller than they are. */
  public static final int MAX_OFFSET = 48;

  /** The constants, each in every lane: C0 to C5, then those of log2(e). */
  public static final float[] CONSTANTS = spread(C0, C1, C2, C3, C4, C5, LOG2_E, LOG2_E_REST);

  private static final int AT_LOG2_E = 6;
  private static final int AT_REST = 7;

  /** For each offset, the smallest gap whose result would be no normal number. */
  public static final float[] LIMITS = limits();

  private Exponential() {}

  private static float[] spread(float... values) {
    float[] spread = new float[values.length * LANES];
    for (int i = 0; i < spread.length; i++) {
      spread[i] = values[i / LANES];
    }
    return spread;
  }

  private static float[] limits() {
    float[] limits = new float[(MAX_OFFSET + 1) * LANES];
    for (int i = 0; i < limits.length; i++) {
      limits[i] = (float) ((EXPONENT_BIAS - 1 - i / LANES) * Math.log(2));
    }
    return limits;
  }

  /** What turns {@code -y log2(e)} into half of the exponent field of {@code 2^-offset exp(-y)}. */
  public static float magic(int offset) {
    return ROUNDER + (EXPONENT_BIAS - 1 - offset);
  }

  @Inline(once = true)
  private static FloatVector constant(int i) {
    return Lanes.load(CONSTANTS, i * LANES);
  }

  /**
   * The limit that {@link #clamp} wants, in every lane, for loops that have a register for it.
   *
   * <p>It is from a table of floats. With one of ints, C2 loads logits by an instruction of its
   * own, not by the subtraction.
   */
  @Inline
  public static IntVector limits(int offset) {
    return Lanes.load(LIMITS, offset * LANES).reinterpretAsInts();
  }

  /** The limit of one lane, for loops that have no register for it: C2 makes the vector there. */
  public static int limit(int offset) {
    return Float.floatToRawIntBits(LIMITS[offset * LANES]);
  }

  /**
   * A gap made fit for {@link #exp}: larger ones become the limit, whose exponential is 0.
   *
   * <p>Valid for all floats; NaN with its sign bit clear becomes the limit, other NaN stays. Exact.
   * The order of the bits as integers is that of gaps, and takes one instruction.
   */
  @Inline
  public static FloatVector clamp(FloatVector y, IntVector limit) {
    return y.reinterpretAsInts().min(limit).reinterpretAsFloats();
  }

  /** The same with a limit that is in no register. */
  @Inline
  public static FloatVector clamp(FloatVector y, int limit) {
    return clamp(y, IntVector.broadcast(INTS, limit));
  }

  /** The same of a gap's bits, which a loop may carry. */
  @Inline
  public static FloatVector clamp(IntVector y, int limit) {
    return IntVector.broadcast(INTS, limit).min(y).reinterpretAsFloats();
  }

  /**
   * {@code 2^-offset exp(-y)}.
   *
   * <p>Valid for clamped {@code y}; a negative NaN gives NaN. At most 2 ULP off, and exactly 0
   * where the result is no normal number. No denormal ever slows a loop.
   *
   * @param sparing whether one constant is to be read from memory, by the multiplication itself
   */
  @Inline
  public static FloatVector exp(FloatVector y, float magic, boolean sparing) {
    FloatVector log2e = constant(AT_LOG2_E);
    FloatVector rounder = FloatVector.broadcast(FLOATS, magic);
    FloatVector k = y.fma(log2e, rounder);
    FloatVector rest = sparing ? Lanes.load(CONSTANTS, AT_REST * LANES) : constant(AT_REST);
    return mantissa(y.fma(rest, y.fma(log2e, rounder.sub(k)))).mul(power(k));
  }

  /**
   * {@code sum + 2^-offset exp(-y)}.
   *
   * <p>As {@link #exp}, to the bit: the product is exact. One instruction less.
   */
  @Inline
  public static FloatVector addExp(FloatVector y, float magic, FloatVector sum) {
    FloatVector log2e = constant(AT_LOG2_E);
    FloatVector rounder = FloatVector.broadcast(FLOATS, magic);
    FloatVector k = y.fma(log2e, rounder);
    FloatVector f = y.fma(constant(AT_REST), y.fma(log2e, rounder.sub(k)));
    return mantissa(f).fma(power(k), sum);
  }

  /** {@link #clamp} and {@link #exp} of any gaps, with {@code magic} of {@code offset}. */
  @Inline
  public static FloatVector of(FloatVector y, float magic, int offset) {
    return exp(clamp(y, limits(offset)), magic, false);
  }

  /**
   * {@code 2^(1 + f)}.
   *
   * <p>Valid for {@code |f| <= 1/2}. At most 2 ULP off. A polynomial of degree 5 by Horner's rule
   * needs the fewest registers.
   */
  @Inline
  private static FloatVector mantissa(FloatVector f) {
    return f.fma(constant(5), constant(4))
        .fma(f, constant(3))
        .fma(f, constant(2))
        .fma(f, constant(1))
        .fma(f, constant(0));
  }

  /**
   * {@code 2^(n - 1 - offset)}, or 0 for the limit.
   *
   * <p>Valid for sums with magic. Exact. One shift moves {@code n} to the exponent and all else
   * out.
   */
  @Inline
  private static FloatVector power(FloatVector k) {
    return k.reinterpretAsInts()
        .lanewise(VectorOperators.LSHL, EXPONENT_SHIFT)
        .reinterpretAsFloats();
  }

  /** {@link #clamp} and {@link #exp} of one gap, to the bit. */
  public static float of(float y, int offset) {
    float magic = magic(offset);
    float clamped = Float.intBitsToFloat(Math.min(Float.floatToRawIntBits(y), limit(offset)));
    float k = Math.fma(clamped, LOG2_E, magic);
    float f = Math.fma(clamped, LOG2_E, magic - k);
    f = Math.fma(clamped, LOG2_E_REST, f);
    float p = Math.fma(f, C5, C4);
    p = Math.fma(p, f, C3);
    p = Math.fma(p, f, C2);
    p = Math.fma(p, f, C1);
    p = Math.fma(p, f, C0);
    return p * Float.intBitsToFloat(Float.floatToRawIntBits(k) << EXPONENT_SHIFT);
  }
}
