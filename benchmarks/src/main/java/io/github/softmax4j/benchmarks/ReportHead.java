package io.github.softmax4j.benchmarks;

import java.util.stream.Collectors;

/** What a report says before its tables: where figures come from, and whether calls allocate. */
final class ReportHead {

  private final Environment environment;
  private final Results results;

  ReportHead(Environment environment, Results results) {
    this.environment = environment;
    this.results = results;
  }

  @Override
  public String toString() {
    return environment.line(results.variants()) + "\n\n" + allocationLine() + "\n";
  }

  private String allocationLine() {
    String exceptions =
        results.measurements().stream()
            .filter(Measurement::allocates)
            .map(m -> "%s %.0f".formatted(m.benchmarkCase(), m.allocatedPerCall()))
            .collect(Collectors.joining(", "));
    return exceptions.isEmpty()
        ? "Allocation: 0 B/op everywhere."
        : "Allocation: 0 B/op except (B/op): " + exceptions + ".";
  }
}
