package io.github.softmax4j.benchmarks;

import io.github.softmax4j.cli.Operation;

/** An operation of this JVM's library on its data. */
final class Workload {
  private static final Driver DRIVER = new FlatDriver();

  private final Operation operation;
  private final Data data;
  private final TimedCall call;

  Workload(Operation operation, Data data) {
    this.operation = operation;
    this.data = data;
    call = DRIVER.call(operation, data);
  }

  Workload(Operation operation, Shape shape) {
    this(operation, new Data(shape));
  }

  Operation operation() {
    return operation;
  }

  Data data() {
    return data;
  }

  /** The loss if there is one. */
  double run() throws Exception {
    data.refreshInput();
    return call.run();
  }

  /** What a call gives. */
  Output output() throws Exception {
    double loss = run();
    return new Output(loss, operation.hasMatrix() ? data.output() : data.perRow());
  }

  /**
   * What an operation gave.
   *
   * @param loss anything for an operation without
   * @param values laid out as the logits are, or one of each row
   */
  record Output(double loss, float[] values) {}
}
