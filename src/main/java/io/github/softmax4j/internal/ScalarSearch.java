package io.github.softmax4j.internal;

/** The search of the scalar path. It is the specification of the vector search. */
public class ScalarSearch implements Search {

  @Override
  public int firstAbove(float[] x, int from, int to, float bound) {
    int i = from;
    while (i < to && x[i] <= bound) {
      i++;
    }
    return i;
  }

  @Override
  public float max(float[] x, int from, int to) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = from; i < to; i++) {
      max = Math.max(max, x[i]);
    }
    return max;
  }

  @Override
  public int firstBetween(float[] x, int from, int to, float low, float high) {
    int i = from;
    while (i < to && !(x[i] > low && x[i] <= high)) {
      i++;
    }
    return i;
  }

  @Override
  public double sumAbove(float[] x, int from, float bound, float[] p, int start, int end) {
    // Four independent sums, because an addition waits for the previous one of its sum.
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = start;
    for (; i + 3 < end; i += 4) {
      a += x[from + i] > bound ? p[i] : 0;
      b += x[from + i + 1] > bound ? p[i + 1] : 0;
      c += x[from + i + 2] > bound ? p[i + 2] : 0;
      d += x[from + i + 3] > bound ? p[i + 3] : 0;
    }
    for (; i < end; i++) {
      a += x[from + i] > bound ? p[i] : 0;
    }
    return (a + b) + (c + d);
  }

  @Override
  public void zeroUpTo(float[] x, int from, float bound, float[] p, int n) {
    for (int i = 0; i < n; i++) {
      p[i] = x[from + i] > bound ? p[i] : 0;
    }
  }
}
