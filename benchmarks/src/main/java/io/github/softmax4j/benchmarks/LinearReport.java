package io.github.softmax4j.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Says in Markdown how the products of this library did beside others. */
final class LinearReport {

  static final String FIGURES = "linear.json";
  static final String PAGE = "linear.md";

  private static final String NOTHING = "-";

  private static final String METHOD =
      """

      ## How it was measured

      Each peer has JVMs of its own, in which both sides run in turns of a millisecond (one call
      where that takes longer), each beginning every other pair. Ratios are medians over all pairs
      of all JVMs, in brackets the quartiles; above 1 this library is faster. A peer's figure is
      this library's median divided by that ratio. One thread each. Shapes are rows x features x
      classes; weights are classes x features, all matrices row after row.

      - **native**: the peer's matrices are in its own memory, this library's on the heap.
      - **heap**: from arrays to arrays; the peer's time includes the copies of both factors and of
        the result. Not measured for native libraries where the product is large.
      - **of the limit**: the share of as many FMAs in registers, or with few rows, of the time of a
        plain sum of the weights. The limit is measured in turns with this library, as a peer is.

      Before anything is timed, values of this library are compared with sums in double, and the
      peer's whole result with this library's. Values are uniform from a fixed seed.
      """;

  private final LinearResults results;

  LinearReport(LinearResults results) {
    this.results = results;
  }

  /** Writes tables and charts. */
  static void write(LinearResults results, Path directory, PrintStream out) throws IOException {
    if (results.cells().isEmpty()) {
      out.println("No report: nothing was measured.");
      return;
    }
    Files.createDirectories(directory);
    List<String> charts = LinearCharts.write(results, directory, out);
    String markdown = new LinearReport(results).markdown(charts);
    Files.writeString(directory.resolve(PAGE), markdown);
    out.println(markdown);
    out.println("Figures: " + directory.resolve(FIGURES));
    out.println("Report: " + directory.resolve(PAGE));
  }

  String markdown(List<String> charts) {
    return head("Products of the linear layer", results)
        + charts.stream().map("\n![%1$s](%1$s)\n"::formatted).collect(Collectors.joining())
        + results.widths().keySet().stream().map(this::section).collect(Collectors.joining())
        + young()
        + problems(results)
        + METHOD;
  }

  static String head(String title, LinearResults results) {
    Environment e = results.widths().values().iterator().next().environment();
    return "# %s\n\n%s (%d CPUs), %s, %s, %s. %s.\n"
        .formatted(title, e.cpu(), e.cpus(), e.os(), e.jdk(), e.date(), e.mode());
  }

  private String section(String width) {
    PeerResults ofWidth = results.widths().get(width);
    LinearScores scores = new LinearScores(ofWidth.cells());
    if (scores.cases().isEmpty()) {
      return "";
    }
    return "\n## "
        + width
        + scores.peak().map(p -> ": the peak is " + format(p) + " GFLOP/s").orElse("")
        + "\n\nJVMs: "
        + ofWidth.conditions()
        + ".\n\n"
        + summary(scores)
        + tables(scores)
        + "\n"
        + ofWidth.peers().stream().map(peer -> line(peer, ofWidth)).collect(Collectors.joining());
  }

  private static String summary(LinearScores scores) {
    MarkdownTable table =
        new MarkdownTable(
            List.of(
                "how fast beside", "geometric mean", "least", "target of each", "cells", "below"));
    Function<LinearCase, Optional<PeerScore>> natives = c -> scores.best(c, PeerSetting.NATIVE);
    Function<LinearCase, Optional<PeerScore>> heap = c -> scores.best(c, PeerSetting.HEAP);
    Predicate<LinearCase> isLarge = c -> c.shape().isLarge() && !c.shape().hasFewRows();
    Predicate<LinearCase> isSmall = c -> !c.shape().isLarge() && !c.shape().hasFewRows();
    Predicate<LinearCase> hasFewRows = c -> c.shape().hasFewRows();
    addSummary(table, "best native, large products", 0.95, scores, isLarge, natives);
    addSummary(table, "best native, small products", 0.9, scores, isSmall, natives);
    addSummary(table, "best from heap to heap, small products", 1, scores, isSmall, heap);
    addSummary(table, "best pure Java, large products", 1.9, scores, isLarge, heap);
    addSummary(table, "plain read of the weights", 0.85, scores, hasFewRows, scores::limit);
    return table.toString();
  }

  private static void addSummary(
      MarkdownTable table,
      String label,
      double target,
      LinearScores scores,
      Predicate<LinearCase> isWanted,
      Function<LinearCase, Optional<PeerScore>> best) {
    List<Double> ratios =
        scores.cases().stream()
            .filter(isWanted)
            .flatMap(linearCase -> best.apply(linearCase).stream())
            .map(PeerScore::ratio)
            .sorted(Comparator.naturalOrder())
            .toList();
    if (!ratios.isEmpty()) {
      table.add(
          List.of(
              label,
              format(PeerScores.geometricMean(ratios)),
              format(ratios.get(0)),
              format(target),
              Integer.toString(ratios.size()),
              Long.toString(ratios.stream().filter(ratio -> ratio < target).count())));
    }
  }

