package io.github.softmax4j.benchmarks;

import java.util.function.IntFunction;

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
  private final Batch batch;
  private final Shape shape;

  Verification(Operation operation, Batch batch) {
    this.operation = operation;
    this.batch = batch;
    this.shape = batch.shape();
  }

  /**
   * @throws IllegalStateException naming the first value that is wrong
   */
  static void check(Operation operation, Workload workload) {
    Batch batch = workload.batch();
    Verification verification = new Verification(operation, batch);
    switch (operation) {
      case SOFTMAX -> verification.checkProbabilities(workload.softmax());
      case LOG_SOFTMAX -> verification.checkLogProbabilities(workload.logSoftmax());
      case LOG_SUM_EXP -> verification.checkLogSumExp(workload.logSumExp());
      case LOSS -> verification.checkLoss(workload.loss(), batch::labelAsTargetsOfRow);
      case LOSS_AND_GRADIENT -> {
        verification.checkLoss(workload.lossAndGradient(), batch::labelAsTargetsOfRow);
        verification.checkGradient(workload.output(), batch::labelAsTargetsOfRow);
      }
      case TARGET_LOSS_AND_GRADIENT -> {
        verification.checkLoss(workload.targetLossAndGradient(), batch::targetsOfRow);
        verification.checkGradient(workload.output(), batch::targetsOfRow);
      }
    }
  }

  void checkProbabilities(float[] actual) {
    for (int row = 0; row < shape.rows(); row++) {
      double[] expected = Oracle.softmax(batch.logitsOfRow(row));
      for (int c = 0; c < shape.classes(); c++) {
        double size = Math.max(expected[c], SMALL_PROBABILITY);
        compare(row, c, actual[shape.index(row, c)], expected[c], size);
      }
    }
  }

  private void checkLogProbabilities(float[] actual) {
    for (int row = 0; row < shape.rows(); row++) {
      double[] expected = Oracle.logSoftmax(batch.logitsOfRow(row));
      for (int c = 0; c < shape.classes(); c++) {
        compareLogs(row, c, actual[shape.index(row, c)], expected[c]);
      }
    }
  }

  private void checkLogSumExp(float[] actual) {
    for (int row = 0; row < shape.rows(); row++) {
      compareLogs(row, 0, actual[row], Oracle.logSumExp(batch.logitsOfRow(row)));
    }
  }

  private void checkLoss(double actual, IntFunction<double[]> targetsOfRow) {
    double sum = 0;
    for (int row = 0; row < shape.rows(); row++) {
      sum += Oracle.loss(batch.logitsOfRow(row), targetsOfRow.apply(row));
    }
    double mean = sum / shape.rows();
    if (!(Math.abs(actual - mean) <= TOLERANCE * Math.max(1, mean))) {
      throw wrong("the mean loss", actual, mean);
    }
  }

  /** The gradient is that of the mean loss, hence a row's divided by the number of rows. */
  private void checkGradient(float[] actual, IntFunction<double[]> targetsOfRow) {
    for (int row = 0; row < shape.rows(); row++) {
      double[] logits = batch.logitsOfRow(row);
      double[] targets = targetsOfRow.apply(row);
      double[] probabilities = Oracle.softmax(logits);
      double[] expected = Oracle.gradient(logits, targets);
      for (int c = 0; c < shape.classes(); c++) {
        // the size of what is subtracted: the difference of close numbers cannot do better
        double size = Math.max(probabilities[c] + targets[c], SMALL_PROBABILITY);
        double rowGradient = (double) actual[shape.index(row, c)] * shape.rows();
        compare(row, c, rowGradient, expected[c], size);
      }
    }
  }

  private void compareLogs(int row, int column, double actual, double expected) {
    compare(row, column, actual, expected, Math.max(1, Math.abs(expected)));
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
