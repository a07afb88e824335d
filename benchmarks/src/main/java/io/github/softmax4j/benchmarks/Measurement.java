package io.github.softmax4j.benchmarks;

import java.util.stream.DoubleStream;

/**
 * What was measured for one case.
 *
 * @param iterationNanos how long an iteration was to take
 * @param nanosPerCall the average time of a call in each iteration of each fork
 * @param bytesPerCall the memory allocated by a call in each iteration of each fork
 */
record Measurement(
    Case benchmarkCase, double iterationNanos, double[] nanosPerCall, double[] bytesPerCall) {
  /** A spread beyond this says that something else has disturbed the case. */
  static final double WIDE_SPREAD = 0.10;

  /**
   * JMH itself allocates 5 to 7 KB in every iteration; a kernel that allocates soon exceeds this.
   */
  private static final double ALLOCATED_BY_JMH = 16_384;

  /** Another round of the same case added to this one. */
  Measurement and(Measurement other) {
    return new Measurement(
        benchmarkCase,
        iterationNanos,
        concatenated(nanosPerCall, other.nanosPerCall),
        concatenated(bytesPerCall, other.bytesPerCall));
  }

  double nanosPerElement() {
    return Stats.median(nanosPerCall) / benchmarkCase.shape().elements();
  }

  /** A byte per nanosecond is 1e9 bytes per second; floats and int labels have 4 bytes each. */
  double gigabytesPerSecond() {
    Shape shape = benchmarkCase.shape();
    long values = benchmarkCase.operation().values(shape.rows(), shape.classes());
    return 4 * values / Stats.median(nanosPerCall);
  }

  double speedUpOver(Measurement baseline) {
    return baseline.nanosPerElement() / nanosPerElement();
  }

  /** Half the range of the iterations, as a share of the median. */
  double spread() {
    return Stats.spread(nanosPerCall);
  }

  double allocatedPerCall() {
    return Stats.median(bytesPerCall);
  }

  /** Whether calls allocate, or only JMH between them. */
  boolean allocates() {
    double callsPerIteration = iterationNanos / Stats.median(nanosPerCall);
    return allocatedPerCall() * callsPerIteration > ALLOCATED_BY_JMH;
  }

  private static double[] concatenated(double[] first, double[] second) {
    return DoubleStream.concat(DoubleStream.of(first), DoubleStream.of(second)).toArray();
  }
}
