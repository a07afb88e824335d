package io.github.softmax4j.benchmarks;

import java.util.Locale;

/** One line of a run: what is timed, on which shape, in which kind of JVM, used for what before. */
record Case(Operation operation, Shape shape, Variant variant, PriorUse use) {

  Case(Operation operation, Shape shape, Variant variant) {
    this(operation, shape, variant, PriorUse.USUAL);
  }

  Case after(PriorUse other) {
    return new Case(operation, shape, variant, other);
  }

  Case on(Shape other) {
    return new Case(operation, other, variant, use);
  }

  @Override
  public String toString() {
    String suffix = use == PriorUse.USUAL ? "" : ", " + use.name().toLowerCase(Locale.ROOT);
    return variant.label() + " " + operation.methodName() + " " + shape + suffix;
  }
}
