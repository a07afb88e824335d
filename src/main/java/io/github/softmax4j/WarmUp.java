package io.github.softmax4j;

import static io.github.softmax4j.Active.KERNEL;

import java.time.Duration;
import java.util.Objects;

/**
 * Has the JVM compile the operations of a program before they are needed.
 *
 * <p>Vector code is fast once the JVM's C2 compiler has compiled it, and very slow before. So each
 * operation first runs in plain Java, with the same bits. After some calls, a daemon thread has its
 * vector code compiled. The vector code then takes over. A program that must be fast from its first
 * request on names its operations by calling them:
 *
 * {@snippet :
 * float[] logits = new float[32_000];
 * boolean ready =
 *     WarmUp.run(
 *         () -> Softmax.softmax(logits, logits, 1, 32_000), Duration.ofSeconds(10));
 * }
 *
 * <p>The system property {@code softmax4j.warmUp=off} turns plain Java and the thread off: vector
 * code then serves from the first call on.
 */
public final class WarmUp {

  /** The most calls after the code is compiled, for the code that calls it. */
  private static final int MOST_CALLS = 20_000;

  /** How long these calls take at most, in nanoseconds. */
  private static final long CALLS_NANOS = 300_000_000;

  private WarmUp() {}

  /**
   * Runs a program until the vector code of all operations that it calls is compiled, and then for
   * up to .3 s more. Code that is compiled belongs to an operation, its options, and a range of
   * shapes. So the program should call the operations with the shapes that will be needed.
   *
   * @param program calls the operations; it runs many times, in this thread
   * @param limit how long this may take; a run that has begun is not interrupted
   * @return whether all is compiled; if not, the thread goes on with it, for at most a minute for
   *     each operation and range of shapes; what is not compiled then stays in plain Java
   * @throws NullPointerException if an argument is {@code null}
   * @throws IllegalArgumentException if the limit is negative
   */
  public static boolean run(Runnable program, Duration limit) {
    Objects.requireNonNull(program, "program");
    if (Objects.requireNonNull(limit, "limit").isNegative()) {
      throw new IllegalArgumentException("limit: must not be negative, is " + limit);
    }
    Startup.ensure();
    long end = System.nanoTime() + nanos(limit);
    KERNEL.compileAtOnce(true);
    try {
      boolean isCompiled = compile(program, end);
      callMore(program, end);
      return isCompiled;
    } finally {
      KERNEL.compileAtOnce(false);
    }
  }

  /** At most a century. */
  private static long nanos(Duration limit) {
    Duration most = Duration.ofDays(36_500);
    return (limit.compareTo(most) < 0 ? limit : most).toNanos();
  }

  /**
   * A second run finds what the first has not called, such as an operation after an ignored row.
   */
  private static boolean compile(Runnable program, long end) {
    for (int quietRuns = 0; quietRuns < 2; ) {
      program.run();
      quietRuns = await(0) ? quietRuns + 1 : 0;
      if (!await(end - System.nanoTime())) {
        return false;
      }
    }
    return true;
  }

  private static boolean await(long nanos) {
    try {
      return KERNEL.awaitCompilation(Math.max(0, nanos / 1_000_000));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static void callMore(Runnable program, long end) {
    long stop = Math.min(end, System.nanoTime() + CALLS_NANOS);
    for (int i = 0; i < MOST_CALLS && System.nanoTime() < stop; i++) {
      program.run();
    }
  }
}
