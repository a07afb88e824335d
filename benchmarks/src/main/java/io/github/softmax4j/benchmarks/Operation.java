package io.github.softmax4j.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** What is timed: the library's operations, each with the bytes that it cannot avoid to move. */
public enum Operation {
  SOFTMAX("softmax", Workload::softmax, 2, 0),
  LOG_SOFTMAX("logSoftmax", Workload::logSoftmax, 2, 0),
  LOG_SUM_EXP("logSumExp", Workload::logSumExp, 1, 1),
  LOSS("loss", Workload::loss, 1, 1),
  LOSS_AND_GRADIENT("lossAndGradient", Workload::lossAndGradient, 2, 1),
  TARGET_LOSS_AND_GRADIENT("targetLossAndGradient", Workload::targetLossAndGradient, 3, 0),
  LADEN_LOSS_AND_GRADIENT("ladenLossAndGradient", Workload::ladenLossAndGradient, 2, 1);

  private final String methodName;
  private final Consumer<Workload> call;
  private final int valuesPerElement;
  private final int valuesPerRow;

  Operation(String methodName, Consumer<Workload> call, int valuesPerElement, int valuesPerRow) {
    this.methodName = methodName;
    this.call = call;
    this.valuesPerElement = valuesPerElement;
    this.valuesPerRow = valuesPerRow;
  }

  static Operation ofMethod(String methodName) {
    return Arrays.stream(values())
        .filter(operation -> operation.methodName.equals(methodName))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no operation is called " + methodName));
  }

  /** Those of several, for people to read. */
  static String names(List<Operation> operations) {
    return operations.stream().map(Operation::methodName).collect(Collectors.joining(", "));
  }

  /** The name of the method in {@link SoftmaxBenchmark}, and the name that people read. */
  String methodName() {
    return methodName;
  }

  void run(Workload workload) {
    call.accept(workload);
  }

  /** Whether the result is as large as the logits, and so may take their place. */
  boolean givesMatrix() {
    return this != LOG_SUM_EXP && this != LOSS;
  }

  /**
   * The bytes of all inputs read once and all outputs written once, whatever the number of passes
   * over them; floats and int labels have 4 bytes each.
   */
  long bytes(Shape shape) {
    return 4L * valuesPerElement * shape.elements() + 4L * valuesPerRow * shape.rows();
  }
}
