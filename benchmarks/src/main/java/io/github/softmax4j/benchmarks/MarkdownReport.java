package io.github.softmax4j.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** Says in Markdown what was measured, and where, and how to read it. */
final class MarkdownReport {

  private static final String NOT_MEASURED = "-";

  private static final String CONVENTIONS =
      """

      Time is the median over all iterations of the average time of a call (JMH's `AverageTime`),
      divided by the number of logits; ± is half the distance from the fastest to the slowest iteration.
      GB/s counts 10^9 bytes, each input read once and each output written once, however often the
      operation passes over them. x is the speed-up over the scalar path. One thread; the same
      arrays at every call, so what fits into the caches is there.
      """;

  private final Environment environment;
  private final Results results;
  private final Ceiling ceiling;

  MarkdownReport(Environment environment, Results results, Ceiling ceiling) {
    this.environment = environment;
    this.results = results;
    this.ceiling = ceiling;
  }

  @Override
  public String toString() {
    String tables = results.operations().stream().map(this::section).collect(Collectors.joining());
    return new ReportHead(environment, results)
        + tables
        + CONVENTIONS
        + new MiddleAxisReport(results)
        + new CeilingReport(results, ceiling);
  }

  private String section(Operation operation) {
    MarkdownTable table = new MarkdownTable(header());
    for (Shape shape : results.shapes(operation)) {
      table.add(row(operation, shape));
    }
    return "\n## " + operation.methodName() + "\n\n" + table;
  }

  private List<String> header() {
    List<String> header = new ArrayList<>(List.of("shape"));
    results.variants().forEach(v -> header.add(v.label() + " ns/element"));
    results.variants().forEach(v -> header.add(v.label() + " GB/s"));
    vectorVariants().forEach(v -> header.add(v.label() + " x"));
    return header;
  }

  private List<String> row(Operation operation, Shape shape) {
    List<String> row = new ArrayList<>(List.of(shape.toString()));
    results.variants().forEach(v -> row.add(time(new Case(operation, shape, v))));
    results.variants().forEach(v -> row.add(bandwidth(new Case(operation, shape, v))));
    vectorVariants().forEach(v -> row.add(speedUp(new Case(operation, shape, v))));
    return row;
  }

  private List<Variant> vectorVariants() {
    return results.variants().stream().filter(v -> v != Variant.SCALAR).toList();
  }

  private String time(Case benchmarkCase) {
    return results
        .of(benchmarkCase)
        .map(m -> format(m.nanosPerElement(), m.spread()))
        .orElse(NOT_MEASURED);
  }

  private String bandwidth(Case benchmarkCase) {
    return results.of(benchmarkCase).map(m -> format(m.gigabytesPerSecond())).orElse(NOT_MEASURED);
  }

  private String speedUp(Case benchmarkCase) {
    OptionalDouble speedUp = results.speedUp(benchmarkCase);
    return speedUp.isPresent() ? format(speedUp.getAsDouble()) : NOT_MEASURED;
  }

  /** A time and how far the single figures are from it, as a share. */
  static String format(double value, double spread) {
    return format(value) + " ±" + Math.round(100 * spread) + " %";
  }

  /** Three digits, which is more than a benchmark is good for, and no exponent. */
  static String format(double value) {
    int digits = value < 1 ? 3 : value < 10 ? 2 : value < 100 ? 1 : 0;
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }
}
