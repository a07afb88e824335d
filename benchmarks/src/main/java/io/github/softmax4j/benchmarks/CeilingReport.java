package io.github.softmax4j.benchmarks;

import java.util.List;

/** The section that compares results with a ceiling. */
final class CeilingReport {

  private static final String CONVENTIONS =
      """

      The ceiling is a native program, run before and after the cases of each shape; its time is the
      median of all these runs, ± half their range. The ratio is our time divided by that.
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
            List.of("operation", "shape", "path", "ns/element", "ceiling ns/element", "ratio"));
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
    double ratio = measurement.nanosPerElement() / Measurement.median(repetitions);
    return List.of(
        benchmarkCase.operation().methodName(),
        benchmarkCase.shape().toString(),
        benchmarkCase.variant().label(),
        MarkdownReport.format(measurement.nanosPerElement(), measurement.spread()),
        MarkdownReport.format(Measurement.median(repetitions), Measurement.spread(repetitions)),
        MarkdownReport.format(ratio));
  }
}
