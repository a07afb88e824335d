package io.github.softmax4j.internal.vector;

import io.github.softmax4j.internal.Kernel;

/**
 * Vector code that serves calls like one of the program, on arrays of its own. {@link Training}
 * runs it so that C2 compiles it.
 */
abstract class TrainingCase {

  final int operation;
  final int layout;

  /** Makes the case of an operation and a layout of {@link Readiness}. */
  TrainingCase(int operation, int layout) {
    this.operation = operation;
    this.layout = layout;
  }

  /** Makes the arrays. */
  abstract void prepare();

  /** Runs the code once. */
  abstract void run(Kernel kernel) throws Throwable;
}
