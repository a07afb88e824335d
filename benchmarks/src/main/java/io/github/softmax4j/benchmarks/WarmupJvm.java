package io.github.softmax4j.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A program that calls one operation over and over from its very start, and takes the time of each
 * call. JMH is left out: it warms up first, which is what is to be measured here.
 *
 * <p>The start of a process is the moment at which the parent asks for it, which it passes as
 * nanoseconds of the wall clock. The operating system's own figure is no finer than 10 ms, and that
 * of the JVM's management bean leaves out what came before the JVM, and loads classes.
 */
final class WarmupJvm {

  private static final String ANSWER = "softmax4j warm-up:";
  private static final int MOST_CALLS = 1 << 20;

  private WarmupJvm() {}

  /**
   * Runs in the JVM that is measured. Before the calls it avoids what a program that uses the
   * library would not do, such as lambdas, whose first use takes tens of milliseconds.
   */
  public static void main(String[] args) throws IOException {
    long startOfMain = System.nanoTime();
    long nanosBeforeMain = wallClockNanos() - Long.parseLong(args[4]);
    String operation = args[0];
    Workload workload = new Workload(Shape.parse(args[1]));
    long[] nanosPerCall = new long[MOST_CALLS];
    long firstCall = System.nanoTime();
    long end = firstCall + TimeUnit.MILLISECONDS.toNanos(Long.parseLong(args[3]));
    int calls = callUntil(end, operation, workload, nanosPerCall);

    Variant.valueOf(args[2]).require(JvmPath.ofThisJvm());
    Verification.check(Operation.ofMethod(operation), workload);
    CallTimes times =
        new CallTimes(
            nanosBeforeMain + firstCall - startOfMain, Arrays.copyOf(nanosPerCall, calls));
    System.out.println(ANSWER + new ObjectMapper().writeValueAsString(times));
  }

  /**
   * @return the number of calls; at least one
   */
  private static int callUntil(long end, String operation, Workload workload, long[] nanosPerCall) {
    int calls = 0;
    long before = System.nanoTime();
    do {
      call(operation, workload);
      long after = System.nanoTime();
      nanosPerCall[calls++] = after - before;
      before = after;
    } while (before - end < 0 && calls < nanosPerCall.length);
    return calls;
  }

  /** Only operations that write a matrix: a loss that nobody wants could be optimised away. */
  private static void call(String operation, Workload workload) {
    switch (operation) {
      case "softmax" -> workload.softmax();
      case "lossAndGradient" -> workload.lossAndGradient();
      default -> throw new IllegalArgumentException("cannot time " + operation);
    }
  }

  /**
   * Starts such a JVM and waits for what it measures.
   *
   * @throws RunFailedException with all that the JVM said, if it measures nothing
   */
  static CallTimes measure(Case benchmarkCase, long millis) throws IOException {
    List<String> arguments =
        List.of(
            benchmarkCase.operation().methodName(),
            benchmarkCase.shape().toString(),
            benchmarkCase.variant().name(),
            Long.toString(millis),
            Long.toString(wallClockNanos()));
    Process process =
        ChildJvm.of(benchmarkCase.variant().flags(), WarmupJvm.class, arguments)
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes());
    String answer =
        said.lines()
            .filter(line -> line.startsWith(ANSWER))
            .findFirst()
            .orElseThrow(() -> new RunFailedException(benchmarkCase + " failed: " + said));
    return new ObjectMapper().readValue(answer.substring(ANSWER.length()), CallTimes.class);
  }

  private static long wallClockNanos() {
    Instant now = Instant.now();
    return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
  }
}
