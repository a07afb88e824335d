package io.github.softmax4j.benchmarks;

import java.util.function.IntFunction;
import java.util.function.UnaryOperator;

/**
 * Runs an operation once and compares everything it gives with the {@link Oracle}: no time is
 * published of a kernel that computes something else.
 *
 * <p>The tolerance finds a wrong kernel; how accurate the library is, its own tests say.
 */
final class Verification {

  /** A few float roundings, relative to what {@link #compare} is told as the size of the terms. */
  private static final double TOLERANCE = 4e-6;

  /** Probabilities below this are compared as if they had this size. */
  private static final double SMALL_PROBABILITY = 1e-6;

  private final Operation operation;
  private final Workload workload;
  private final Shape shape;

  Verification(Operation operation, Workload workload) {
    this.operation = operation;
    this.workload = workload;
    this.shape = workload.shape();
  }

  /**
   * @throws IllegalStateException naming the first value that is wrong
   */
  static void check(Operation operation, Workload workload) {
    Verification verification = new Verification(operation, workload);
    switch (operation) {
      case SOFTMAX -> verification.checkProbabilities(workload.softmax());
      case LOG_SOFTMAX -> verification.checkLogs(workload.logSoftmax(), Oracle::logSoftmax);
      case LOG_SUM_EXP ->
          verification.checkLogs(
              workload.logSumExp(), logits -> new double[] {Oracle.logSumExp(logits)});
      case LOSS -> verification.checkLoss(workload.loss(), workload::labelAsTargetsOfRow);
      case LOSS_AND_GRADIENT -> {
        verification.checkLoss(workload.lossAndGradient(), workload::labelAsTargetsOfRow);
        verification.checkGradient(workload.output(), workload::labelAsTargetsOfRow);
      }
      case TARGET_LOSS_AND_GRADIENT -> {
        verification.checkLoss(workload.targetLossAndGradient(), workload::targetsOfRow);
        verification.checkGradient(workload.output(), workload::targetsOfRow);
      }
    }
  }

  void checkProbabilities(float[] actual) {
    for (int row = 0; row < shape.rows(); row++) {
      double[] expected = Oracle.softmax(workload.logitsOfRow(row));
      for (int c = 0; c < shape.classes(); c++) {
        double size = Math.max(expected[c], SMALL_PROBABILITY);
        compare(row, c, actual[row * shape.classes() + c], expected[c], size);
      }
    }
  }

  private void checkLogs(float[] actual, UnaryOperator<double[]> oracle) {
    for (int row = 0; row < shape.rows(); row++) {
      double[] expected = oracle.apply(workload.logitsOfRow(row));
      for (int c = 0; c < expected.length; c++) {
        double size = Math.max(1, Math.abs(expected[c]));
        compare(row, c, actual[row * expected.length + c], expected[c], size);
      }
    }
  }

  private void checkLoss(double actual, IntFunction<double[]> targetsOfRow) {
    double sum = 0;
    for (int row = 0; row < shape.rows(); row++) {
      sum += Oracle.loss(workload.logitsOfRow(row), targetsOfRow.apply(row));
    }
    double mean = sum / shape.rows();
    if (!(Math.abs(actual - mean) <= TOLERANCE * Math.max(1, mean))) {
      throw wrong("the mean loss", actual, mean);
    }
  }

  /** The gradient is that of the mean loss, hence a row's divided by the number of rows. */
  private void checkGradient(float[] actual, IntFunction<double[]> targetsOfRow) {
    for (int row = 0; row < shape.rows(); row++) {
      double[] logits = workload.logitsOfRow(row);
      double[] targets = targetsOfRow.apply(row);
      double[] probabilities = Oracle.softmax(logits);
      double[] expected = Oracle.gradient(logits, targets);
      for (int c = 0; c < shape.classes(); c++) {
        // the size of what is subtracted: the difference of close numbers cannot do better
        double size = Math.max(probabilities[c] + targets[c], SMALL_PROBABILITY);
        double rowGradient = (double) actual[row * shape.classes() + c] * shape.rows();
        compare(row, c, rowGradient, expected[c], size);
      }
    }
  }

  private void compare(int row, int column, double actual, double expected, double size) {
    // in this form NaN is wrong as well
    if (!(Math.abs(actual - expected) <= TOLERANCE * size)) {
      throw wrong("row " + row + ", value " + column, actual, expected);
    }
  }

  private IllegalStateException wrong(String what, double actual, double expected) {
    return new IllegalStateException(
        "%s %s is wrong: %s is %s instead of %s"
            .formatted(operation.methodName(), shape, what, actual, expected));
  }
}
