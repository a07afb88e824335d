package io.github.softmax4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.softmax4j.benchmarks.WarmupReport.WarmupResults;
import io.github.softmax4j.cli.Operation;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WarmupReportTest {

  private static final Case CASE = new Case(Operation.SOFTMAX, new Shape(2, 50), Variant.AVX2);
  private static final long MILLI = 1_000_000;

  @Test
  void timesCountFromTheStartOfTheProcess() {
    WarmupRun run = WarmupRun.of(CASE, slowThenFast(50 * MILLI));
    assertEquals(50 * MILLI, run.nanosToFirstCall());
    assertEquals(60 * MILLI, run.nanosToFirstResult());
    assertEquals(new WarmupRun.Stage(20, 250 * MILLI), run.steadyState());
    assertEquals(1e6 / 100, run.nanosPerElement());
  }

  @Test
  void twiceTheFinalTimeComesBeforeTheSteadyState() {
    CallTimes times = slowThenFast(0);
    Arrays.fill(times.nanosPerCall(), 10, 20, 2 * MILLI);
    WarmupRun run = WarmupRun.of(CASE, times);
    assertEquals(new WarmupRun.Stage(10, 100 * MILLI), run.withinTwofold());
    assertEquals(new WarmupRun.Stage(20, 120 * MILLI), run.steadyState());
  }

  @Test
  void laterCallsAreKeptAsMedians() {
    WarmupRun run = WarmupRun.of(CASE, slowThenFast(0));
    assertEquals(2_250, run.calls());
    assertEquals(2_000, run.firstCallsNanos().length);
    assertArrayEquals(new double[] {MILLI, MILLI}, run.laterCallsMedianNanos());
  }

  @Test
  void tableHasMediansAndRanges() {
    String row =
        row(
            WarmupRun.of(CASE, slowThenFast(50 * MILLI)),
            WarmupRun.of(CASE, slowThenFast(70 * MILLI)),
            WarmupRun.of(CASE, slowThenFast(51 * MILLI)),
            WarmupRun.of(
                new Case(Operation.SOFTMAX, new Shape(2, 50), Variant.SCALAR), slowThenFast(0)));
    assertTrue(row.contains("61.0 (60.0..80.0)"), row);
    assertTrue(row.contains("251 (250..270)"), row);
    assertTrue(row.contains("20.0 (20.0..20.0)"), row);
  }

  @Test
  void tableSaysHowManyWereNeverSteady() {
    CallTimes restless = slowThenFast(0);
    Arrays.fill(restless.nanosPerCall(), 2_000, 2_250, 3 * MILLI);
    WarmupRun run = WarmupRun.of(CASE, restless);
    assertNull(run.steadyState());
    assertTrue(row(run, run).contains(" never |"));
    String row = row(run, WarmupRun.of(CASE, slowThenFast(50 * MILLI)));
    assertTrue(row.contains("250 (250..250), 1 never"), row);
  }

  /** 20 calls of 10 ms, then 1 ms each. */
  private static CallTimes slowThenFast(long nanosToFirstCall) {
    long[] nanosPerCall = new long[2_250];
    Arrays.fill(nanosPerCall, MILLI);
    Arrays.fill(nanosPerCall, 0, 20, 10 * MILLI);
    return new CallTimes(nanosToFirstCall, nanosPerCall);
  }

  private static String row(WarmupRun... runs) {
    Environment environment = Environment.ofThisMachine("some JVMs", Map.of(Variant.AVX2, 8));
    String report =
        new WarmupReport(new WarmupResults(environment, List.of(runs)), List.of(CASE)).toString();
    return report.lines().filter(line -> line.contains("2x50")).findFirst().orElseThrow();
  }
}
