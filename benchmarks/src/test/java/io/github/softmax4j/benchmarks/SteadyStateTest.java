package io.github.softmax4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class SteadyStateTest {

  private static final int CALLS = 10_000;
  private static final int STEP = 1_234;
  private static final long FAST = 100_000;

  @Test
  void beginsWhereTheTimeDrops() {
    assertSteadyFrom(STEP, dropping(20 * FAST));
    assertSteadyFrom(STEP, dropping(FAST * 5 / 4));
  }

  @Test
  void includesCallsThatAreNearOrFaster() {
    assertSteadyFrom(0, dropping(FAST * 6 / 5 - 1));
    assertSteadyFrom(0, dropping(FAST / 2));
  }

  @Test
  void disturbancesDoNotCount() {
    long[] nanosPerCall = dropping(20 * FAST);
    nanosPerCall[CALLS / 2] = 1000 * FAST;
    nanosPerCall[CALLS - 1] = 1000 * FAST;
    Arrays.fill(nanosPerCall, 7_000, 7_500, 2 * FAST);
    assertSteadyFrom(STEP, nanosPerCall);
  }

  @Test
  void aSlowTenthIsNoDisturbance() {
    long[] nanosPerCall = dropping(20 * FAST);
    Arrays.fill(nanosPerCall, 5_000, 6_000, 2 * FAST);
    assertSteadyFrom(6_000, nanosPerCall);
  }

  @Test
  void aShortFastMomentIsNotTheSteadyState() {
    long[] nanosPerCall = dropping(20 * FAST);
    Arrays.fill(nanosPerCall, 200, 900, FAST);
    assertSteadyFrom(STEP, nanosPerCall);
  }

  @Test
  void doesNotComeIfTheCallsNeverStayNear() {
    long[] nanosPerCall = dropping(20 * FAST);
    for (int i = 0; i < CALLS; i += 800) {
      Arrays.fill(nanosPerCall, i, Math.min(CALLS, i + 300), 2 * FAST);
    }
    assertEquals(OptionalInt.empty(), SteadyState.within(1.2, nanosPerCall).firstCall());
  }

  @Test
  void doesNotComeWithinTooFewCalls() {
    assertEquals(new SteadyState(7, OptionalInt.empty()), SteadyState.within(1.2, new long[] {7}));
  }

  private static void assertSteadyFrom(int call, long[] nanosPerCall) {
    assertEquals(
        new SteadyState(FAST, OptionalInt.of(call)), SteadyState.within(1.2, nanosPerCall));
  }

  private static long[] dropping(long from) {
    long[] nanosPerCall = new long[CALLS];
    Arrays.fill(nanosPerCall, 0, STEP, from);
    Arrays.fill(nanosPerCall, STEP, CALLS, FAST);
    return nanosPerCall;
  }
}
