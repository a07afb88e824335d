package io.github.softmax4j.benchmarks;

/** What a JVM uses the library for before an operation is timed in it. */
public enum PriorUse {
  /** Nothing: the compiler may tailor all code to the one operation and shape. */
  ISOLATED(() -> {}),
  /** Every operation a little, which is what figures are published of. */
  USUAL(UsualUse::run),
  /** Everything that a program could do with the library, a lot. */
  MIXED(MixedUse::run);

  private final Runnable action;

  PriorUse(Runnable action) {
    this.action = action;
  }

  void happen() {
    action.run();
  }
}
