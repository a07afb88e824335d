package io.github.softmax4j.benchmarks;

import io.github.softmax4j.cli.Operation;
import java.util.Locale;

/**
 * One line of a run: what is timed, on which shape, in which kind of JVM, used for what before, and
 * where the logits are.
 */
record Case(Operation operation, Shape shape, Variant variant, PriorUse use, Placement placement) {

  /** What a JVM uses the library for before an operation is timed in it. */
  enum PriorUse {
    /** Nothing: the compiler may tailor all code to the one operation and shape. */
    ISOLATED,
    /** Every operation a little, which is what figures are published of. */
    USUAL,
    /** Everything that a program could do with the library, a lot. */
    MIXED;

    void happen() throws Exception {
      switch (this) {
        case ISOLATED -> {}
        case USUAL -> UsualUse.run();
        case MIXED -> MixedUse.run();
      }
    }
  }

  /** Where a call finds its logits, and whether they are copied before. */
  enum Placement {
    /** In an array of their own, which no call changes: what figures are published of. */
    APART,
    /** In an array of their own, to which they are copied before each call. */
    COPIED,
    /**
     * Where the result goes; they are copied there before each call, as the last overwrote them.
     */
    IN_PLACE
  }

  Case(Operation operation, Shape shape, Variant variant) {
    this(operation, shape, variant, PriorUse.USUAL, Placement.APART);
  }

  Case of(Operation other) {
    return new Case(other, shape, variant, use, placement);
  }

  Case on(Shape other) {
    return new Case(operation, other, variant, use, placement);
  }

  Case in(Variant other) {
    return new Case(operation, shape, other, use, placement);
  }

  Case after(PriorUse other) {
    return new Case(operation, shape, variant, other, placement);
  }

  Case with(Placement other) {
    return new Case(operation, shape, variant, use, other);
  }

  /** Whether figures of it are published as the time of its operation. */
  boolean isPlain() {
    return use == PriorUse.USUAL && placement == Placement.APART && !variant.isNative();
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
