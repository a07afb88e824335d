package io.github.softmax4j.benchmarks;

import io.github.softmax4j.cli.Operation;

/** A figure of a {@link NativeProgram} as it is kept, in the order in which they were measured. */
record NativeTime(Variant variant, Operation operation, String shape, double nanosPerElement) {
  static NativeTime of(Case nativeCase, double nanosPerElement) {
    return new NativeTime(
        nativeCase.variant(),
        nativeCase.operation(),
        nativeCase.shape().toString(),
        nanosPerElement);
  }

  Measurement measurement() {
    Shape sizes = Shape.parse(shape);
    double[] nanosPerCall = {nanosPerElement * sizes.elements()};
    return new Measurement(new Case(operation, sizes, variant), 1, nanosPerCall, new double[] {0});
  }
}
