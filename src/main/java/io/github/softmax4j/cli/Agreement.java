package io.github.softmax4j.cli;

import io.github.softmax4j.internal.Kernel;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** How far one operation of a kernel is from that of another, over many batches. */
final class Agreement {

  /** Twice the library's error bound of 1e-6, because each of the two has its own error. */
  static final double TOLERANCE = 2e-6;

  /** All short rows, where loops have every kind of tail, and some long ones. */
  static final List<Integer> CLASS_COUNTS =
      IntStream.concat(
              IntStream.rangeClosed(1, 70),
              IntStream.of(100, 127, 128, 129, 1000, 1009, 4099, 32000))
          .boxed()
          .toList();

  /** Enough for kernels that put several rows into a vector, and not a multiple of its lanes. */
  private static final int ROWS = 4 * LogitPattern.ROWS_FOR_ALL_KINDS + 5;

  private static final int ROWS_IF_LONG = LogitPattern.ROWS_FOR_ALL_KINDS;
  private static final int LONG = 1000;

  private final Operation operation;
  private int rows;
  private double worst;
  private String worstPlace = "";

  private Agreement(Operation operation) {
    this.operation = operation;
  }

  /** Compares every operation of {@code kernel} with that of {@code reference}. */
  static List<Agreement> check(Kernel kernel, Kernel reference, List<Integer> classCounts) {
    List<Agreement> all = Arrays.stream(Operation.values()).map(Agreement::new).toList();
    for (int classes : classCounts) {
      int rows = classes < LONG ? ROWS : ROWS_IF_LONG;
      for (LogitPattern pattern : LogitPattern.values()) {
        int padding = pattern.ordinal() % 2; // with and without gaps between the rows
        Batch batch = Batch.of(pattern, rows, classes, padding);
        for (Agreement agreement : all) {
          agreement.compare(kernel, reference, batch, pattern);
        }
      }
    }
    return all;
  }

  Operation operation() {
    return operation;
  }

  /** How many rows have been compared. */
  int rows() {
    return rows;
  }

  /** The largest error seen; infinite where one result is NaN or infinite and the other not. */
  double worst() {
    return worst;
  }

  /** Where that was; empty if there was no error at all. */
  String worstPlace() {
    return worstPlace;
  }

  boolean holds() {
    return worst <= TOLERANCE;
  }

  private void compare(Kernel kernel, Kernel reference, Batch batch, LogitPattern pattern) {
    Output actual = new Output(batch);
    Output expected = new Output(batch);
    KernelCall referenceCall = new KernelCall(operation, reference, batch, expected);
    new KernelCall(operation, kernel, batch, actual).run();
    referenceCall.run();
    String where = batch.classes() + " classes, " + pattern + " logits, ";
    for (int row = 0; row < batch.rows(); row++) {
      double floor = referenceCall.floor(row);
      note(rowError(actual, expected, batch, row, floor), where, row);
    }
    double meanError = error(actual.total / batch.rows(), expected.total / batch.rows(), 1);
    note(meanError, where + "sum over the rows", -1);
    rows += batch.rows();
  }

  private static double rowError(
      Output actual, Output expected, Batch batch, int row, double floor) {
    double largest = error(actual.perRow[row], expected.perRow[row], 1);
    int start = row * batch.stride(); // the padding too, where nothing may have been written
    for (int at = start; at < start + batch.stride(); at++) {
      largest = Math.max(largest, error(actual.matrix[at], expected.matrix[at], floor));
    }
    return largest;
  }

  private void note(double error, String where, int row) {
    if (error > worst) {
      worst = error;
      worstPlace = row < 0 ? where : where + "row " + row;
    }
  }

  private static double error(double actual, double expected, double floor) {
    if (Double.compare(actual, expected) == 0) {
      return 0; // also NaN for NaN and one infinity for the same
    }
    if (!Double.isFinite(actual) || !Double.isFinite(expected)) {
      return Double.POSITIVE_INFINITY;
    }
    return Math.abs(actual - expected) / Math.max(Math.abs(expected), floor);
  }
}
