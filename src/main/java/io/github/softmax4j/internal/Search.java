package io.github.softmax4j.internal;

/** Searches for the few elements of a long row that are above a bound. */
public interface Search {

  /**
   * The first index in {@code [from, to)} whose element is not at most {@code bound}: above it, or
   * NaN, or any if the bound is NaN; {@code to} if there is none.
   */
  int firstAbove(float[] x, int from, int to, float bound);

  /** The largest element in {@code [from, to)}, NaN if there is one, -infinity if there is none. */
  float max(float[] x, int from, int to);

  /** The first index in {@code [from, to)} whose element is above one bound and at most another. */
  int firstBetween(float[] x, int from, int to, float above, float most);

  /**
   * The sum of {@code p[i]} in {@code [start, end)} with {@code x[from + i] > bound}, as exact as
   * in double.
   */
  double sumAbove(float[] x, int from, float bound, float[] p, int start, int end);

  /** {@code p[i] = 0} of the first {@code n} without {@code x[from + i] > bound}; x may be p. */
  void zeroUpTo(float[] x, int from, float bound, float[] p, int n);
}
