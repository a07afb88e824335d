package io.github.softmax4j.benchmarks;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Compares the times of cases in JVMs of mixed use with those in JVMs of their own. */
final class MixedReport {

  private static final String CONVENTIONS =
      """

      Nanoseconds per element: the median over all iterations, ± half the distance from the fastest
      to the slowest. An isolated JVM has called nothing but the operation on the shape. A mixed one
      has called every operation before, for 1 to 10000 classes, one row and many, in place and not,
      with gaps between the rows and without. Both kinds then warm up for three seconds.
      """;

  private final Environment environment;
  private final Results results;
  private final List<Pair> pairs;

  MixedReport(Environment environment, Results results) {
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
            List.of("operation", "shape", "path", "isolated", "mixed", "mixed/isolated"));
    pairs.forEach(pair -> table.add(row(pair)));
    return new ReportHead(environment, results) + "\n" + table + "\n" + worst() + CONVENTIONS;
  }

  private List<String> row(Pair pair) {
    Case isolatedCase = pair.isolated.benchmarkCase();
    return List.of(
        isolatedCase.operation().methodName(),
        isolatedCase.shape().toString(),
        isolatedCase.variant().label(),
        MarkdownReport.format(pair.isolated.nanosPerElement(), pair.isolated.spread()),
        MarkdownReport.format(pair.mixed.nanosPerElement(), pair.mixed.spread()),
        MarkdownReport.format(pair.ratio()));
  }

  private String worst() {
    Pair worst = pairs.stream().max(Comparator.comparingDouble(Pair::ratio)).orElseThrow();
    return "The worst ratio is %s: %s.\n"
        .formatted(
            MarkdownReport.format(worst.ratio()),
            worst.isolated.benchmarkCase().after(PriorUse.USUAL));
  }

  /** A run that was broken off may have left one without its partner. */
  private static List<Pair> pairs(Results results) {
    return results.measurements().stream()
        .filter(m -> m.benchmarkCase().use() == PriorUse.ISOLATED)
        .flatMap(isolated -> pairOf(isolated, results))
        .toList();
  }

  private static Stream<Pair> pairOf(Measurement isolated, Results results) {
    return results.of(isolated.benchmarkCase().after(PriorUse.MIXED)).stream()
        .map(mixed -> new Pair(isolated, mixed));
  }

  private record Pair(Measurement isolated, Measurement mixed) {

    double ratio() {
      return mixed.nanosPerElement() / isolated.nanosPerElement();
    }
  }
}
