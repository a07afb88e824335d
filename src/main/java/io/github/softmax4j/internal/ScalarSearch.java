package io.github.softmax4j.internal;

/** The specification of {@link Search}. */
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
  public int firstBetween(float[] x, int from, int to, float above, float most) {
    int i = from;
    while (i < to && !(x[i] > above && x[i] <= most)) {
      i++;
    }
    return i;
  }

  @Override
  public double sumAbove(float[] x, int from, float bound, float[] p, int start, int end) {
    double a = 0; // four sums take turns: an addition need not wait for the one before it
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
