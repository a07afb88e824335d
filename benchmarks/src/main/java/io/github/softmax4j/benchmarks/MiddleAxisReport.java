package io.github.softmax4j.benchmarks;

import java.util.List;
import java.util.Optional;

/** The section that compares a class axis in the middle with contiguous rows. */
final class MiddleAxisReport {

  private static final String CONVENTIONS =
      """

      Shapes of three sizes are outer x classes x inner; contiguous is the same operation on as many
      rows of as many classes, each row contiguous. The ratio is the median over the rounds of the
      former's median divided by the latter's, ± half the range.
      """;

  private final Results results;

  MiddleAxisReport(Results results) {
    this.results = results;
  }

  /** Empty if no such shape was measured in both layouts. */
  @Override
  public String toString() {
    MarkdownTable table =
        new MarkdownTable(
            List.of(
                "operation",
                "shape",
                "path",
                "ns/element",
                "contiguous ns/element",
                "rounds",
                "ratio"));
    List<Measurement> compared = results.measurements().stream().filter(this::isCompared).toList();
    compared.forEach(measurement -> table.add(row(measurement)));
    return compared.isEmpty() ? "" : "\n## Class axis in the middle\n\n" + table + CONVENTIONS;
  }

  private boolean isCompared(Measurement measurement) {
    return !measurement.benchmarkCase().shape().isContiguous()
        && contiguous(measurement.benchmarkCase()).isPresent();
  }

  private Optional<Measurement> contiguous(Case benchmarkCase) {
    return results.of(benchmarkCase.on(benchmarkCase.shape().contiguous()));
  }

  private List<String> row(Measurement measurement) {
    Case benchmarkCase = measurement.benchmarkCase();
    Measurement contiguous = contiguous(benchmarkCase).orElseThrow();
    Ratio ratio = results.ratio(benchmarkCase, contiguous.benchmarkCase());
    return List.of(
        benchmarkCase.operation().methodName(),
        benchmarkCase.shape().toString(),
        benchmarkCase.variant().label(),
        MarkdownReport.format(measurement.nanosPerElement(), measurement.spread()),
        MarkdownReport.format(contiguous.nanosPerElement(), contiguous.spread()),
        Integer.toString(ratio.rounds()),
        ratio.toString());
  }
}
