package io.github.softmax4j.benchmarks;

import java.util.List;
import java.util.stream.Stream;

/**
 * Compares everything an operation gives with the {@link Oracle}: no time is published of a kernel
 * that computes something else.
 *
 * <p>The tolerance finds a wrong kernel; how accurate the library is, its own tests say.
 */
final class Verification {

  /** A few float roundings, relative to the size of the terms that a value is made of. */
  static final double TOLERANCE = 4e-6;

  /** Probabilities below this are compared as if they had this size. */
  private static final double SMALL_PROBABILITY = 1e-6;

  private static final float[] NO_MATRIX = {};

  private final Operation operation;
  private final Data data;
  private final LadenLoss laden;
  private final Shape shape;

  /**
   * What an operation gave.
   *
   * @param loss the mean loss, anything for an operation without
   * @param matrix laid out as the logits are; empty for a loss alone
   */
  record Output(double loss, float[] matrix) {

    static Output ofLoss(double loss) {
      return new Output(loss, NO_MATRIX);
    }

    static Output ofMatrix(float[] matrix) {
      return new Output(Double.NaN, matrix);
    }
  }

  Verification(Operation operation, Data data) {
    this.operation = operation;
    this.data = data;
    this.laden = new LadenLoss(data);
    this.shape = data.shape();
  }

  /**
   * Runs this library's operation once.
   *
   * @throws IllegalStateException naming the value that is off by most
   */
  static void check(Operation operation, Workload workload) {
    new Verification(operation, workload.data()).check(outputOf(operation, workload));
  }

  /** What this library computes. */
  static Output outputOf(Operation operation, Workload workload) {
    return switch (operation) {
      case SOFTMAX -> Output.ofMatrix(workload.softmax());
      case LOG_SOFTMAX -> Output.ofMatrix(workload.logSoftmax());
      case LOG_SUM_EXP -> Output.ofMatrix(workload.logSumExp());
      case LOSS -> Output.ofLoss(workload.loss());
      case LOSS_AND_GRADIENT -> new Output(workload.lossAndGradient(), workload.output());
      case TARGET_LOSS_AND_GRADIENT ->
          new Output(workload.targetLossAndGradient(), workload.output());
      case LADEN_LOSS_AND_GRADIENT ->
          new Output(workload.ladenLossAndGradient(), workload.output());
    };
  }

  void check(Output output) {
    WorstError worst = worstErrors(List.of(output)).get(0);
    if (worst.isAbove(TOLERANCE)) {
      throw new IllegalStateException(
          operation.methodName() + " " + shape + " is wrong: " + worst.description());
    }
  }

  /** Those of several outputs of the operation, at the price of asking the oracle once. */
  List<WorstError> worstErrors(List<Output> outputs) {
    List<WorstError> errors = Stream.generate(WorstError::new).limit(outputs.size()).toList();
    double losses = 0;
    for (int row = 0; row < shape.rows(); row++) {
      double[] logits = data.logitsOfRow(row);
      switch (operation) {
        case SOFTMAX -> compareProbabilities(row, Oracle.softmax(logits), outputs, errors);
        case LOG_SOFTMAX -> compareLogs(row, Oracle.logSoftmax(logits), outputs, errors);
        case LOG_SUM_EXP ->
            compareLogs(row, new double[] {Oracle.logSumExp(logits)}, outputs, errors);
        case LOSS -> losses += Oracle.loss(logits, targets(row));
        case LOSS_AND_GRADIENT, TARGET_LOSS_AND_GRADIENT -> {
          losses += Oracle.loss(logits, targets(row));
          double[] expected = Oracle.gradient(logits, targets(row));
          compareGradients(row, logits, expected, shape.rows(), outputs, errors);
        }
        case LADEN_LOSS_AND_GRADIENT -> {
          losses += laden.lossOfRow(row);
          compareGradients(row, logits, laden.gradientOfRow(row), 1, outputs, errors);
        }
      }
    }
    if (hasLoss()) {
      compareLosses(losses / shape.rows(), outputs, errors);
    }
    return errors;
  }

  /** Where the value of a class is, or that of a row where there is one of each. */
  private int index(int row, int c) {
    return operation == Operation.LOG_SUM_EXP ? row : shape.index(row, c);
  }

  private boolean hasLoss() {
    return switch (operation) {
      case SOFTMAX, LOG_SOFTMAX, LOG_SUM_EXP -> false;
      case LOSS, LOSS_AND_GRADIENT, TARGET_LOSS_AND_GRADIENT, LADEN_LOSS_AND_GRADIENT -> true;
    };
  }

  private double[] targets(int row) {
    return switch (operation) {
      case TARGET_LOSS_AND_GRADIENT -> data.targetsOfRow(row);
      case LADEN_LOSS_AND_GRADIENT -> laden.targetsOfRow(row);
      default -> data.labelAsTargetsOfRow(row);
    };
  }

  private void compareProbabilities(
      int row, double[] expected, List<Output> outputs, List<WorstError> errors) {
    for (int i = 0; i < outputs.size(); i++) {
      float[] actual = outputs.get(i).matrix();
      for (int c = 0; c < expected.length; c++) {
        double size = Math.max(expected[c], SMALL_PROBABILITY);
        errors.get(i).see(row, c, actual[index(row, c)], expected[c], size);
      }
    }
  }

  private void compareLogs(
      int row, double[] expected, List<Output> outputs, List<WorstError> errors) {
    for (int i = 0; i < outputs.size(); i++) {
      float[] actual = outputs.get(i).matrix();
      for (int c = 0; c < expected.length; c++) {
        double size = Math.max(1, Math.abs(expected[c]));
        errors.get(i).see(row, c, actual[index(row, c)], expected[c], size);
      }
    }
  }

  /**
   * @param divisor what the gradient is divided by: of a mean, the number of rows
   */
  private void compareGradients(
      int row,
      double[] logits,
      double[] expected,
      int divisor,
      List<Output> outputs,
      List<WorstError> errors) {
    double[] targets = targets(row);
    double[] probabilities = Oracle.softmax(logits);
    for (int i = 0; i < outputs.size(); i++) {
      float[] actual = outputs.get(i).matrix();
      for (int c = 0; c < expected.length; c++) {
        // the size of what is subtracted: the difference of close numbers cannot do better
        double size = Math.max(probabilities[c] + targets[c], SMALL_PROBABILITY);
        double rowGradient = (double) actual[index(row, c)] * divisor;
        errors.get(i).see(row, c, rowGradient, expected[c], size);
      }
    }
  }

  private static void compareLosses(
      double expected, List<Output> outputs, List<WorstError> errors) {
    for (int i = 0; i < outputs.size(); i++) {
      errors.get(i).seeLoss(outputs.get(i).loss(), expected, Math.max(1, expected));
    }
  }
}
