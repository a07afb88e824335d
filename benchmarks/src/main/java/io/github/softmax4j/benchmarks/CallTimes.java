package io.github.softmax4j.benchmarks;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/**
 * The calls of a young JVM.
 *
 * @param nanosToFirstCall from the start of the process until the first call began
 * @param nanosPerCall of each call, from the first one on
 */
record CallTimes(long nanosToFirstCall, long[] nanosPerCall) {
  private static final int MOST_CALLS = 1 << 20;

  /** Calls over and over for this time, once at least. */
  static CallTimes measure(TimedCall call, long nanosToFirstCall, long millis) throws Exception {
    long[] nanosPerCall = new long[MOST_CALLS];
    int calls = 0;
    long before = System.nanoTime();
    long end = before + TimeUnit.MILLISECONDS.toNanos(millis);
    do {
      call.run();
      long after = System.nanoTime();
      nanosPerCall[calls++] = after - before;
      before = after;
    } while (before - end < 0 && calls < nanosPerCall.length);
    return new CallTimes(nanosToFirstCall, Arrays.copyOf(nanosPerCall, calls));
  }

  /** From the start of the process until so many calls were over. */
  long nanosUntilAfter(int calls) {
    return nanosToFirstCall + LongStream.of(nanosPerCall).limit(calls).sum();
  }

  /** How many calls ended in each of so many slots, from the first call on. */
  int[] perSlot(int slots, long slotNanos) {
    int[] counts = new int[slots];
    long end = 0;
    for (long nanos : nanosPerCall) {
      end += nanos;
      if (end / slotNanos < slots) {
        counts[(int) (end / slotNanos)]++;
      }
    }
    return counts;
  }
}
