package io.github.softmax4j.internal.vector.math;

import java.util.Arrays;

/** The number of lanes, and what follows from it, for code without vectors. */
public final class Width {

  /** The number of lanes. */
  public static final int LANES = VectorWidth.bits() / Float.SIZE;

  /** Whether there are 32 vector registers, not 16. */
  public static final boolean MANY_REGISTERS = LANES > 8;

  /**
   * Weights for the last vector of a row, which ends where the row ends. A load from {@code k}
   * gives 1 for the last {@code k} lanes, and 0 for lanes that repeat elements of the vector
   * before.
   */
  public static final float[] FRESH = fresh();

  private Width() {}

  /** The exponent offset, in bits, that keeps exponentials from becoming denormal in a product. */
  public static int exponentOffset(int classes) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(classes - 1);
  }

  /** The number of {@code n} elements in whole groups of a power of 2, by a mask (C2-22). */
  public static int wholeGroups(int n, int group) {
    return n & Integer.MAX_VALUE - (group - 1);
  }

  /** The number of {@code n > 0} elements before the last vector, which may be partial. */
  public static int wholeBeforeLast(int n) {
    return wholeGroups(n - 1, LANES);
  }

  private static float[] fresh() {
    float[] fresh = new float[2 * LANES];
    Arrays.fill(fresh, LANES, fresh.length, 1);
    return fresh;
  }
}
