package io.github.softmax4j.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** One product of one size. */
record LinearCase(LinearOperation operation, LinearShape shape) {

  /** All products of a shape; of few rows, the one that inference needs. */
  static List<LinearCase> of(List<LinearShape> shapes) {
    return shapes.stream()
        .flatMap(
            shape ->
                (shape.hasFewRows()
                        ? Stream.of(LinearOperation.FORWARD)
                        : Arrays.stream(LinearOperation.values()))
                    .map(operation -> new LinearCase(operation, shape)))
        .toList();
  }

  static LinearCase of(PeerCell cell) {
    return new LinearCase(
        LinearOperation.ofMethod(cell.operation()), LinearShape.parse(cell.shape()));
  }

  /** What a figure counts: flops, or the bytes of the weights where there are few rows. */
  double amount() {
    return shape.hasFewRows()
        ? (double) Float.BYTES * shape.features() * shape.classes()
        : 2.0 * shape.rows() * shape.features() * shape.classes();
  }

  /** An amount of 1 per nanosecond. */
  String unit() {
    return shape.hasFewRows() ? "GB/s" : "GFLOP/s";
  }

  @Override
  public String toString() {
    return operation.methodName() + " " + shape;
  }
}
