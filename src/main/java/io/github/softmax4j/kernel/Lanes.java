package io.github.softmax4j.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The arithmetic that all vector loops share: one width per JVM, the exponential, and the sum of
 * the lanes.
 */
final class Lanes {

  /** One constant species: a loop that could see two would box its vectors. */
  static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;

  static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, FLOATS.vectorShape());

  /** The most bits by which {@link #exp} keeps its results smaller than they are. */
  static final int MOST_HEADROOM = 48;

  /** Lanes per vector. */
  static final int LANES = FLOATS.length();

  /** Adding it rounds to an integer, which then stands in the low bits. */
  private static final float ROUNDER = 0x1.8p23f;

  private static final int EXPONENT_SHIFT = 23;
  private static final int EXPONENT_BIAS = 127;

  static final int LOG2_E = 0;
  static final int LN2_HIGH = 1;
  static final int LN2_LOW = 2;
  static final int C0 = 3;
  static final int C1 = 4;
  static final int C2 = 5;
  static final int C3 = 6;
  static final int C4 = 7;
  static final int C5 = 8;

  private static final float[] CONSTANTS =
      spread(
          -0x1.715476p+0f,
          0x1.62e430p-1f,
          -0x1.05c610p-29f,
          // 2 exp(-r) for |r| <= ln(2)/2: minimax in relative error, the constant term held at 2
          2f,
          -0x1.fffff6p+0f,
          0x1.fffdc4p-1f,
          -0x1.555a80p-2f,
          0x1.573ad8p-4f,
          -0x1.0fa030p-6f);

  private static final float[] MAGIC = magics();
  private static final float[] LIMITS = limits();

  private Lanes() {}

  /**
   * {@code 2^-headroom exp(-y)} for {@code y = max - x >= 0}, in about 2 ULP, and exactly 0 where
   * that is no normal number, so that no denormal ever slows the loop. {@code magic} and {@code
   * limit} are those of the headroom. NaN gives 0 if its sign bit is clear and NaN otherwise.
   *
   * <p>{@code y = -n ln(2) + r}: the sum with {@code magic} rounds to {@code n} and puts it,
   * biased, where a shift makes it the exponent. The constants come as arguments because C2 stops
   * inlining at a node budget of which each broadcast takes as much as three multiplications.
   */
  static FloatVector exp(
      FloatVector y,
      FloatVector magic,
      IntVector limit,
      FloatVector log2e,
      FloatVector ln2High,
      FloatVector ln2Low,
      FloatVector c5,
      FloatVector c4,
      FloatVector c3,
      FloatVector c2,
      FloatVector c1,
      FloatVector c0) {
    FloatVector clamped = y.reinterpretAsInts().min(limit).reinterpretAsFloats();
    FloatVector rounded = clamped.fma(log2e, magic);
    FloatVector n = rounded.sub(magic);
    FloatVector r = n.fma(ln2Low, n.fma(ln2High, clamped));
    FloatVector p = r.fma(c5, c4).fma(r, c3).fma(r, c2).fma(r, c1).fma(r, c0);
    return p.mul(
        rounded
            .reinterpretAsInts()
            .lanewise(VectorOperators.LSHL, EXPONENT_SHIFT)
            .reinterpretAsFloats());
  }

  /** Bits by which exponentials are kept small, so that dividing by their sum gives no denormal. */
  static int headroom(int classes) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(classes - 1);
  }

  /** How many of {@code n} elements come before the last, partial or whole, vector. */
  static int wholeBeforeLast(int n) {
    return (n - 1) / LANES * LANES;
  }

  /**
   * The sum of the lanes, in one order everywhere: {@code reduceLanes} adds up in one order when
   * interpreted and in another when compiled. They come in an array, not as a vector, since this
   * may be where C2 has no budget left for inlining.
   */
  static float sum(float[] lanes) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    for (int i = 0; i < LANES; i += 4) {
      a += lanes[i];
      b += lanes[i + 1];
      c += lanes[i + 2];
      d += lanes[i + 3];
    }
    return (float) ((a + b) + (c + d));
  }

  /** A constant in every lane: a load, for the sake of the node budget. */
  static FloatVector constant(int index) {
    return FloatVector.fromArray(FLOATS, CONSTANTS, index * LANES);
  }

  /** What turns {@code -y log2(e)} into half of {@code 2^-headroom exp(-y)}'s exponent field. */
  static FloatVector magic(int headroom) {
    return FloatVector.fromArray(FLOATS, MAGIC, headroom * LANES);
  }

  /** The bits of the smallest {@code y} at which that exponent field is 0. */
  static IntVector limit(int headroom) {
    return FloatVector.fromArray(FLOATS, LIMITS, headroom * LANES).reinterpretAsInts();
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
