package io.github.softmax4j;

import io.github.softmax4j.cli.Operation;

/** How far from the truth a result may be: what the Javadoc promises, in one place. */
final class Bounds {

  /** Of a probability, relative, and of the largest entry of a gradient. */
  static final double RELATIVE = 1e-6;

  /** Of what is a logarithm: absolute up to 1, relative from there. */
  static final double LOGARITHM = 1e-6;

  /** Of the sum of a row's probabilities. */
  static final double ROW_SUM = 5e-7;

  /** Of the sum of a row's probabilities, whatever its logits are. */
  static final double ANY_ROW_SUM = 1.6e-6;

  /** Of a probability, relative, whatever the logits are. It also carries {@link #ofGap}. */
  static final double ANY_RELATIVE = 2.4e-6;

  /** Of what is a logarithm, and of gradients, whatever the logits are. */
  static final double ANY = 2.4e-6;

  /** Of the gradient at a label, relative to itself, whatever the logits are. */
  static final double ANY_LABEL = 4e-6;

  /** Below this a probability also carries the rounding of the distance of its logit. */
  private static final double SMALL = 1e-6;

  /** Below this, times the classes, the vector path has no probability but 0. */
  private static final double VANISHING = 4e-38;

  private Bounds() {}

  /** Everything that one call gave. */
  static void check(Operation operation, Batch batch, Reduction reduction, Outcome outcome) {
    int rows = batch.rows();
    double factor = reduction == Reduction.MEAN ? 1.0 / rows : 1;
    double sum = 0;
    double tolerance = 0;
    boolean exceedsFloat = false;
    for (int r = 0; r < rows; r++) {
      Oracle oracle = batch.oracle(r);
      String where = "%s, %d rows of %d, row %d".formatted(operation, rows, batch.classes, r);
      if (operation.hasMatrix()) {
        row(operation, oracle, batch.labels[r], batch.targets[r], factor, outcome.rows()[r], where);
      }
      if (operation.hasPerRow()) {
        double value = perRow(operation, oracle, batch.labels[r], batch.targets[r]);
        boolean overflows = (oracle.exceedsFloat || value > Float.MAX_VALUE) && operation.hasLoss();
        if (!(overflows && outcome.perRow()[r] == Float.POSITIVE_INFINITY)) {
          logarithm(value, outcome.perRow()[r], where);
        }
        exceedsFloat |= overflows;
        sum += value;
        tolerance += LOGARITHM * Math.max(1, Math.abs(value));
      }
    }
    if (operation.hasLoss() && !(exceedsFloat && outcome.value() == Double.POSITIVE_INFINITY)) {
      String where = "%s, %s of %d rows".formatted(operation, reduction, rows);
      within(sum * factor, outcome.value(), tolerance * factor, where);
    }
  }

  private static double perRow(Operation operation, Oracle oracle, int label, float[] targets) {
    if (operation == Operation.LOG_SUM_EXP) {
      return oracle.logSumExp();
    }
    return operation.hasLabels() ? oracle.loss(label) : oracle.loss(targets);
  }

  private static void row(
      Operation operation,
      Oracle oracle,
      int label,
      float[] targets,
      double factor,
      float[] actual,
      String where) {
    switch (operation) {
      case SOFTMAX:
        softmax(oracle.softmax(), actual, where);
        break;
      case LOG_SOFTMAX:
        logSoftmax(oracle, actual, where);
        break;
      case LOSS_AND_GRADIENT:
        labelGradient(oracle.gradient(label), factor, actual, where);
        break;
      default:
        targetGradient(oracle, targets, factor, actual, where);
    }
  }

  static void softmax(double[] expected, float[] actual, String where) {
    for (int c = 0; c < expected.length; c++) {
      within(expected[c], actual[c], around(expected[c], expected.length), where, c);
    }
    within(Oracle.sum(expected), Oracle.sum(Oracle.toDouble(actual)), ROW_SUM, where + ", sum");
  }

