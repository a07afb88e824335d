package io.github.softmax4j.benchmarks;

import java.util.Arrays;
import java.util.OptionalInt;

/**
 * What one JVM gave, in the form that is kept.
 *
 * @param nanosToFirstCall from the start of the process until the data were there
 * @param nanosToFirstResult from the start of the process to the end of the first call
 * @param withinTwofold until calls took at most twice the final time; null if they never did
 * @param steadyState until calls took at most 1.2 times the final time; null if they never did
 * @param nanosPerElement the final time
 * @param calls the number of all calls
 * @param firstCallsNanos the time of each of the first calls
 * @param laterCallsMedianNanos the median of every 100 calls that followed
 */
record WarmupRun(
    String operation,
    String shape,
    Variant variant,
    long nanosToFirstCall,
    long nanosToFirstResult,
    Stage withinTwofold,
    Stage steadyState,
    double nanosPerElement,
    int calls,
    long[] firstCallsNanos,
    double[] laterCallsMedianNanos) {
  /** Up to here each call is kept: so many are interesting, and a file is not to be too large. */
  private static final int FIRST_CALLS = 2_000;

  private static final int GROUP = 100;
  private static final double TWOFOLD = 2;
  private static final double STEADY = 1.2;

  /**
   * How long it took to get so far.
   *
   * @param calls the number of calls before
   * @param nanos from the start of the process to the end of the last of them
   */
  record Stage(int calls, long nanos) {
    private static Stage of(SteadyState state, CallTimes times) {
      OptionalInt calls = state.firstCall();
      return calls.isPresent()
          ? new Stage(calls.getAsInt(), times.nanosUntilAfter(calls.getAsInt()))
          : null;
    }
  }

  static WarmupRun of(Case benchmarkCase, CallTimes times) {
    long[] nanosPerCall = times.nanosPerCall();
    SteadyState steadyState = SteadyState.within(STEADY, nanosPerCall);
    return new WarmupRun(
        benchmarkCase.operation().methodName(),
        benchmarkCase.shape().toString(),
        benchmarkCase.variant(),
        times.nanosToFirstCall(),
        times.nanosUntilAfter(1),
        Stage.of(SteadyState.within(TWOFOLD, nanosPerCall), times),
        Stage.of(steadyState, times),
        steadyState.finalNanos() / benchmarkCase.shape().elements(),
        nanosPerCall.length,
        Arrays.copyOf(nanosPerCall, Math.min(FIRST_CALLS, nanosPerCall.length)),
        mediansOfLaterCalls(nanosPerCall));
  }

  /** Whether this is of a JVM of that kind. */
  boolean isOf(Case benchmarkCase) {
    return operation.equals(benchmarkCase.operation().methodName())
        && shape.equals(benchmarkCase.shape().toString())
        && variant == benchmarkCase.variant();
  }

  private static double[] mediansOfLaterCalls(long[] nanosPerCall) {
    double[] medians = new double[Math.max(0, nanosPerCall.length - FIRST_CALLS) / GROUP];
    for (int i = 0; i < medians.length; i++) {
      int from = FIRST_CALLS + i * GROUP;
      medians[i] =
          Stats.median(Arrays.stream(nanosPerCall, from, from + GROUP).asDoubleStream().toArray());
    }
    return medians;
  }
}
