package io.github.softmax4j.internal.vector.math;

import static io.github.softmax4j.internal.vector.math.Lanes.FLOATS;
import static io.github.softmax4j.internal.vector.math.Lanes.INTS;
import static io.github.softmax4j.internal.vector.math.Width.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The exponential of {@code -gap}, for vectors and for scalars, with equal bits.
 *
 * <p>With {@code -gap log2(e) = n + f}, the result is {@code 2^n 2^f}. Adding {@code magic} rounds
 * to {@code n}, and one shift makes that sum a power of 2. Powers of 2 need no constant ln(2),
 * which saves a register.
 *
 * <p>Vectors of constants are loaded once, before the loops (C2-11, C2-12).
 */
public final class Exponential {

  private static final float MINUS_LOG2_E = -0x1.715476p+0f;

  /** The difference of -log2(e) and its float. */
  private static final float MINUS_LOG2_E_LOW = -0x1.4ae0c0p-26f;

  // 2^(1 + f) for |f| <= 1/2: minimax in units of the last place, with C0 = 2; the rounding of the
  // coefficients minimizes the error over all gaps
  private static final float C0 = 2f;
  private static final float C1 = 0x1.62e424p+0f;
  private static final float C2 = 0x1.ebf9acp-2f;
  private static final float C3 = 0x1.c6baa6p-4f;
  private static final float C4 = 0x1.3ceef4p-6f;
  private static final float C5 = 0x1.5ab6d8p-9f;

  private static final int EXPONENT_SHIFT = 23;
  private static final int EXPONENT_BIAS = 127;

  /** The sum with this number is rounded to an integer, which is in the low bits. */
  private static final float ROUNDER = 0x1.8p23f;

  /** The largest exponent offset. */
  public static final int MAX_OFFSET = 48;

  /** A vector of each constant: C0 to C5, then both of log2(e). Public for inlined code. */
  public static final float[] CONSTANTS =
      broadcast(C0, C1, C2, C3, C4, C5, MINUS_LOG2_E, MINUS_LOG2_E_LOW);

  private static final int LOG2_E_INDEX = 6;
  private static final int LOW_INDEX = 7;

  /** For each offset, a vector of the smallest gap whose result is not normal. */
  public static final float[] LIMITS = limits();

  private Exponential() {}

  private static float[] broadcast(float... values) {
    float[] table = new float[values.length * LANES];
    for (int i = 0; i < table.length; i++) {
      table[i] = values[i / LANES];
    }
    return table;
  }

  private static float[] limits() {
    float[] limits = new float[(MAX_OFFSET + 1) * LANES];
    for (int i = 0; i < limits.length; i++) {
      limits[i] = (float) ((EXPONENT_BIAS - 1 - i / LANES) * Math.log(2));
    }
    return limits;
  }

  /**
   * The number that is added to {@code -gap log2(e)}. The low bits of the sum are the exponent
   * field of {@code 2^(n - 1 - offset)}.
   */
  public static float magic(int offset) {
    return ROUNDER + (EXPONENT_BIAS - 1 - offset);
  }

  @Inline(once = true)
  private static FloatVector constant(int i) {
    return Lanes.load(CONSTANTS, i * LANES);
  }

  /** The limit for {@link #clamp} as a vector, loaded from floats (C2-14). */
  @Inline
  public static IntVector limits(int offset) {
    return Lanes.load(LIMITS, offset * LANES).reinterpretAsInts();
  }

  /** The limit for {@link #clamp} as a scalar, for loops without a register for it (C2-12). */
  public static int limit(int offset) {
    return Float.floatToRawIntBits(LIMITS[offset * LANES]);
  }

  /**
   * The smaller of gap and limit: {@link #exp} of the limit is 0.
   *
   * <p>Valid for all floats; NaN with its sign bit clear becomes the limit, other NaN stays. Exact.
   * Bits as integers have the order of gaps, and their minimum is one instruction.
   */
  @Inline
  public static FloatVector clamp(FloatVector gap, IntVector limit) {
    return gap.reinterpretAsInts().min(limit).reinterpretAsFloats();
  }

