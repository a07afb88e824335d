package io.github.softmax4j.internal.vector.math;

import jdk.incubator.vector.FloatVector;

/** The rounding errors of additions, which sums of many terms add up beside themselves. */
public final class Compensation {

  private Compensation() {}

  /**
   * The error of {@code joined = added + sum}, by Knuth's two-sum (1969).
   *
   * <p>Valid for all finite sums, whichever term is larger; NaN where one is infinite. Exact. It is
   * for terms of both signs: comparing sizes would cost more than the three operations it adds.
   */
  @Inline
  public static FloatVector lost(FloatVector added, FloatVector sum, FloatVector joined) {
    FloatVector taken = joined.sub(sum);
    FloatVector lostOfSum = joined.sub(taken).sub(sum);
    return added.sub(taken).sub(lostOfSum);
  }

  /**
   * The error of {@code joined = added + sum}, by Dekker's fast two-sum (1971).
   *
   * <p>Valid where {@code |sum| >= |added|} or {@code sum} is 0; NaN where one is infinite. Exact.
   * It is for sums of terms that are not negative: two operations, and one vector live less.
   */
  @Inline
  public static FloatVector lostOfSmaller(FloatVector added, FloatVector sum, FloatVector joined) {
    return added.sub(joined.sub(sum));
  }
}
