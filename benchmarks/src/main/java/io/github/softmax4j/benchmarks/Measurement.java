package io.github.softmax4j.benchmarks;

import java.util.Arrays;
import java.util.stream.DoubleStream;

/**
 * What JMH measured for one case.
 *
 * @param iterationNanos how long an iteration was to take
 * @param nanosPerCall the average time of a call in each iteration of each fork
 * @param bytesPerCall the memory allocated by a call in each iteration of each fork
 */
record Measurement(
    Case benchmarkCase, double iterationNanos, double[] nanosPerCall, double[] bytesPerCall) {

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
    return median(nanosPerCall) / benchmarkCase.shape().elements();
  }

  /** A byte per nanosecond is 1e9 bytes per second. */
  double gigabytesPerSecond() {
    return benchmarkCase.operation().bytes(benchmarkCase.shape()) / median(nanosPerCall);
  }

  double speedUpOver(Measurement baseline) {
    return median(baseline.nanosPerCall) / median(nanosPerCall);
  }

  /** Half the range of the iterations, as a share of the median: 0.03 reads "within 3 %". */
  double spread() {
    return spread(nanosPerCall);
  }

  double allocatedPerCall() {
    return median(bytesPerCall);
  }

  /** Whether calls allocate, or only JMH between them. */
  boolean allocates() {
    double callsPerIteration = iterationNanos / median(nanosPerCall);
    return allocatedPerCall() * callsPerIteration > ALLOCATED_BY_JMH;
  }

  static double median(double[] values) {
    double[] sorted = sorted(values);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** The nearest of the values. */
  static double quantile(double[] values, double share) {
    double[] sorted = sorted(values);
    return sorted[(int) Math.round(share * (sorted.length - 1))];
  }

  static double spread(double[] values) {
    double[] sorted = sorted(values);
    return (sorted[sorted.length - 1] - sorted[0]) / 2 / median(values);
  }

  private static double[] concatenated(double[] first, double[] second) {
    return DoubleStream.concat(DoubleStream.of(first), DoubleStream.of(second)).toArray();
  }

  private static double[] sorted(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted;
  }
}
