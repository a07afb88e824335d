package io.github.softmax4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PairedTimingTest {

  @Test
  void bothSidesHaveAsManySlices() throws Exception {
    PairedTiming timing = timing(plan(9, 3, 10_000), 10_000, 50_000);
    assertEquals(9, timing.first().nanosPerCall().length);
    assertEquals(9, timing.second().nanosPerCall().length);
  }

  @Test
  void aSliceHoldsAsManyCallsAsFit() throws Exception {
    PairedTiming timing = timing(plan(3, 3, 10_000), 10_000, 5_000_000);
    assertTrue(timing.first().callsPerSlice() > 10, () -> "" + timing.first().callsPerSlice());
    assertEquals(1, timing.second().callsPerSlice());
  }

  @Test
  void slowCallsEndWithTheBudgetButNotBeforeTheLeast() throws Exception {
    PairedTiming timing = timing(plan(1_000, 3, 1), 1_000_000, 1_000_000);
    assertEquals(3, timing.first().nanosPerCall().length);
  }

  @Test
  void timesAreThoseOfCalls() throws Exception {
    PairedTiming timing = timing(plan(5, 5, 10_000), 20_000, 200_000);
    // the clock and the machine may add, but never take away
    assertTrue(Measurement.median(timing.first().nanosPerCall()) >= 20_000);
    assertTrue(Measurement.median(timing.second().nanosPerCall()) >= 200_000);
  }

  private static PeerPlan plan(int pairs, int leastPairs, int budgetMillis) {
    return new PeerPlan(1, 0, 5, 1_000, pairs, leastPairs, budgetMillis);
  }

  private static PairedTiming timing(PeerPlan plan, long nanos, long nanosOfSecond)
      throws Exception {
    PairedTiming timing = new PairedTiming(plan, () -> busy(nanos), () -> busy(nanosOfSecond));
    timing.run();
    return timing;
  }

  private static double busy(long nanos) {
    long start = System.nanoTime();
    while (System.nanoTime() - start < nanos) {
      Thread.onSpinWait();
    }
    return nanos;
  }
}
