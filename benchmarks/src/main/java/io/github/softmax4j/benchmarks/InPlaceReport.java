package io.github.softmax4j.benchmarks;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Compares the times of results that take their logits' place with those that lie apart. */
final class InPlaceReport {

  private static final String CONVENTIONS =
      """

      Nanoseconds per element: the median over all iterations, ± half the distance from the fastest
      to the slowest. Both sides copy the logits to where they are read before each call, as a call in
      place overwrites them, and both times include the copy. The ratio is the median over the
      rounds, ± half their range.
      """;

  private final Environment environment;
  private final Results results;
  private final List<Pair> pairs;

  InPlaceReport(Environment environment, Results results) {
    this.environment = environment;
    this.results = results;
    this.pairs = pairs(results);
  }

  /** Whether these are results of such cases. */
  static boolean canShow(Results results) {
    return !pairs(results).isEmpty();
  }

  @Override
  public String toString() {
    MarkdownTable table =
        new MarkdownTable(
            List.of(
                "operation",
                "shape",
                "path",
                "copy + apart",
                "copy + in place",
                "rounds",
                "ratio"));
    pairs.forEach(pair -> table.add(pair.row()));
    return new ReportHead(environment, results) + "\n" + table + "\n" + worst() + CONVENTIONS;
  }

  private String worst() {
    Pair worst =
        pairs.stream().max(Comparator.comparingDouble(pair -> pair.ratio.median())).orElseThrow();
    return "The worst ratio is %s: %s.\n"
        .formatted(worst.ratio, worst.inPlace.benchmarkCase().with(Placement.APART));
  }

  /** A run that was broken off may have left one without its partner. */
  private static List<Pair> pairs(Results results) {
    return results.measurements().stream()
        .filter(m -> m.benchmarkCase().placement() == Placement.IN_PLACE)
        .flatMap(inPlace -> pairOf(inPlace, results))
        .toList();
  }

  private static Stream<Pair> pairOf(Measurement inPlace, Results results) {
    Case benchmarkCase = inPlace.benchmarkCase();
    return results.of(benchmarkCase.with(Placement.COPIED)).stream()
        .map(
            apart -> new Pair(apart, inPlace, results.ratio(benchmarkCase, apart.benchmarkCase())));
  }

  private record Pair(Measurement apart, Measurement inPlace, Ratio ratio) {

    List<String> row() {
      Case benchmarkCase = inPlace.benchmarkCase();
      return List.of(
          benchmarkCase.operation().methodName(),
          benchmarkCase.shape().toString(),
          benchmarkCase.variant().label(),
          MarkdownReport.format(apart.nanosPerElement(), apart.spread()),
          MarkdownReport.format(inPlace.nanosPerElement(), inPlace.spread()),
          Integer.toString(ratio.rounds()),
          ratio.toString());
    }
  }
}
