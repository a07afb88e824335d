package io.github.softmax4j.benchmarks;

/** One line of a run: what is timed, on which shape, in which kind of JVM. */
record Case(Operation operation, Shape shape, Variant variant) {

  @Override
  public String toString() {
    return variant.label() + " " + operation.methodName() + " " + shape;
  }
}
