package io.github.softmax4j.benchmarks;

import io.github.softmax4j.ActivePath;
import io.github.softmax4j.CrossEntropy;
import io.github.softmax4j.Softmax;
import io.github.softmax4j.cli.Operation;
import java.io.IOException;
import java.time.Instant;
import java.util.SplittableRandom;
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
  private WarmupJvm() {}

  /**
   * Runs in the JVM that is measured. Before the calls it avoids what a program that uses the
   * library would not do, such as lambdas, whose first use takes tens of milliseconds.
   */
  public static void main(String[] args) throws Exception {
    long startOfMain = System.nanoTime();
    long nanosBeforeMain = wallClockNanos() - Long.parseLong(args[5]);
    Operation operation = Operation.valueOf(args[1]);
    Shape shape = Shape.parse(args[2]);
    TimedCall call = call(operation, shape.rows(), shape.classes());
    long nanosToFirstCall = nanosBeforeMain + System.nanoTime() - startOfMain;
    CallTimes times = CallTimes.measure(call, nanosToFirstCall, Long.parseLong(args[4]));
    Variant.valueOf(args[3]).require(ActivePath.get().vectorBits());
    Verification.check(new Workload(operation, shape));
    ChildJvm.answer(args, times);
  }

  /** Of operations that write a matrix only: a loss that nobody wants could be optimised away. */
  private static TimedCall call(Operation operation, int rows, int classes) {
    float[] output = new float[rows * classes];
    float[] logits = new float[rows * classes];
    int[] labels = new int[rows];
    SplittableRandom random = new SplittableRandom(rows);
    for (int i = 0; i < logits.length; i++) {
      logits[i] = 3 * (float) random.nextGaussian();
    }
    for (int row = 0; row < rows; row++) {
      labels[row] = random.nextInt(classes);
    }
    return switch (operation) {
      case SOFTMAX ->
          new TimedCall() {
            @Override
            public double run() {
              Softmax.softmax(logits, output, rows, classes);
              return output[0];
            }
          };
      case LOSS_AND_GRADIENT ->
          new TimedCall() {
            private final CrossEntropy loss = CrossEntropy.builder().build();

            @Override
            public double run() {
              return loss.lossAndGradient(logits, labels, output, rows, classes);
            }
          };
      default -> throw new IllegalArgumentException("cannot time " + operation.methodName());
    };
  }

  /**
   * Starts such a JVM and waits for what it measures.
   *
   * @throws RunFailedException with all that the JVM said, if it measures nothing
   */
  static CallTimes measure(Case benchmarkCase, long millis) throws IOException {
    return ChildJvm.of(benchmarkCase.variant().flags())
        .ask(
            WarmupJvm.class,
            CallTimes.class,
            benchmarkCase.operation().name(),
            benchmarkCase.shape(),
            benchmarkCase.variant().name(),
            millis,
            wallClockNanos());
  }

  private static long wallClockNanos() {
    Instant now = Instant.now();
    return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
  }
}
