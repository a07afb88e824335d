package io.github.softmax4j.benchmarks;

import io.github.softmax4j.cli.Operation;

/** Calls one build of the library; each build has a driver of its own. */
public interface Driver {
  /**
   * An operation on these arrays. Making it or its first run throws a {@link LinkageError} if the
   * build has no such call.
   *
   * @return gives the loss, or else any value of the result
   */
  TimedCall call(Operation operation, Data data);

  /**
   * Waits until the vector code of all calls so far is compiled. Throws a {@link LinkageError} if
   * the build has no other code.
   */
  void awaitCompiled();

  /** The width of this build's vectors; 32 on the scalar path. */
  int vectorBits();
}
