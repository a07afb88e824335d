package io.github.softmax4j.internal;

/**
 * The range of factors of a gradient for which no product with a term or a target overflows or
 * becomes denormal as a float. Gradients with other factors are computed in double.
 */
public final class FactorRange {

  private static final double SMALLEST = 0x1p-64;

  private static final double LARGEST = 0x1p64;

  private FactorRange() {}

  /** Whether all magnitudes of factors from one to another are in the range. */
  public static boolean holdsAll(double smallest, double largest) {
    return smallest >= SMALLEST && largest <= LARGEST;
  }

  /** Whether a factor is so far inside the range that its parts and small multiples are in it. */
  public static boolean holdsWell(double factor) {
    return holdsAll(Math.scalb(Math.abs(factor), -20), Math.scalb(Math.abs(factor), 20));
  }

  /** Whether a factor is in the range, or 0. */
  public static boolean holds(double factor) {
    double magnitude = Math.abs(factor);
    return magnitude >= SMALLEST && magnitude <= LARGEST || magnitude == 0;
  }
}
