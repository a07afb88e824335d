package io.github.softmax4j.benchmarks;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Which class of a row a random number stands for, from the definitions in double.
 *
 * <p>The classes that the filters leave divide the numbers from 0 to 1 into intervals, each as long
 * as its class is probable. They follow each other by class, or from the most probable one on.
 */
final class DrawOracle {
  private final List<Integer> kept;
  private final List<Map<Integer, Interval>> orders;

  private record Interval(double low, double high) {
    double distance(double number) {
      return Math.max(0, Math.max(low - number, number - high));
    }
  }

  DrawOracle(Sampling sampling, double[] logits) {
    double[] probabilities =
        Oracle.softmax(DoubleStream.of(logits).map(z -> z / Sampling.TEMPERATURE).toArray());
    List<Integer> top =
        IntStream.range(0, probabilities.length)
            .boxed()
            .sorted(Comparator.comparingDouble(c -> -probabilities[c]))
            .limit(sampling.topK())
            .toList();
    kept = top.subList(0, nucleus(top, sampling.topP(), probabilities));
    double total = sum(kept, probabilities);
    // where the filter ends is within rounding for a peer, so the last order goes on behind it
    orders =
        List.of(
            intervals(kept.stream().sorted().toList(), total, probabilities),
            intervals(top, total, probabilities));
  }

  /** How many of the first classes add up to the share of all of these. */
  private static int nucleus(List<Integer> top, double share, double[] probabilities) {
    if (share == 1) {
      return top.size(); // the last ones may be lost in the sum
    }
    double wanted = share * sum(top, probabilities);
    int count = 0;
    for (double sum = 0; count < top.size() && sum < wanted; count++) {
      sum += probabilities[top.get(count)];
    }
    return count;
  }

  private static double sum(List<Integer> classes, double[] probabilities) {
    return classes.stream().mapToDouble(c -> probabilities[c]).sum();
  }

  private static Map<Integer, Interval> intervals(
      List<Integer> classes, double total, double[] probabilities) {
    Map<Integer, Interval> intervals = new HashMap<>();
    double low = 0;
    for (int c : classes) {
      double high = low + probabilities[c] / total;
      intervals.put(c, new Interval(low, high));
      low = high;
    }
    return intervals;
  }

  /**
   * Whether these probabilities are above 0 for the classes that the filters leave, and no others.
   */
  boolean leaves(float[] probabilities) {
    return kept.stream()
        .sorted()
        .toList()
        .equals(
            IntStream.range(0, probabilities.length)
                .filter(c -> probabilities[c] > 0)
                .boxed()
                .toList());
  }

  /** How far draws were from the intervals of what was drawn, in whichever order suits better. */
  final class Check {
    private final double[] worst = new double[orders.size()];

    /** A class without an interval is off by 1. */
    void see(double number, double drawn) {
      for (int i = 0; i < worst.length; i++) {
        Interval interval = orders.get(i).get((int) drawn);
        worst[i] = Math.max(worst[i], interval == null ? 1 : interval.distance(number));
      }
    }

    double error() {
      return DoubleStream.of(worst).min().orElseThrow();
    }
  }
}
