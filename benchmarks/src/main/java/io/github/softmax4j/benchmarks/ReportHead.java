package io.github.softmax4j.benchmarks;

import java.util.Map;
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
    return environmentLine() + "\n\n" + allocationLine() + "\n";
  }

  private String environmentLine() {
    String variants =
        results.variants().stream().map(this::describe).collect(Collectors.joining("; "));
    return "%s (%d CPUs), %s, %s, %s. %s. Shapes are rows x classes. JVMs: %s."
        .formatted(
            environment.cpu(),
            environment.cpus(),
            environment.os(),
            environment.jdk(),
            environment.date(),
            environment.mode(),
            variants);
  }

  private String describe(Variant variant) {
    Map<Variant, Integer> lanes = environment.lanes();
    return "%s = `%s`, lanes %s"
        .formatted(
            variant.label(),
            String.join(" ", variant.flags()),
            lanes.containsKey(variant) ? lanes.get(variant) : "unknown");
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
