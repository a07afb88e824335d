package io.github.softmax4j.kernel;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The arithmetic that all vector loops share: one width per JVM, the exponential and its constants.
 */
final class Lanes {

  /** One constant species: a loop that could see two would box its vectors. */
  static final VectorSpecies<Float> FLOATS = VectorWidth.floats();

  static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, FLOATS.vectorShape());

  /** The most bits by which {@link #exp} keeps its results smaller than they are. */
  static final int MOST_HEADROOM = 48;

  /** Lanes per vector. */
  static final int LANES = FLOATS.length();

  /** ln(2), and what that leaves of it. */
  static final float LN2 = 0x1.62e430p-1f;

  static final float LN2_REST = -0x1.05c610p-29f;

  /** Adding it rounds to an integer, which then stands in the low bits. */
  static final float ROUNDER = 0x1.8p23f;

  static final int EXPONENT_SHIFT = 23;
  private static final int EXPONENT_BIAS = 127;

  static final int LOG2_E = 0;
  static final int LOG2_E_LOW = LANES;
  static final int C0 = 2 * LANES;
  static final int C1 = 3 * LANES;
  static final int C2 = 4 * LANES;
  static final int C3 = 5 * LANES;
  static final int C4 = 6 * LANES;
  static final int C5 = 7 * LANES;

  // ln(m) = f - f^2/2 + f^3 (L0 + L1 f + ...), f = m - 1, sqrt(1/2) <= m < sqrt(2): minimax
  static final float L0 = 0x1.5556dap-2f;
  static final float L1 = -0x1.000386p-2f;
  static final float L2 = 0x1.98d788p-3f;
  static final float L3 = -0x1.5380c2p-3f;
  static final float L4 = 0x1.3177aep-3f;
  static final float L5 = -0x1.244164p-3f;
  static final float L6 = 0x1.647132p-4f;

  /** Of sqrt(1/2), the bits. */
  static final int SQRT_HALF = 0x3f3504f3;

  /**
   * The constants of {@link #exp}, each in as many elements as there are lanes. Loops load them,
   * and what follows, themselves: a method that gave them a vector would give an object wherever it
   * is not inlined, and ours are not once C2 has inlined enough.
   */
  static final float[] CONSTANTS =
      spread(
          -0x1.715476p+0f,
          -0x1.4ae0c0p-26f, // what that leaves of -log2(e)
          // 2^(1 + f) for |f| <= 1/2: minimax in units of the last place, the constant term held
          // at 2, then the neighbours with the smallest error over all y
          2f,
          0x1.62e424p+0f,
          0x1.ebf9acp-2f,
          0x1.c6baa6p-4f,
          0x1.3ceef4p-6f,
          0x1.5ab6d8p-9f);

  /**
   * For each headroom, in every lane what turns {@code -y log2(e)} into half of {@code 2^-headroom
   * exp(-y)}'s exponent field.
   */
  static final float[] MAGIC = magics();

  /** For each headroom, in every lane the smallest {@code y} at which that exponent field is 0. */
  static final float[] LIMITS = limits();

  /**
   * From {@code tail} on, a vector of 1 in the last {@code tail} lanes and 0 before: what a row's
   * last vector has that the one before it has not, if it is the vector that ends where the row
   * ends.
   */
  static final float[] FRESH = fresh();

  static final VectorShuffle<Float> SWAP_1 = swap(1);
  static final VectorShuffle<Float> SWAP_2 = swap(2);
  static final VectorShuffle<Float> SWAP_4 = swap(4);
  static final VectorShuffle<Float> SWAP_8 = swap(8);

  /** The lanes in whose number this bit is set. */
  static final VectorMask<Float> HAS_1 = has(1);

  static final VectorMask<Float> HAS_2 = has(2);
  static final VectorMask<Float> HAS_4 = has(4);
  static final VectorMask<Float> HAS_8 = has(8);

  private Lanes() {}

  /** The elements from {@code at} on. */
  @Inline
  static FloatVector load(float[] x, int at) {
    return FloatVector.fromArray(FLOATS, x, at);
  }

  /** Their bits as integers, in whose order all but negative floats are. */
  @Inline
  static IntVector keys(float[] x, int at) {
    return FloatVector.fromArray(FLOATS, x, at).reinterpretAsInts();
  }

  /**
   * The floats of these bits. C2 drops the operation but knows the class of its result, which may
   * be a receiver even if a loop carries the bits.
   */
  @Inline
  static FloatVector floats(IntVector bits) {
    return IntVector.zero(INTS).lanewise(VectorOperators.OR, bits).reinterpretAsFloats();
  }

  /** How far they are below a reference, which becomes a vector where it is used. */
  @Inline
  static FloatVector distance(float reference, float[] x, int at) {
    return FloatVector.broadcast(FLOATS, reference).sub(FloatVector.fromArray(FLOATS, x, at));
  }

  /**
   * The halves that pairs of vectors exchange: those of {@code a}'s lanes whose number has the bit
   * and of {@code b}'s whose number has not, each moved to where the other's were.
   *
   * <p>Valid for a mask and a shuffle of one distance. Exact. One permutation moves both.
   */
  @Inline
  static FloatVector crossed(
      FloatVector a, FloatVector b, VectorMask<Float> has, VectorShuffle<Float> swap) {
    return b.blend(a, has).rearrange(swap);
  }

  /**
   * {@code 2^-headroom exp(-y)} for {@code y = reference - x}, in about 2 ULP, and exactly 0 where
   * that is no normal number, so that no denormal ever slows a loop. {@code magic} and {@code
   * limit} are those of the headroom. NaN gives 0 if its sign bit is clear and NaN otherwise.
   *
   * <p>{@code -y log2(e) = n + f}: the sum with {@code magic} rounds to {@code n} and puts it,
   * biased, where a shift makes it the exponent. Powers of 2, because what rounds to {@code n} then
   * gives {@code f} too: with those of e, ln(2) would be one constant more, and one more than 16
   * registers hold. The vector loops do the same, to the bit.
   */
  static float exp(float y, float magic, int limit) {
    float clamped = Float.intBitsToFloat(Math.min(Float.floatToRawIntBits(y), limit));
    float rounded = Math.fma(clamped, CONSTANTS[LOG2_E], magic);
    float f = Math.fma(clamped, CONSTANTS[LOG2_E], magic - rounded);
    f = Math.fma(clamped, CONSTANTS[LOG2_E_LOW], f);
    float p = Math.fma(f, CONSTANTS[C5], CONSTANTS[C4]);
    p = Math.fma(p, f, CONSTANTS[C3]);
    p = Math.fma(p, f, CONSTANTS[C2]);
    p = Math.fma(p, f, CONSTANTS[C1]);
    p = Math.fma(p, f, CONSTANTS[C0]);
    return p * Float.intBitsToFloat(Float.floatToRawIntBits(rounded) << EXPONENT_SHIFT);
  }

  /** {@code ln(2^headroom s)}; NaN of a NaN. {@link Rows#logarithms} does the same, to the bit. */
  static float ln(float s, int headroom) {
    int bits = Float.floatToRawIntBits(s);
    int e = bits - SQRT_HALF >> EXPONENT_SHIFT;
    float f = Float.intBitsToFloat(bits - (e << EXPONENT_SHIFT)) - 1;
    float n = e + headroom;
    float q = Math.fma(Math.fma(f * L6 + L5, f, L4), f, L3);
    q = Math.fma(Math.fma(Math.fma(q, f, L2), f, L1), f, L0);
    float low = n * LN2_REST + f * f * (f * q - 0.5f);
    return n * LN2 + (f + low) + (s - s);
  }

  static float magicOf(int headroom) {
    return MAGIC[headroom * LANES];
  }

  static int limitOf(int headroom) {
    return Float.floatToRawIntBits(LIMITS[headroom * LANES]);
  }

  /** Bits by which exponentials are kept small, so that dividing by their sum gives no denormal. */
  static int headroom(int classes) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(classes - 1);
  }

  /**
   * How many of {@code n} elements are in whole groups of a power of two. A mask, other than a
   * division, tells C2 that a loop from 0 up to it does not overflow. Without, such a loop was now
   * and then compiled with a check and a poll for every vector, where it was inlined.
   */
  static int wholeGroups(int n, int group) {
    return n & Integer.MAX_VALUE - (group - 1);
  }

  /** How many of {@code n > 0} elements come before the last, partial or whole, vector. */
  static int wholeBeforeLast(int n) {
    return wholeGroups(n - 1, LANES);
  }

  private static VectorShuffle<Float> swap(int distance) {
    return VectorShuffle.fromOp(FLOATS, i -> (i ^ distance) % LANES);
  }

  private static VectorMask<Float> has(int bit) {
    long lanes = 0;
    for (int i = 0; i < LANES; i++) {
      lanes |= (i & bit) != 0 ? 1L << i : 0;
    }
    return VectorMask.fromLong(FLOATS, lanes);
  }

  private static float[] fresh() {
    float[] fresh = new float[2 * LANES];
    Arrays.fill(fresh, LANES, fresh.length, 1);
    return fresh;
  }

  private static float[] magics() {
    float[] magics = new float[MOST_HEADROOM + 1];
    for (int headroom = 0; headroom < magics.length; headroom++) {
      magics[headroom] = ROUNDER + (EXPONENT_BIAS - 1 - headroom);
    }
    return spread(magics);
  }

  private static float[] limits() {
    float[] limits = new float[MOST_HEADROOM + 1];
    for (int headroom = 0; headroom < limits.length; headroom++) {
      limits[headroom] = (float) ((EXPONENT_BIAS - 1 - headroom) * Math.log(2));
    }
    return spread(limits);
  }

  private static float[] spread(float... values) {
    float[] spread = new float[values.length * LANES];
    for (int i = 0; i < spread.length; i++) {
      spread[i] = values[i / LANES];
    }
    return spread;
  }
}
