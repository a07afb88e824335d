package io.github.softmax4j.benchmarks;

/**
 * What a {@link WarmupJvm} measured.
 *
 * @param nanosToFirstCall from the start of the process until the first call began
 * @param nanosPerCall of each call, from the first one on
 */
record CallTimes(long nanosToFirstCall, long[] nanosPerCall) {

  /** From the start of the process until so many calls were over. */
  long nanosUntilAfter(int calls) {
    long nanos = nanosToFirstCall;
    for (int i = 0; i < calls; i++) {
      nanos += nanosPerCall[i];
    }
    return nanos;
  }
}
