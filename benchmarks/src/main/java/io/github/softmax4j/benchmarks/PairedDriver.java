package io.github.softmax4j.benchmarks;

/** Calls one build of the library; each build has a driver of its own. */
public interface PairedDriver {

  /**
   * An operation on these arrays. Making it or its first run throws a {@link LinkageError} if the
   * build has no such call.
   */
  TimedCall call(PairedOperation operation, PairedArrays arrays);

  /** The width of this build's vectors; 32 on the scalar path. */
  int vectorBits();
}
