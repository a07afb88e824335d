package io.github.softmax4j.benchmarks;

import io.github.softmax4j.benchmarks.WarmupRun.Stage;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/** The table of how long JVMs take until they are fast. */
final class WarmupReport {
  private static final double MILLI = 1e6;
  private static final String CONVENTIONS =
      """
      Medians over the JVMs, with the least and the greatest. Times count from the moment at which
      the process was asked for, so they include the start of the JVM and the preparation of the
      data; only the first call is given by itself, too. 2x is where calls begin to take at most
      twice the final time, steady at most 1.2 times: the running median over 20 ms, for 100 ms on
      end and for nine tenths of all calls that follow.
      """;

  private final WarmupResults results;
  private final List<Case> cases;

  /** All that a run found, as it is written to a file. */
  record WarmupResults(Environment environment, List<WarmupRun> jvms) {}

  WarmupReport(WarmupResults results, List<Case> cases) {
    this.results = results;
    this.cases = cases;
  }

  @Override
  public String toString() {
    MarkdownTable table =
        new MarkdownTable(
            "operation | shape | path | first call ms | first result ms | calls to 2x | to 2x ms"
                + " | to steady ms | ns/element");
    List<Variant> variants = cases.stream().map(Case::variant).distinct().toList();
    cases.forEach(benchmarkCase -> table.add(row(benchmarkCase)));
    return results.environment().line(variants) + "\n\n" + table + CONVENTIONS;
  }

  private List<String> row(Case benchmarkCase) {
    return List.of(
        benchmarkCase.operation().methodName(),
        benchmarkCase.shape().toString(),
        benchmarkCase.variant().label(),
        figures(benchmarkCase, run -> run.nanosToFirstResult() - run.nanosToFirstCall(), MILLI),
        figures(benchmarkCase, WarmupRun::nanosToFirstResult, MILLI),
        figures(benchmarkCase, run -> stage(run.withinTwofold(), Stage::calls), 1),
        figures(benchmarkCase, run -> stage(run.withinTwofold(), Stage::nanos), MILLI),
        figures(benchmarkCase, run -> stage(run.steadyState(), Stage::nanos), MILLI),
        figures(benchmarkCase, WarmupRun::nanosPerElement, 1));
  }

  private static Number stage(Stage stage, Function<Stage, Number> figure) {
    return stage == null ? null : figure.apply(stage);
  }

  /** A JVM without the figure is told of, as its absence flatters the rest. */
  private String figures(Case benchmarkCase, Function<WarmupRun, Number> figure, double unit) {
    List<WarmupRun> jvms = results.jvms().stream().filter(r -> r.isOf(benchmarkCase)).toList();
    double[] values =
        jvms.stream()
            .map(figure)
            .filter(Objects::nonNull)
            .mapToDouble(value -> value.doubleValue() / unit)
            .toArray();
    String missing =
        values.length == jvms.size() ? "" : ", " + (jvms.size() - values.length) + " never";
    return values.length == 0 ? "never" : medianAndRange(values) + missing;
  }

  private static String medianAndRange(double[] values) {
    return "%s (%s..%s)"
        .formatted(
            MarkdownTable.figure(Stats.median(values)),
            MarkdownTable.figure(Stats.quantile(values, 0)),
            MarkdownTable.figure(Stats.quantile(values, 1)));
  }
}
