package io.github.softmax4j.internal;

/** Searches in a long row for elements above a bound. */
public interface Search {

  /**
   * The first index in {@code [from, to)} without {@code x[i] <= bound}, or {@code to}. NaN is
   * found, and a NaN bound finds every element.
   */
  int firstAbove(float[] x, int from, int to, float bound);

  /** The maximum in {@code [from, to)}: NaN if an element is NaN, -infinity of an empty range. */
  float max(float[] x, int from, int to);

  /** The first index in {@code [from, to)} with {@code low < x[i] <= high}, or {@code to}. */
  int firstBetween(float[] x, int from, int to, float low, float high);

  /**
   * The sum of {@code p[i]} over {@code i} in {@code [start, end)} with {@code x[from + i] >
   * bound}, as accurate as a sum in double.
   */
  double sumAbove(float[] x, int from, float bound, float[] p, int start, int end);

  /** Sets {@code p[i] = 0} for {@code i < n} without {@code x[from + i] > bound}; x may be p. */
  void zeroUpTo(float[] x, int from, float bound, float[] p, int n);
}
