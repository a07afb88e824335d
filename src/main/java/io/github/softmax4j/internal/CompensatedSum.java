package io.github.softmax4j.internal;

/** Adds arrays of floats and keeps the rounding errors, which C2 turns into vectors by itself. */
public final class CompensatedSum {

  private CompensatedSum() {}

  /**
   * Adds {@code x} to {@code sum} and the rounding errors to {@code lost}.
   *
   * @see <a href="https://doi.org/10.1007/PL00009321">Shewchuk: Adaptive precision floating-point
   *     arithmetic (1997), two-sum</a>
   */
  public static void add(
      float[] x, int xAt, float[] sum, int sumAt, float[] lost, int lostAt, int n) {
    for (int i = 0; i < n; i++) {
      float a = sum[sumAt + i];
      float b = x[xAt + i];
      float s = a + b;
      float bRounded = s - a;
      float error = (a - (s - bRounded)) + (b - bRounded);
      sum[sumAt + i] = s;
      lost[lostAt + i] += error;
    }
  }

  /** Adds the errors to the sums. An infinite or NaN sum stays what it is. */
  public static void end(float[] sum, int sumAt, float[] lost, int lostAt, int n) {
    for (int i = 0; i < n; i++) {
      float s = sum[sumAt + i];
      float error = lost[lostAt + i];
      sum[sumAt + i] = Float.isNaN(error) ? s : s + error;
    }
  }
}
