package io.github.softmax4j.benchmarks;

import java.util.List;
import java.util.stream.IntStream;

/**
 * How many times as long as something else a case takes.
 *
 * @param ofRounds the ratio in each round, of times that were measured soon after each other
 */
record Ratio(double[] ofRounds) {

  /**
   * Round by round. If the other case was measured several times in each, their mean counts. A run
   * that was broken off may have left a case without its partner.
   */
  static Ratio of(List<Measurement> rounds, List<Measurement> others) {
    int each = Math.max(1, others.size() / rounds.size());
    return new Ratio(
        IntStream.range(0, Math.min(rounds.size(), others.size() / each))
            .mapToDouble(i -> rounds.get(i).nanosPerElement() / mean(others, each * i, each))
            .toArray());
  }

  private static double mean(List<Measurement> measurements, int from, int count) {
    return measurements.subList(from, from + count).stream()
        .mapToDouble(Measurement::nanosPerElement)
        .average()
        .orElseThrow();
  }

  double median() {
    return Stats.median(ofRounds);
  }

  int rounds() {
    return ofRounds.length;
  }

  /** The median, with half the range if there is one. */
  @Override
  public String toString() {
    return rounds() == 1
        ? MarkdownTable.figure(median())
        : MarkdownTable.figure(median(), Stats.spread(ofRounds));
  }
}
