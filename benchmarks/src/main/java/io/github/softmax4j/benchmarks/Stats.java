package io.github.softmax4j.benchmarks;

import java.util.Arrays;
import java.util.Collection;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Figures that describe several values. */
final class Stats {
  private Stats() {}

  static double median(double[] values) {
    double[] sorted = sorted(values);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  static <T> double median(Collection<T> items, ToDoubleFunction<T> figure) {
    return median(items.stream().mapToDouble(figure).toArray());
  }

  /** The nearest of the values. */
  static double quantile(double[] values, double share) {
    double[] sorted = sorted(values);
    return sorted[(int) Math.round(share * (sorted.length - 1))];
  }

  /** Half the range, as a share of the median: 0.03 reads "within 3 %". */
  static double spread(double[] values) {
    return (quantile(values, 1) - quantile(values, 0)) / 2 / median(values);
  }

  /** The distance of the quartiles, as a share of the median. */
  static double quartileSpread(double[] values) {
    return (quantile(values, 0.75) - quantile(values, 0.25)) / median(values);
  }

  /** NaN if there are no values. */
  static double geometricMean(Collection<Double> values) {
    return Math.exp(values.stream().mapToDouble(Math::log).average().orElse(Double.NaN));
  }

  /** Each value of the first divided by that of the second at its index. */
  static double[] ratios(double[] values, double[] others) {
    int length = Math.min(values.length, others.length);
    return IntStream.range(0, length).mapToDouble(i -> values[i] / others[i]).toArray();
  }

  private static double[] sorted(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted;
  }
}
