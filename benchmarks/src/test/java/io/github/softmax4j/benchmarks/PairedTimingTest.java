package io.github.softmax4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Calls that advance a clock of their own: what is measured does not depend on the machine. */
class PairedTimingTest {

  private static final int MICRO = 1_000;
  private static final int MILLI = 1_000_000;
  private static final double FLOOR = 0.2;

  private long now = Long.MAX_VALUE - MILLI; // the clock may overflow
  private double speed = 1;
  private final StringBuilder order = new StringBuilder();

  @Test
  void timesAreThoseOfCalls() throws Exception {
    PairedTiming timing = timing(plan(3, 3, 1_000), 20 * MICRO, 2 * MILLI);
    assertArrayEquals(
        new double[] {20 * MICRO, 20 * MICRO, 20 * MICRO}, timing.first().nanosPerCall());
    assertArrayEquals(
        new double[] {2 * MILLI, 2 * MILLI, 2 * MILLI}, timing.second().nanosPerCall());
  }

  @Test
  void aSliceHoldsAsManyCallsAsFit() throws Exception {
    PairedTiming timing = timing(plan(3, 3, 1_000), 20 * MICRO, 2 * MILLI);
    assertEquals(50, timing.first().callsPerSlice());
    assertEquals(1, timing.second().callsPerSlice());
  }

  @Test
  void slowCallsEndWithTheBudgetButNotBeforeTheLeast() throws Exception {
    assertEquals(3, timing(plan(1_000, 3, 1), MILLI, MILLI).first().nanosPerCall().length);
    // pairs of 2 ms: one begins when 10 ms are not over yet
    assertEquals(6, timing(plan(1_000, 3, 10), MILLI, MILLI).second().nanosPerCall().length);
  }

  @Test
  void eachBeginsEveryOtherPair() throws Exception {
    timing(plan(4, 4, 1_000), MILLI, MILLI);
    assertEquals("12211221", order.substring(order.length() - 8));
  }

  @Test
  void warmUpEndsWhenItDoesNotHelp() throws Exception {
    timing(plan(1, 1, 1), MILLI, MILLI);
    assertEquals("12".repeat(PairedTiming.LEAST_ROUNDS + 1), order.toString());
  }

  @Test
  void warmUpGoesOnAsLongAsItHelps() throws Exception {
    PairedTiming timing =
        new PairedTiming(plan(1, 1, 1), this::everFaster, () -> advance(2, MILLI), () -> now);
    timing.run();
    assertArrayEquals(new double[] {FLOOR * MILLI}, timing.first().nanosPerCall());
  }

  private double everFaster() {
    speed = Math.max(FLOOR, 0.8 * speed);
    now += (long) (speed * MILLI);
    return 0;
  }

  private PairedTiming timing(PeerPlan plan, int nanos, int nanosOfSecond) throws Exception {
    PairedTiming timing =
        new PairedTiming(plan, () -> advance(1, nanos), () -> advance(2, nanosOfSecond), () -> now);
    timing.run();
    return timing;
  }

  private double advance(int side, int nanos) {
    order.append(side);
    now += nanos;
    return 0;
  }

  /** A round of warm-up is one slice. */
  private static PeerPlan plan(int pairs, int leastPairs, int budgetMillis) {
    return new PeerPlan(1, 0, 0, 1_000, pairs, leastPairs, budgetMillis);
  }
}
