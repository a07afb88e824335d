package io.github.softmax4j.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Times two calls in turn, in slices so short that a machine that changes its speed does so for
 * both. Which of the two begins changes with every pair.
 */
final class PairedTiming {

  static final int LEAST_ROUNDS = 3;
  private static final int MOST_ROUNDS = 20;
  private static final int MOST_CALLS = 100_000;

  /** A round that is not faster than this share of the best one before has not helped. */
  private static final double HELPS = 0.93;

  private final PeerPlan plan;
  private final LongSupplier nanoTime;
  private final Side first;
  private final Side second;

  PairedTiming(PeerPlan plan, TimedCall first, TimedCall second) {
    this(plan, first, second, System::nanoTime);
  }

  PairedTiming(PeerPlan plan, TimedCall first, TimedCall second, LongSupplier nanoTime) {
    long sliceNanos = TimeUnit.MICROSECONDS.toNanos(plan.sliceMicros());
    this.plan = plan;
    this.nanoTime = nanoTime;
    this.first = new Side(first, sliceNanos, nanoTime);
    this.second = new Side(second, sliceNanos, nanoTime);
  }

  /** One of the two, and what was measured of it. */
  static final class Side {

    private final TimedCall call;
    private final long sliceNanos;
    private final LongSupplier nanoTime;
    private final List<Double> nanosPerCall = new ArrayList<>();
    private int callsPerSlice = 1;
    private final List<Double> warmUp = new ArrayList<>();
    private double results;

    private Side(TimedCall call, long sliceNanos, LongSupplier nanoTime) {
      this.call = call;
      this.sliceNanos = sliceNanos;
      this.nanoTime = nanoTime;
    }

    /** The average time of a call in each slice. */
    double[] nanosPerCall() {
      return nanosPerCall.stream().mapToDouble(Double::doubleValue).toArray();
    }

    int callsPerSlice() {
      return callsPerSlice;
    }

    /** The calls of one slice, as many as the calls before suggest. */
    private long warmUp() throws Exception {
      long nanos = time(callsPerSlice);
      warmUp.add((double) nanos / callsPerSlice);
      adaptTo((double) nanos / callsPerSlice);
      return nanos;
    }

    private void adaptTo(double nanosPerCall) {
      callsPerSlice = (int) Math.clamp(sliceNanos / Math.max(1, nanosPerCall), 1, MOST_CALLS);
    }

    /**
     * The median time of a call since this was last asked, from which follows what a slice holds.
     */
    private double nanosInWarmUp() {
      double median = Stats.median(warmUp.stream().mapToDouble(Double::doubleValue).toArray());
      warmUp.clear();
      adaptTo(median);
      return median;
    }

    /**
     * A first call brings the data of this side back into the caches, as they are where nobody else
     * has a turn. What fills a slice alone is not in the caches anyway.
     */
    private void slice() throws Exception {
      if (callsPerSlice > 1) {
        time(1);
      }
      nanosPerCall.add((double) time(callsPerSlice) / callsPerSlice);
    }

    private long time(int calls) throws Exception {
      long start = nanoTime.getAsLong();
      results += TimedCall.repeat(call, calls);
      return nanoTime.getAsLong() - start;
    }
  }

  void run() throws Exception {
    warmUp();
    long end = nanoTime.getAsLong() + TimeUnit.MILLISECONDS.toNanos(plan.budgetMillis());
    for (int pair = 0; pair < plan.pairs(); pair++) {
      if (pair >= plan.leastPairs() && nanoTime.getAsLong() - end > 0) {
        break;
      }
      (pair % 2 == 0 ? first : second).slice();
      (pair % 2 == 0 ? second : first).slice();
    }
    if (first.results == second.results && Double.isInfinite(first.results)) {
      throw new IllegalStateException("results without a value"); // uses both
    }
  }

  /** Goes on as long as one of the two becomes faster by that. */
  private void warmUp() throws Exception {
    double best = Double.POSITIVE_INFINITY;
    double bestOfSecond = Double.POSITIVE_INFINITY;
    for (int round = 1; round <= MOST_ROUNDS; round++) {
      warmUpOnce();
      double nanos = first.nanosInWarmUp();
      double nanosOfSecond = second.nanosInWarmUp();
      boolean helps = nanos < HELPS * best || nanosOfSecond < HELPS * bestOfSecond;
      if (round >= LEAST_ROUNDS && !helps) {
        return;
      }
      best = Math.min(best, nanos);
      bestOfSecond = Math.min(bestOfSecond, nanosOfSecond);
    }
  }

  private void warmUpOnce() throws Exception {
    long wanted = TimeUnit.MILLISECONDS.toNanos(plan.warmupMillis());
    long ofFirst = 0;
    long ofSecond = 0;
    do {
      ofFirst += first.warmUp();
      ofSecond += second.warmUp();
    } while (ofFirst < wanted || ofSecond < wanted);
  }

  Side first() {
    return first;
  }

  Side second() {
    return second;
  }
}
