package io.github.softmax4j.benchmarks;

import java.util.stream.IntStream;

/**
 * How slices compare that were measured in turn.
 *
 * @param nanos the time of a call in each slice
 * @param otherNanos that of the other side, pair by pair
 */
record PairRatios(double[] nanos, double[] otherNanos) {

  /** The median of the pairs' ratios, {@code nanos} by {@code otherNanos}. */
  double median() {
    return Measurement.median(ratios());
  }

  /** How far the quartiles of the ratios are from each other. */
  double quartileSpread() {
    return Measurement.quantile(ratios(), 0.75) - Measurement.quantile(ratios(), 0.25);
  }

  int pairs() {
    return nanos.length;
  }

  double medianNanos() {
    return Measurement.median(nanos);
  }

  double medianOtherNanos() {
    return Measurement.median(otherNanos);
  }

  private double[] ratios() {
    return IntStream.range(0, nanos.length).mapToDouble(i -> nanos[i] / otherNanos[i]).toArray();
  }
}
