package io.github.softmax4j.benchmarks;

/**
 * How many times as long as something else a case takes.
 *
 * @param ofRounds the ratio in each round, of times that were measured soon after each other
 */
record Ratio(double[] ofRounds) {

  double median() {
    return Measurement.median(ofRounds);
  }

  /** The median, with half the range if there is one. */
  @Override
  public String toString() {
    return ofRounds.length == 1
        ? MarkdownReport.format(median())
        : MarkdownReport.format(median(), Measurement.spread(ofRounds));
  }
}
