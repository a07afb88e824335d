package io.github.softmax4j.internal.vector.math;

import jdk.incubator.vector.FloatVector;

/** Rounding errors of additions. A compensated sum adds them up, and adds that sum at the end. */
public final class Compensation {

  private Compensation() {}

  /**
   * The rounding error of {@code total = addend + sum}, by Knuth's two-sum (1969).
   *
   * <p>Valid for all finite sums, whichever term is larger; NaN where one is infinite. Exact. For
   * terms of both signs: a comparison of magnitudes costs more than the three extra operations.
   */
  @Inline
  public static FloatVector lost(FloatVector addend, FloatVector sum, FloatVector total) {
    FloatVector addendInTotal = total.sub(sum);
    FloatVector sumError = total.sub(addendInTotal).sub(sum);
    return addend.sub(addendInTotal).sub(sumError);
  }

  /**
   * The rounding error of {@code total = addend + sum}, by Dekker's fast two-sum (1971).
   *
   * <p>Valid where {@code |sum| >= |addend|} or {@code sum} is 0; NaN where one is infinite. Exact.
   * For terms that are not negative: it takes two operations and one register less.
   */
  @Inline
  public static FloatVector lostOfSmaller(FloatVector addend, FloatVector sum, FloatVector total) {
    return addend.sub(total.sub(sum));
  }
}