  private static void logSoftmax(Oracle oracle, float[] actual, String where) {
    double[] expected = oracle.logSoftmax();
    for (int c = 0; c < expected.length; c++) {
      if (!(oracle.exceedsFloat && actual[c] == Float.NEGATIVE_INFINITY)) {
        within(expected[c], actual[c], LOGARITHM * Math.max(1, -expected[c]), where, c);
      }
    }
  }

  static void logarithm(double expected, double actual, String where) {
    within(expected, actual, LOGARITHM * Math.max(1, Math.abs(expected)), where);
  }

  /** The largest entry is the label's, however near 1 its probability is. */
  static void labelGradient(double[] expected, double factor, float[] actual, String where) {
    double largest = 0;
    for (double e : expected) {
      largest = Math.max(largest, Math.abs(e));
    }
    // Scaled with the result, but for what vanishes: that is the result, after scaling.
    double tolerance =
        largest == 0 ? 0 : Math.max(around(largest, 0) * factor, VANISHING * expected.length);
    for (int c = 0; c < expected.length; c++) {
      within(expected[c] * factor, actual[c], expected[c] == 0 ? 0 : tolerance, where, c);
    }
    sumsToZero(expected, actual, 2 * tolerance, where);
  }

  /** Relative to what is subtracted: target and softmax may cancel altogether. */
  private static void targetGradient(
      Oracle oracle, float[] targets, double factor, float[] actual, String where) {
    double[] expected = oracle.gradient(targets);
    double[] softmax = oracle.softmax();
    double mass = Oracle.sum(Oracle.toDouble(targets));
    double largest = 0;
    for (int c = 0; c < expected.length; c++) {
      largest = Math.max(largest, Math.max(softmax[c] * mass, targets[c]));
    }
    double tolerance = RELATIVE * largest * factor;
    for (int c = 0; c < expected.length; c++) {
      within(expected[c] * factor, actual[c], tolerance, where, c);
    }
    sumsToZero(expected, actual, 2 * RELATIVE * mass * factor, where);
  }

  private static void sumsToZero(
      double[] expected, float[] actual, double tolerance, String where) {
    // A row without softmax is all NaN, and so is its sum.
    double zero = 0 * Oracle.sum(expected);
    within(zero, Oracle.sum(Oracle.toDouble(actual)), tolerance, where + ", sum");
  }

  /** Around a probability, or a gradient's entry that is a sum of some. */
  private static double around(double probability, int classes) {
    if (probability == 0) {
      return 0; // what is 0 even in double has to be 0 exactly
    }
    double rounding = probability < SMALL ? ofGap(probability) : 0;
    return Math.max(probability * (RELATIVE + rounding), VANISHING * classes);
  }

  /** {@code exp(-d)} carries the rounding of d, half a unit in d's last place. */
  private static double ofGap(double probability) {
    return -Math.log(probability) * 0x1p-24;
  }

  /** Around a probability, whatever the logits are. */
  static double aroundAny(double probability) {
    return probability * (ANY_RELATIVE + ofGap(probability));
  }

  private static void within(
      double expected, double actual, double tolerance, String where, int at) {
    if (differ(expected, actual, tolerance)) {
      within(expected, actual, tolerance, where + ", class " + at);
    }
  }

  static void within(double expected, double actual, double tolerance, String where) {
    if (differ(expected, actual, tolerance)) {
      throw new AssertionError(
          "%s: is %s, should be %s within %s, is off by %s"
              .formatted(where, actual, expected, tolerance, Math.abs(actual - expected)));
    }
  }

  private static boolean differ(double expected, double actual, double tolerance) {
    if (Double.isNaN(expected) || Double.isInfinite(expected)) {
      return Double.compare(expected, actual) != 0;
    }
    return !(Math.abs(actual - expected) <= tolerance);
  }
}
