package io.github.softmax4j.benchmarks;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/** What is timed: the library's operations, each with the values that it cannot avoid to move. */
public enum Operation {
  SOFTMAX("softmax", Result.MATRIX, 2, 0),
  LOG_SOFTMAX("logSoftmax", Result.MATRIX, 2, 0),
  LOG_SUM_EXP("logSumExp", Result.ROWS, 1, 1),
  LOSS("loss", Result.LOSS, 1, 1),
  LOSS_AND_GRADIENT("lossAndGradient", Result.LOSS_AND_MATRIX, 2, 1),
  TARGET_LOSS_AND_GRADIENT("targetLossAndGradient", Result.LOSS_AND_MATRIX, 3, 0),
  /** With class weights, smoothing, an index to ignore and a z-loss, as the sum over the rows. */
  LADEN_LOSS_AND_GRADIENT("ladenLossAndGradient", Result.LOSS_AND_MATRIX, 2, 1),
  SOFTMAX_BACKWARD("softmaxBackward", Result.MATRIX, 3, 0),
  LOG_SOFTMAX_BACKWARD("logSoftmaxBackward", Result.MATRIX, 3, 0),
  TARGET_LOSS("targetLoss", Result.LOSS, 2, 0),
  SMOOTHED_LOSS_AND_GRADIENT("smoothedLossAndGradient", Result.LOSS_AND_MATRIX, 2, 1),
  WEIGHTED_LOSS("weightedLoss", Result.LOSS, 1, 1),
  WEIGHTED_LOSS_AND_GRADIENT("weightedLossAndGradient", Result.LOSS_AND_MATRIX, 2, 1),
  Z_LOSS_AND_GRADIENT("zLossAndGradient", Result.LOSS_AND_MATRIX, 2, 1);

  private enum Result {
    MATRIX,
    ROWS,
    LOSS,
    LOSS_AND_MATRIX
  }

  private final String methodName;
  private final Result result;
  private final int valuesPerElement;
  private final int valuesPerRow;

  Operation(String methodName, Result result, int valuesPerElement, int valuesPerRow) {
    this.methodName = methodName;
    this.result = result;
    this.valuesPerElement = valuesPerElement;
    this.valuesPerRow = valuesPerRow;
  }

  /** Those that a run has unless others are asked for. */
  static Set<Operation> usual() {
    return EnumSet.range(SOFTMAX, LADEN_LOSS_AND_GRADIENT);
  }

  static Operation ofMethod(String methodName) {
    return Arrays.stream(values())
        .filter(operation -> operation.methodName.equals(methodName))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no operation is called " + methodName));
  }

  /** The name that people read and write. */
  String methodName() {
    return methodName;
  }

  boolean hasLoss() {
    return result == Result.LOSS || result == Result.LOSS_AND_MATRIX;
  }

  /** Whether the result is as large as the logits. */
  boolean givesMatrix() {
    return result == Result.MATRIX || result == Result.LOSS_AND_MATRIX;
  }

  /** Whether calls read nothing but logits and labels, so that the result may take their place. */
  boolean canBeInPlace() {
    return givesMatrix() && ordinal() <= LADEN_LOSS_AND_GRADIENT.ordinal();
  }

  /**
   * The bytes of all inputs read once and all outputs written once, whatever the number of passes
   * over them; floats and int labels have 4 bytes each.
   */
  long bytes(Shape shape) {
    return 4L * valuesPerElement * shape.elements() + 4L * valuesPerRow * shape.rows();
  }
}
