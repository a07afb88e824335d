package io.github.softmax4j.internal.vector.math;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** What all vector loops share: one width per JVM, loads, and masks. */
public final class Lanes {

  /** One constant species: a loop that could see two would box its vectors. */
  public static final VectorSpecies<Float> FLOATS = VectorWidth.floats();

  public static final VectorSpecies<Integer> INTS =
      VectorSpecies.of(int.class, FLOATS.vectorShape());

  /** Lanes per vector. */
  public static final int LANES = FLOATS.length();

  /** There are 32 vector registers, not 16. */
  public static final boolean MANY_REGISTERS = LANES > 8;

  /** Vectors of less than 256 bits have no gather everywhere, and little to win from it. */
  public static final boolean GATHERS = LANES >= 8;

  /**
   * From {@code tail} on, a vector of 1 in the last {@code tail} lanes and 0 before: what a row's
   * last vector has that the one before it has not, if it is the vector that ends where the row
   * ends.
   */
  public static final float[] FRESH = fresh();

  public static final VectorShuffle<Float> SWAP_1 = swap(1);
  public static final VectorShuffle<Float> SWAP_2 = swap(2);
  public static final VectorShuffle<Float> SWAP_4 = swap(4);
  public static final VectorShuffle<Float> SWAP_8 = swap(8);

  /** The lanes in whose number this bit is set. */
  public static final VectorMask<Float> HAS_1 = has(1);

  public static final VectorMask<Float> HAS_2 = has(2);
  public static final VectorMask<Float> HAS_4 = has(4);
  public static final VectorMask<Float> HAS_8 = has(8);

  private Lanes() {}

  /** The elements from {@code at} on. */
  @Inline
  public static FloatVector load(float[] x, int at) {
    return FloatVector.fromArray(FLOATS, x, at);
  }

  /** Their bits as integers, in whose order all but negative floats are. */
  @Inline
  public static IntVector keys(float[] x, int at) {
    return FloatVector.fromArray(FLOATS, x, at).reinterpretAsInts();
  }

  /**
   * The floats of these bits. C2 drops the operation but knows the class of its result, which may
   * be a receiver even if a loop carries the bits.
   */
  @Inline
  public static FloatVector floats(IntVector bits) {
    return IntVector.zero(INTS).lanewise(VectorOperators.OR, bits).reinterpretAsFloats();
  }

  /** How far they are below a reference, which becomes a vector where it is used. */
  @Inline
  public static FloatVector gap(float reference, float[] x, int at) {
    return FloatVector.broadcast(FLOATS, reference).sub(FloatVector.fromArray(FLOATS, x, at));
  }

  /**
   * The halves that pairs of vectors exchange: those of {@code a}'s lanes whose number has the bit
   * and of {@code b}'s whose number has not, each moved to where the other's were.
   *
   * <p>Valid for a mask and a shuffle of one step. Exact. One permutation moves both.
   */
  @Inline
  public static FloatVector crossed(
      FloatVector a, FloatVector b, VectorMask<Float> has, VectorShuffle<Float> swap) {
    return b.blend(a, has).rearrange(swap);
  }

  /** Bits by which exponentials are kept small, so that dividing by their sum gives no denormal. */
  public static int exponentOffset(int classes) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(classes - 1);
  }

  /**
   * How many of {@code n} elements are in whole groups of a power of two. A mask, other than a
   * division, tells C2 that a loop from 0 up to it does not overflow. Without, such a loop was now
   * and then compiled with a check and a poll for every vector, where it was inlined.
   */
  public static int wholeGroups(int n, int group) {
    return n & Integer.MAX_VALUE - (group - 1);
  }

  /** How many of {@code n > 0} elements come before the last, partial or whole, vector. */
  public static int wholeBeforeLast(int n) {
    return wholeGroups(n - 1, LANES);
  }

  private static VectorShuffle<Float> swap(int step) {
    return VectorShuffle.fromOp(FLOATS, i -> (i ^ step) % LANES);
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
}
