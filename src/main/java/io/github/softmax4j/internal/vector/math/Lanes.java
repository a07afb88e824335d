package io.github.softmax4j.internal.vector.math;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** The width of all vectors in this JVM, loads, masks and shuffles. */
public final class Lanes {

  /** The species of all vectors of floats (C2-4). */
  public static final VectorSpecies<Float> FLOATS = VectorWidth.floats();

  /** The species of all vectors of integers. */
  public static final VectorSpecies<Integer> INTS =
      VectorSpecies.of(int.class, FLOATS.vectorShape());

  /** The number of lanes. */
  public static final int LANES = Width.LANES;

  /** Whether there are 32 vector registers, not 16. */
  public static final boolean MANY_REGISTERS = Width.MANY_REGISTERS;

  /** Whether gathers are worth their time. Some CPUs have none for 128 bits. */
  public static final boolean GATHERS = LANES >= 8;

  /** The weights of {@link Width#FRESH}. */
  public static final float[] FRESH = Width.FRESH;

  /** Exchanges lanes whose numbers differ in this bit only. */
  public static final VectorShuffle<Float> SWAP_1 = swap(1);

  public static final VectorShuffle<Float> SWAP_2 = swap(2);
  public static final VectorShuffle<Float> SWAP_4 = swap(4);
  public static final VectorShuffle<Float> SWAP_8 = swap(8);

  /** The lanes whose number has this bit set. */
  public static final VectorMask<Float> HAS_1 = has(1);

  public static final VectorMask<Float> HAS_2 = has(2);
  public static final VectorMask<Float> HAS_4 = has(4);
  public static final VectorMask<Float> HAS_8 = has(8);

  private Lanes() {}

  /** The elements from {@code start} on. */
  @Inline
  public static FloatVector load(float[] x, int start) {
    return FloatVector.fromArray(FLOATS, x, start);
  }

  /** Their bits as integers. All but negative floats have the same order as their bits. */
  @Inline
  public static IntVector keys(float[] x, int start) {
    return FloatVector.fromArray(FLOATS, x, start).reinterpretAsInts();
  }

  /** The floats with these bits, as a vector that may be a receiver (C2-33). */
  @Inline
  public static FloatVector floats(IntVector bits) {
    return IntVector.zero(INTS).lanewise(VectorOperators.OR, bits).reinterpretAsFloats();
  }

  /** The gaps {@code reference - x}. */
  @Inline
  public static FloatVector gap(float reference, float[] x, int start) {
    return FloatVector.broadcast(FLOATS, reference).sub(FloatVector.fromArray(FLOATS, x, start));
  }

  /**
   * The lanes that two vectors exchange in a transpose. Lanes of {@code a} with the bit set and
   * lanes of {@code b} with the bit clear take each other's places.
   *
   * <p>Valid for a mask and a shuffle of the same bit. Exact. One permutation moves both.
   */
  @Inline
  public static FloatVector exchanged(
      FloatVector a, FloatVector b, VectorMask<Float> has, VectorShuffle<Float> swap) {
    return b.blend(a, has).rearrange(swap);
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
}
