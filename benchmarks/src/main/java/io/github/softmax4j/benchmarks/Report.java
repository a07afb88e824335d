package io.github.softmax4j.benchmarks;

import io.github.softmax4j.cli.Operation;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Says in Markdown what was measured, and where, and how to read it. */
final class Report {
  private static final String NOT_MEASURED = "-";
  private static final String UNRELIABLE = " unreliable";
  private static final String CONVENTIONS =
      """
      Time is the median over all iterations of the average time of a call (JMH's `AverageTime`),
      divided by the number of logits; ± is half the distance from the fastest to the slowest iteration.
      GB/s counts 10^9 bytes, each input read once and each output written once, however often the
      operation passes over them. x is the speed-up over the scalar path. One thread; the same
      arrays at every call, so what fits into the caches is there.
      """;
  private static final String MEANING_OF_UNRELIABLE =
      """

      A figure is *unreliable* if its iterations differ by more than ±%.0f %% of their median, also
      when the case is repeated. Something else used the CPU meanwhile: such a figure may be far off.
      Run the case again on a machine that does nothing else.
      """
          .formatted(100 * Measurement.WIDE_SPREAD);

  private final Environment environment;
  private final Results results;

  Report(Environment environment, Results results) {
    this.environment = environment;
    this.results = results;
  }

  /** Makes the tables and the chart from a file of results. */
  static void write(Path resultsJson, Path directory, PrintStream out) throws IOException {
    Results results = Results.read(resultsJson);
    Environment environment = Environment.read(resultsJson.toAbsolutePath().getParent());
    String markdown = new Report(environment, results).toString();
    Files.createDirectories(directory);
    Path table = directory.resolve("results.md");
    Files.writeString(table, markdown);
    out.printf("%n%s%nFigures: %s%nTables: %s%n", markdown, resultsJson, table);
    out.println(SpeedupChart.write(results, environment, directory.resolve("results.svg")));
  }

  @Override
  public String toString() {
    List<Operation> operations = results.operations();
    String text =
        environment.line(results.variants())
            + "\n\n"
            + allocation()
            + "\n"
            + operations.stream().map(this::section).collect(Collectors.joining())
            + (operations.isEmpty() ? "" : CONVENTIONS)
            + Stream.of(Pairing.values()).map(p -> p.report(results)).collect(Collectors.joining());
    return text.contains(UNRELIABLE) ? text + MEANING_OF_UNRELIABLE : text;
  }

  private String allocation() {
    String exceptions =
        results.measurements().stream()
            .filter(m -> m.allocates() && results.isReliable(m.benchmarkCase()))
            .map(m -> "%s %.0f".formatted(m.benchmarkCase(), m.allocatedPerCall()))
            .collect(Collectors.joining(", "));
    return exceptions.isEmpty()
        ? "Allocation: 0 B/op everywhere."
        : "Allocation: 0 B/op except (B/op): " + exceptions + ".";
  }

  private String section(Operation operation) {
    List<String> header = new ArrayList<>(List.of("shape"));
    results.variants().forEach(v -> header.add(v.label() + " ns/element"));
    results.variants().forEach(v -> header.add(v.label() + " GB/s"));
    results.vectorVariants().forEach(v -> header.add(v.label() + " x"));
    MarkdownTable table = new MarkdownTable(header);
    for (Shape shape : results.shapes(operation)) {
      table.add(row(operation, shape));
    }
    return "\n## " + operation.methodName() + "\n\n" + table;
  }

  private List<String> row(Operation operation, Shape shape) {
    List<String> row = new ArrayList<>(List.of(shape.toString()));
    results.variants().forEach(v -> row.add(time(new Case(operation, shape, v), results)));
    results.variants().forEach(v -> row.add(bandwidth(new Case(operation, shape, v))));
    results.vectorVariants().forEach(v -> row.add(speedUp(new Case(operation, shape, v))));
    return row;
  }

  /** Nanoseconds per element. */
  static String time(Case benchmarkCase, Results results) {
    return results
        .of(benchmarkCase)
        .map(m -> MarkdownTable.figure(m.nanosPerElement(), m.spread()))
        .map(time -> results.isReliable(benchmarkCase) ? time : time + UNRELIABLE)
        .orElse(NOT_MEASURED);
  }

  private String bandwidth(Case benchmarkCase) {
    return results
        .of(benchmarkCase)
        .filter(m -> results.isReliable(benchmarkCase))
        .map(m -> MarkdownTable.figure(m.gigabytesPerSecond()))
        .orElse(NOT_MEASURED);
  }

  private String speedUp(Case benchmarkCase) {
    return results
        .speedUp(benchmarkCase)
        .filter(x -> results.hasReliableSpeedUp(benchmarkCase))
        .map(MarkdownTable::figure)
        .orElse(NOT_MEASURED);
  }
}