  /** The same with the limit of {@link #limit}. */
  @Inline
  public static FloatVector clamp(FloatVector gap, int limit) {
    return clamp(gap, IntVector.broadcast(INTS, limit));
  }

  /** The same for bits of gaps, which a loop may carry (C2-2). */
  @Inline
  public static FloatVector clamp(IntVector gap, int limit) {
    return IntVector.broadcast(INTS, limit).min(gap).reinterpretAsFloats();
  }

  /**
   * {@code 2^-offset exp(-gap)}.
   *
   * <p>Valid for clamped gaps; a negative NaN gives NaN. The error is at most 2 ULP. A result that
   * is not normal is exactly 0, since denormal numbers cost time.
   *
   * @param lowFromMemory whether one constant is an operand in memory, which saves a register
   */
  @Inline
  public static FloatVector exp(FloatVector gap, float magic, boolean lowFromMemory) {
    FloatVector log2e = constant(LOG2_E_INDEX);
    FloatVector rounder = FloatVector.broadcast(FLOATS, magic);
    FloatVector k = gap.fma(log2e, rounder);
    FloatVector low =
        lowFromMemory ? Lanes.load(CONSTANTS, LOW_INDEX * LANES) : constant(LOW_INDEX);
    return mantissa(gap.fma(low, gap.fma(log2e, rounder.sub(k)))).mul(power(k));
  }

  /**
   * {@code sum + 2^-offset exp(-gap)}.
   *
   * <p>Valid as {@link #exp}, with equal bits: the product with a power of 2 is exact. It takes one
   * instruction less.
   */
  @Inline
  public static FloatVector addExp(FloatVector gap, float magic, FloatVector sum) {
    FloatVector log2e = constant(LOG2_E_INDEX);
    FloatVector rounder = FloatVector.broadcast(FLOATS, magic);
    FloatVector k = gap.fma(log2e, rounder);
    FloatVector f = gap.fma(constant(LOW_INDEX), gap.fma(log2e, rounder.sub(k)));
    return mantissa(f).fma(power(k), sum);
  }

  /** {@link #clamp} and {@link #exp} of any gaps, for the {@code magic} of {@code offset}. */
  @Inline
  public static FloatVector of(FloatVector gap, float magic, int offset) {
    return exp(clamp(gap, limits(offset)), magic, false);
  }

  /**
   * {@code 2^(1 + f)}.
   *
   * <p>Valid for {@code |f| <= 1/2}. The error is at most 2 ULP. Horner's rule for a polynomial of
   * degree 5 needs the fewest registers.
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
   * <p>Valid for sums with magic. Exact. One shift moves {@code n} to the exponent and discards the
   * other bits.
   */
  @Inline
  private static FloatVector power(FloatVector k) {
    return k.reinterpretAsInts()
        .lanewise(VectorOperators.LSHL, EXPONENT_SHIFT)
        .reinterpretAsFloats();
  }

  /** The smaller of one gap and the limit of an offset. */
  public static float clamp(float gap, int offset) {
    return Float.intBitsToFloat(Math.min(Float.floatToRawIntBits(gap), limit(offset)));
  }

  /** {@link #clamp} and {@link #exp} of one gap, with equal bits. */
  public static float of(float gap, int offset) {
    float magic = magic(offset);
    float clamped = clamp(gap, offset);
    float k = Math.fma(clamped, MINUS_LOG2_E, magic);
    float f = Math.fma(clamped, MINUS_LOG2_E, magic - k);
    f = Math.fma(clamped, MINUS_LOG2_E_LOW, f);
    float p = Math.fma(f, C5, C4);
    p = Math.fma(p, f, C3);
    p = Math.fma(p, f, C2);
    p = Math.fma(p, f, C1);
    p = Math.fma(p, f, C0);
    return p * Float.intBitsToFloat(Float.floatToRawIntBits(k) << EXPONENT_SHIFT);
  }
}
