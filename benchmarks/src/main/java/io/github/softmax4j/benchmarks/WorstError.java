package io.github.softmax4j.benchmarks;

/** The value that is off by most, of all that were looked at. */
final class WorstError {

  private static final int LOSS = -1;

  private double share;
  private int row;
  private int column;
  private double actual;
  private double expected;

  /**
   * @param size what an error is relative to
   */
  void see(int row, int column, double actual, double expected, double size) {
    double error = Math.abs(actual - expected) / size;
    // in this form NaN is the worst of all, and the first NaN stays
    if (!(error <= share) && !Double.isNaN(share)) {
      this.share = error;
      this.row = row;
      this.column = column;
      this.actual = actual;
      this.expected = expected;
    }
  }

  void seeLoss(double actual, double expected, double size) {
    see(LOSS, LOSS, actual, expected, size);
  }

  /** The error relative to the size of its value. */
  double share() {
    return share;
  }

  boolean isAbove(double tolerance) {
    return !(share <= tolerance);
  }

  String description() {
    String what = row == LOSS ? "the mean loss" : "row " + row + ", value " + column;
    return "%s is %s instead of %s".formatted(what, actual, expected);
  }
}
