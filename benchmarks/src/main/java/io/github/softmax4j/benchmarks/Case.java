package io.github.softmax4j.benchmarks;

import java.util.Locale;

/**
 * One line of a run: what is timed, on which shape, in which kind of JVM, used for what before, and
 * where the logits are.
 */
record Case(Operation operation, Shape shape, Variant variant, PriorUse use, Placement placement) {

  Case(Operation operation, Shape shape, Variant variant) {
    this(operation, shape, variant, PriorUse.USUAL, Placement.APART);
  }

  Case after(PriorUse other) {
    return new Case(operation, shape, variant, other, placement);
  }

  Case with(Placement other) {
    return new Case(operation, shape, variant, use, other);
  }

  Case on(Shape other) {
    return new Case(operation, other, variant, use, placement);
  }

  @Override
  public String toString() {
    return variant.label()
        + " "
        + operation.methodName()
        + " "
        + shape
        + (use == PriorUse.USUAL ? "" : ", " + inWords(use))
        + (placement == Placement.APART ? "" : ", " + inWords(placement));
  }

  private static String inWords(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
