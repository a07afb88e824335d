package io.github.softmax4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.softmax4j.cli.Operation;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Starts JVMs, each for a moment. */
class WarmupJvmTest {

  /** So large that no CPU gets through as many calls as are kept at most before the time is up. */
  private static final Shape SHAPE = new Shape(16, 1000);

  private static final long MILLIS = 200;

  @Test
  void timesAddUpToThoseOfTheWholeProcess() throws IOException {
    long before = System.nanoTime();
    CallTimes times = WarmupJvm.measure(new Case(Operation.SOFTMAX, SHAPE, Variant.SCALAR), MILLIS);
    long whole = System.nanoTime() - before;
    int calls = times.nanosPerCall().length;
    assertTrue(times.nanosToFirstCall() > 0);
    assertTrue(calls > 1, calls + " calls");
    long called = times.nanosUntilAfter(calls) - times.nanosToFirstCall();
    // nearly all of the time: the clock between the calls takes a little
    assertTrue(called >= TimeUnit.MILLISECONDS.toNanos(MILLIS) / 2, called + " ns of calls");
    assertTrue(times.nanosUntilAfter(calls) < whole);
    assertEquals(times.nanosToFirstCall(), times.nanosUntilAfter(0));
  }

  @Test
  void aJvmThatFailsIsQuoted() {
    Case loss = new Case(Operation.LOSS, SHAPE, Variant.SCALAR);
    RunFailedException e =
        assertThrows(RunFailedException.class, () -> WarmupJvm.measure(loss, MILLIS));
    assertTrue(e.getMessage().contains("cannot time loss"), e.getMessage());
  }
}
