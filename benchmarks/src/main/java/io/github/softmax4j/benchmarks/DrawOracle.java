package io.github.softmax4j.benchmarks;

import java.util.ArrayList;
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
  private final List<Map<Integer, Interval>> orders;

  private record Interval(double low, double high) {
    double distance(double number) {
      return Math.max(0, Math.max(low - number, number - high));
    }
  }

  DrawOracle(Sampling sampling, double[] logits) {
    double[] probabilities =
        Oracle.softmax(DoubleStream.of(logits).map(z -> z / Sampling.TEMPERATURE).toArray());
    List<Integer> kept = kept(sampling, probabilities);
    orders =
        List.of(
            intervals(kept.stream().sorted().toList(), probabilities),
            intervals(kept, probabilities));
  }

  /** What top-k leaves of all classes, then top-p of those; the most probable one first. */
  private static List<Integer> kept(Sampling sampling, double[] probabilities) {
    List<Integer> top =
        IntStream.range(0, probabilities.length)
            .boxed()
            .sorted(Comparator.comparingDouble(c -> -probabilities[c]))
            .limit(sampling.topK())
            .toList();
    double wanted = sampling.topP() * sum(top, probabilities);
    List<Integer> kept = new ArrayList<>();
    double sum = 0;
    for (int i = 0; i < top.size() && sum < wanted; i++) {
      kept.add(top.get(i));
      sum += probabilities[top.get(i)];
    }
    return kept;
  }

  private static double sum(List<Integer> classes, double[] probabilities) {
    return classes.stream().mapToDouble(c -> probabilities[c]).sum();
  }

  private static Map<Integer, Interval> intervals(List<Integer> classes, double[] probabilities) {
    double total = sum(classes, probabilities);
    Map<Integer, Interval> intervals = new HashMap<>();
    double low = 0;
    for (int c : classes) {
      double high = low + probabilities[c] / total;
      intervals.put(c, new Interval(low, high));
      low = high;
    }
    return intervals;
  }

  /** How far draws were from the intervals of what was drawn, in whichever order suits better. */
  final class Check {
    private final double[] worst = new double[orders.size()];

    /** A class that the filters do not leave is off by 1. */
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
