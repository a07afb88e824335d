package io.github.softmax4j.benchmarks;

import java.util.List;
import java.util.stream.IntStream;

/** The section that compares results with a ceiling. */
final class CeilingReport {

  private static final String CONVENTIONS =
      """

      The ceiling is a native program, run on both sides of each operation's cases on a shape; its
      time is the median of all these runs, ± half their range. The ratio of a round is our median in
      it divided by the mean of the program's times right before and right after; shown is the median
      over the rounds, ± half their range.
      """;

  private final Results results;
  private final Ceiling ceiling;

  CeilingReport(Results results, Ceiling ceiling) {
    this.results = results;
    this.ceiling = ceiling;
  }

  /** Empty if nothing was measured on both sides. */
  @Override
  public String toString() {
    List<Measurement> compared =
        results.operations().stream().flatMap(operation -> compared(operation).stream()).toList();
    if (compared.isEmpty()) {
      return "";
    }
    MarkdownTable table =
        new MarkdownTable(
            List.of(
                "operation",
                "shape",
                "path",
                "ns/element",
                "ceiling ns/element",
                "rounds",
                "ratio"));
    compared.forEach(measurement -> table.add(row(measurement)));
    return "\n## Ceiling\n\n" + table + CONVENTIONS;
  }

  /** Those of an operation, and of these those that the ceiling has, too. */
  private List<Measurement> compared(Operation operation) {
    return results.measurements().stream()
        .filter(m -> m.benchmarkCase().operation() == operation)
        .filter(m -> ceiling.nanosPerElement(m.benchmarkCase()).length > 0)
        .toList();
  }

  private List<String> row(Measurement measurement) {
    Case benchmarkCase = measurement.benchmarkCase();
    double[] repetitions = ceiling.nanosPerElement(benchmarkCase);
    Ratio ratio = ratio(benchmarkCase);
    return List.of(
        benchmarkCase.operation().methodName(),
        benchmarkCase.shape().toString(),
        benchmarkCase.variant().label(),
        MarkdownReport.format(measurement.nanosPerElement(), measurement.spread()),
        MarkdownReport.format(Measurement.median(repetitions), Measurement.spread(repetitions)),
        Integer.toString(ratio.rounds()),
        ratio.toString());
  }

  private Ratio ratio(Case benchmarkCase) {
    List<Measurement> entries = results.entries();
    return new Ratio(
        IntStream.range(0, entries.size())
            .filter(i -> entries.get(i).benchmarkCase().equals(benchmarkCase))
            .mapToDouble(i -> entries.get(i).nanosPerElement() / timeAround(i, benchmarkCase))
            .toArray());
  }

  private double timeAround(int index, Case benchmarkCase) {
    return Measurement.median(ceiling.nanosPerElementAround(index, benchmarkCase));
  }
}
