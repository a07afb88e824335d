package io.github.softmax4j.benchmarks;

import java.util.Arrays;
import java.util.OptionalInt;

/**
 * From which call on a JVM is as fast as it will be, or nearly so.
 *
 * <p>The <i>final time</i> of a call is the median of the last quarter of the calls.
 *
 * <p>A call is <i>near</i> it if the running median there is at most so many times the final time.
 * (Below there is no limit: a machine that becomes slower does not make what was before a warm-up.)
 * The running median is that of the calls around, as many before as after, that take some 20 ms in
 * total, at least 11 and at most 1001 calls: a single call that was interrupted is not a change of
 * speed, nor are those of the few milliseconds in which somebody else had the CPU.
 *
 * <p>The <i>steady state</i> begins with the first call from which on all calls of the next 100 ms
 * are near, and at least nine in ten of all that follow. The tenth is for a machine that is not
 * alone, on which otherwise the last disturbance would be found instead of the end of the warm-up;
 * what the tenth cannot do is hide a part of the warm-up, because of the 100 ms.
 *
 * @param finalNanos the final time of a call
 * @param firstCall the index of the first call in the steady state; empty if there is none
 */
record SteadyState(double finalNanos, OptionalInt firstCall) {

  private static final double LEAST_SHARE = 0.9;
  private static final double HALF_WINDOW_NANOS = 10e6;
  private static final double STRETCH_NANOS = 100e6;
  private static final int LEAST_HALF_WINDOW = 5;
  private static final int MOST_HALF_WINDOW = 500;

  /**
   * @param factor how many times the final time is near
   */
  static SteadyState within(double factor, long[] nanosPerCall) {
    double finalNanos = finalNanos(nanosPerCall);
    int stretch = (int) Math.ceil(STRETCH_NANOS / finalNanos);
    int halfWindow =
        (int) Math.clamp(HALF_WINDOW_NANOS / finalNanos, LEAST_HALF_WINDOW, MOST_HALF_WINDOW);
    boolean[] near = near(nanosPerCall, factor * finalNanos, halfWindow);
    return new SteadyState(finalNanos, first(near, stretch));
  }

  private static double finalNanos(long[] nanosPerCall) {
    int from = nanosPerCall.length * 3 / 4;
    return Stats.median(
        Arrays.stream(nanosPerCall, from, nanosPerCall.length).asDoubleStream().toArray());
  }

  /** Backwards, as what follows decides. */
  private static OptionalInt first(boolean[] near, int stretch) {
    OptionalInt first = OptionalInt.empty();
    int nearFromHere = 0;
    int nearInARow = 0;
    for (int i = near.length - 1; i >= 0; i--) {
      nearFromHere += near[i] ? 1 : 0;
      nearInARow = near[i] ? nearInARow + 1 : 0;
      if (nearInARow >= stretch && nearFromHere >= LEAST_SHARE * (near.length - i)) {
        first = OptionalInt.of(i);
      }
    }
    return first;
  }

  /** A median is within a limit if less than half of the values are beyond: no need to sort. */
  private static boolean[] near(long[] nanosPerCall, double limit, int halfWindow) {
    int[] slowBefore = slowBefore(nanosPerCall, limit);
    boolean[] near = new boolean[nanosPerCall.length];
    for (int i = 0; i < near.length; i++) {
      int from = Math.max(0, i - halfWindow);
      int to = Math.min(near.length, i + halfWindow + 1);
      near[i] = 2 * (slowBefore[to] - slowBefore[from]) < to - from;
    }
    return near;
  }

  /** How many calls before each index are beyond the limit; one more than there are calls. */
  private static int[] slowBefore(long[] nanosPerCall, double limit) {
    int[] counts = new int[nanosPerCall.length + 1];
    for (int i = 0; i < nanosPerCall.length; i++) {
      counts[i + 1] = counts[i] + (nanosPerCall[i] > limit ? 1 : 0);
    }
    return counts;
  }
}