  /** One of each product, and one of few rows. */
  private static String tables(LinearScores scores) {
    Function<LinearCase, String> title =
        c ->
            c.operation().methodName()
                + (c.shape().hasFewRows() ? " of few rows" : "")
                + ", "
                + c.unit();
    return scores.cases().stream()
        .map(title)
        .distinct()
        .map(
            t ->
                table(
                    t,
                    scores,
                    scores.cases().stream().filter(c -> title.apply(c).equals(t)).toList()))
        .collect(Collectors.joining());
  }

  private static String table(String title, LinearScores scores, List<LinearCase> cases) {
    List<String> header = new ArrayList<>(List.of("shape", "softmax4j", "of the limit"));
    for (PeerSetting setting : PeerSetting.values()) {
      scores.peers(setting).forEach(peer -> header.add(peer + ", " + shortName(setting)));
      if (!scores.peers(setting).isEmpty()) {
        header.add("ratio to the best, " + shortName(setting));
      }
    }
    MarkdownTable table = new MarkdownTable(header);
    for (LinearCase linearCase : cases) {
      table.add(row(scores, linearCase));
    }
    return "\n### " + title + "\n\n" + table;
  }

  private static List<String> row(LinearScores scores, LinearCase linearCase) {
    List<String> row =
        new ArrayList<>(List.of(linearCase.shape().toString(), format(scores.ours(linearCase))));
    row.add(scores.limit(linearCase).map(LinearReport::percent).orElse(NOTHING));
    for (PeerSetting setting : PeerSetting.values()) {
      scores
          .peers(setting)
          .forEach(
              peer ->
                  row.add(
                      scores
                          .figure(linearCase, setting, peer)
                          .map(LinearReport::format)
                          .orElse(NOTHING)));
      if (!scores.peers(setting).isEmpty()) {
        row.add(scores.best(linearCase, setting).map(LinearReport::ratio).orElse(NOTHING));
      }
    }
    return row;
  }

  private static String shortName(PeerSetting setting) {
    return setting == PeerSetting.NATIVE ? "native" : "heap";
  }

  static String line(PeerInfo peer, PeerResults ofWidth) {
    double error =
        ofWidth.cells().stream()
            .filter(cell -> cell.peer().equals(peer.name()))
            .mapToDouble(PeerCell::peerError)
            .max()
            .orElse(0);
    return String.format(
        Locale.ROOT,
        "- **%s**: %s. Largest difference: %.1e. This library: %s\n",
        peer.name(),
        peer.description(),
        error,
        peer.path());
  }

  private String young() {
    if (results.young().isEmpty()) {
      return "";
    }
    List<String> columns = results.young().stream().map(LinearReport::label).distinct().toList();
    List<String> header = new ArrayList<>(List.of("ms"));
    header.addAll(columns);
    MarkdownTable table = new MarkdownTable(header);
    addYoung(table, columns, "first product", YoungRun::firstMillis);
    int slots = results.young().get(0).products().length;
    for (int slot = 0; slot < slots; slot++) {
      int at = slot;
      String until = Integer.toString((slot + 1) * YoungJvm.SLOT_MILLIS);
      addYoung(table, columns, until, run -> run.products()[at]);
    }
    return "\n## The first second of a JVM\n\nProducts per %d ms of forward %s, until so many ms after the first call: medians of %d JVMs.\n\n%s"
        .formatted(
            YoungJvm.SLOT_MILLIS,
            YoungJvm.SHAPE,
            results.young().stream().filter(r -> label(r).equals(columns.get(0))).count(),
            table);
  }

  private void addYoung(
      MarkdownTable table, List<String> columns, String title, ToDoubleFunction<YoungRun> figure) {
    List<String> row = new ArrayList<>(List.of(title));
    for (String column : columns) {
      Stream<YoungRun> runs = results.young().stream().filter(run -> label(run).equals(column));
      row.add(format(Measurement.median(runs.mapToDouble(figure).toArray())));
    }
    table.add(row);
  }

  private static String label(YoungRun run) {
    return run.name() + ", " + run.width();
  }

  static String problems(LinearResults results) {
    return results.problems().isEmpty()
        ? ""
        : results.problems().stream()
            .map(problem -> "- " + problem + "\n")
            .collect(Collectors.joining("", "\nNot measured:\n\n", ""));
  }

  private static String percent(PeerScore score) {
    return Math.round(100 * score.ratio()) + " %";
  }

  static String ratio(PeerScore score) {
    return "%s (%s..%s)"
        .formatted(format(score.ratio()), format(score.lowRatio()), format(score.highRatio()));
  }

  private static String format(double value) {
    return MarkdownReport.format(value);
  }
}
