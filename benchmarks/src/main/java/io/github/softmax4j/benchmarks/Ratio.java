package io.github.softmax4j.benchmarks;

import java.util.List;
import java.util.stream.IntStream;

/**
 * How many times as long as something else a case takes.
 *
 * @param ofRounds the ratio in each round, of times that were measured soon after each other
 */
record Ratio(double[] ofRounds) {

  /** Round by round; one that was broken off may have left one without its partner. */
  static Ratio of(List<Measurement> rounds, List<Measurement> others) {
    return new Ratio(
        IntStream.range(0, Math.min(rounds.size(), others.size()))
            .mapToDouble(i -> rounds.get(i).nanosPerElement() / others.get(i).nanosPerElement())
            .toArray());
  }

  double median() {
    return Measurement.median(ofRounds);
  }

  int rounds() {
    return ofRounds.length;
  }

  /** The median, with half the range if there is one. */
  @Override
  public String toString() {
    return rounds() == 1
        ? MarkdownReport.format(median())
        : MarkdownReport.format(median(), Measurement.spread(ofRounds));
  }
}
