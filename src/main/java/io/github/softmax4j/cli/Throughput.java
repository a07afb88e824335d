package io.github.softmax4j.cli;

import io.github.softmax4j.WarmUp;
import io.github.softmax4j.internal.Kernel;
import java.time.Duration;

/** A first idea of the speed on this machine; for figures to quote there are the benchmarks. */
final class Throughput {

  static final int ROWS = 256;
  static final int CLASSES = 1000;

  /** The part of the time in which the JVM compiles, and which does not count. */
  private static final double WARM_UP = 0.25;

  private static final Duration COMPILED_WITHIN = Duration.ofSeconds(10);

  private static final int RUNS_BETWEEN_LOOKS_AT_THE_CLOCK = 8;

  /** Written, never read: a result that goes here cannot be compiled away. */
  private static volatile double sink;

  private final Batch batch = Batch.of(LogitPattern.ORDINARY, ROWS, CLASSES, 0);
  private final Output output = new Output(batch);
  private final Kernel kernel;
  private final double secondsPerOperation;

  Throughput(Kernel kernel, double secondsPerOperation) {
    this.kernel = kernel;
    this.secondsPerOperation = secondsPerOperation;
  }

  /** Mean time per logit, in nanoseconds. */
  double nanosPerElement(Operation operation) {
    KernelCall call = new KernelCall(operation, kernel, batch, output);
    WarmUp.run(call::run, COMPILED_WITHIN); // before, plain Java serves
    nanosPerRun(call, WARM_UP * secondsPerOperation);
    double nanos = nanosPerRun(call, (1 - WARM_UP) * secondsPerOperation);
    return nanos / ((double) ROWS * CLASSES);
  }

  private double nanosPerRun(KernelCall call, double seconds) {
    long start = System.nanoTime();
    long elapsed;
    long runs = 0;
    do {
      for (int i = 0; i < RUNS_BETWEEN_LOOKS_AT_THE_CLOCK; i++) {
        call.run();
        sink = output.total + output.perRow[0] + output.matrix[0];
      }
      runs += RUNS_BETWEEN_LOOKS_AT_THE_CLOCK;
      elapsed = System.nanoTime() - start;
    } while (elapsed < seconds * 1e9);
    return (double) elapsed / runs;
  }
}
