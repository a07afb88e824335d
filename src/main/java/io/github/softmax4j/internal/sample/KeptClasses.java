package io.github.softmax4j.internal.sample;

/**
 * The classes of a row that filters leave: all above a logit, and the first of those that equal it.
 * The row comes in blocks of classes, in ascending order. Terms are {@code exp((logit - max) /
 * temperature)}, in double.
 */
public final class KeptClasses {

  /** Relative rounding error of a probability. */
  private static final double ROUNDING = 0x1p-24;

  private float max;

  private double inverseTemperature;

  /** The smallest logit that is kept. */
  private float lowest;

  /** How many more classes of the lowest logit are kept. */
  private int ties;

  /** The last class of the lowest logit that is kept. */
  private int lastTie;

  /** Creates one to be started. */
  public KeptClasses() {}

  /** Starts a row, of which all classes are kept. */
  public void begin(float max, double inverseTemperature) {
    this.max = max;
    this.inverseTemperature = inverseTemperature;
    lowest = Float.NEGATIVE_INFINITY;
    ties = Integer.MAX_VALUE;
    lastTie = Integer.MAX_VALUE;
  }

  /** Top-p: drops the classes below a logit, and all but the first {@code ties} of it. */
  void dropBelow(float logit, int ties) {
    lowest = logit;
    this.ties = ties;
  }

  /**
   * Min-p: drops the classes less than {@code p} times as probable as the most probable. Classes
   * within rounding of that stay, as in {@link Shortlist#keepMinP}.
   */
  public void dropBelow(double p) {
    double bound = max + (Math.log(p) - ROUNDING) / inverseTemperature;
    float logit = (float) bound;
    logit = logit < bound ? Math.nextUp(logit) : logit;
    if (logit > lowest) {
      dropBelow(logit, Integer.MAX_VALUE);
    }
  }

  /** The term of a logit. */
  double term(float logit) {
    return Math.exp(((double) logit - max) * inverseTemperature);
  }

  /** The sum of the terms of those classes of a block that are kept. */
  public double sum(float[] x, int from, int n, int firstClass) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      float logit = x[from + i];
      if (logit > lowest || logit == lowest && takeTie(firstClass + i)) {
        sum += term(logit);
      }
    }
    return sum;
  }

  private boolean takeTie(int c) {
    if (ties == 0) {
      return false;
    }
    ties--;
    lastTie = c;
    return true;
  }

  /**
   * The class of a block at which the sum of the terms that are kept exceeds {@code target}. If
   * rounding keeps the sum below it, the last class that is kept.
   */
  public int draw(float[] x, int from, int n, int firstClass, double target) {
    double sum = 0;
    int drawn = -1;
    for (int i = 0; i < n; i++) {
      float logit = x[from + i];
      boolean isKept = logit > lowest || logit == lowest && firstClass + i <= lastTie;
      double term = isKept ? term(logit) : 0;
      sum += term;
      drawn = term > 0 ? firstClass + i : drawn;
      if (sum > target && term > 0) {
        break;
      }
    }
    return drawn;
  }
}
