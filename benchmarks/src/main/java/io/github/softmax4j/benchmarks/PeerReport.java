package io.github.softmax4j.benchmarks;

import io.github.softmax4j.benchmarks.PeerScores.Best;
import io.github.softmax4j.benchmarks.PeerScores.Place;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Says in Markdown how this library did beside its peers. */
final class PeerReport {

  /** Figures of a run of this library alone, to be shown with the rest. */
  static final String PATHS = "paths.json";

  static final String PAGE = "peers.md";

  private static final String NOTHING = "-";

  private static final String METHOD =
      """

      ## How it was measured

      Each peer and operation has a JVM of its own, in which this library and the peer run the same
      logits in turns of a millisecond (one call where that takes longer), each beginning every
      other pair. A machine that becomes faster or slower does so for both, so what counts is the
      **ratio within a pair** of neighbouring slices; the tables have the median over all pairs of
      all JVMs, in brackets the quartiles. This library's time is the median beside all peers; a
      peer's time in the tables is that times its ratio, which puts all of them on one scale. What
      each took in every slice is in `peers.json`. Before a slice that holds several calls, one call that does not count brings the
      side's own data back into the caches.

      Logits are Gaussian with a spread of 3, labels uniform, from a fixed seed; losses and
      gradients are those of the mean over the rows. One thread each. Before anything is timed, all
      that each side gives is compared with an oracle in double, in either setting; a peer that is
      off by more than 1e-4 is named above and not timed.

      - **native buffers**: the peer's inputs and results stay in the peer's own memory, this
        library's on the heap. What copies cost a Java program is left out.
      - **heap to heap**: from `float[]` to `float[]` for both; the peer's time includes the copies
        to and from memory that stays allocated. Pure Java peers are on the heap in both settings.
      """;

  private final PeerResults results;
  private final PeerScores scores;

  PeerReport(PeerResults results) {
    this.results = results;
    this.scores = new PeerScores(results.cells());
  }

  /** Writes tables and charts. */
  static void write(PeerResults results, Path directory, PrintStream out) throws IOException {
    if (results.cells().isEmpty()) {
      out.println("No report: no peer gave a figure.");
      results.problems().forEach(out::println);
      return;
    }
    Files.createDirectories(directory);
    PeerReport report = new PeerReport(results);
    List<String> charts = PeerCharts.write(report.scores, directory, out);
    Path page = directory.resolve(PAGE);
    Files.writeString(page, report.markdown(charts) + paths(directory));
    out.println(report.summary());
    out.println("Figures: " + directory.resolve(PeerResults.FILE));
    out.println("Report: " + page);
  }

  private String markdown(List<String> charts) {
    return "# softmax4j beside its peers\n\n"
        + head()
        + "\n"
        + summary()
        + charts.stream().map("\n![%1$s](%1$s)\n"::formatted).collect(Collectors.joining())
        + whereWeLose()
        + scores.settings().stream().map(this::section).collect(Collectors.joining())
        + peers()
        + problems()
        + METHOD;
  }

  private String head() {
    Environment e = results.environment();
    String active =
        results.peers().stream().map(PeerInfo::path).distinct().collect(Collectors.joining("; "));
    return "%s (%d CPUs), %s, %s, %s. %s.\n\nThis library: %s. JVMs: %s.\n"
        .formatted(
            e.cpu(), e.cpus(), e.os(), e.jdk(), e.date(), e.mode(), active, results.conditions());
  }

  /** One row a setting: what this library gains over whoever is best in each cell. */
  private String summary() {
    MarkdownTable table =
        new MarkdownTable(
            List.of(
                "speed-up over the best peer of each cell",
                "geometric mean",
                "target",
                "least",
                "target",
                "cells",
                "below target"));
    for (PeerSetting setting : scores.settings()) {
      table.add(summary(setting.label(), setting, scores.bests(setting)));
    }
    PeerScores libraries = scores.of(this::isLibrary);
    for (PeerSetting setting : libraries.settings()) {
      table.add(summary(setting.label() + ", libraries", setting, libraries.bests(setting)));
    }
    return table + "\nPeers that are no library are loops that one could write oneself.\n";
  }

  private static List<String> summary(String label, PeerSetting setting, List<Best> bests) {
    List<Double> ratios = bests.stream().map(b -> b.score().ratio()).toList();
    return List.of(
        label,
        format(PeerScores.geometricMean(ratios)),
        format(setting.targetMean()),
        format(ratios.stream().min(Comparator.naturalOrder()).orElseThrow()),
        format(setting.targetEach()),
        Integer.toString(ratios.size()),
        Long.toString(ratios.stream().filter(r -> r < setting.targetEach()).count()));
  }

  private boolean isLibrary(String peer) {
    return results.peers().stream().anyMatch(p -> p.name().equals(peer) && p.isLibrary());
  }

  private String whereWeLose() {
    StringBuilder text = new StringBuilder("\n## Where it falls short\n");
    for (PeerSetting setting : scores.settings()) {
      List<Best> below =
          scores.bests(setting).stream()
              .filter(b -> b.score().ratio() < setting.targetEach())
              .sorted(Comparator.comparing(b -> b.score().ratio()))
              .toList();
      text.append(
          "\n%s, cells below %s: %s\n"
              .formatted(
                  setting.label(), format(setting.targetEach()), below.isEmpty() ? "none." : "\n"));
      for (Best best : below) {
        text.append("- %s: %s, by %s\n".formatted(best.place(), ratio(best), best.score().label()));
      }
    }
    return text.toString();
  }

  private String section(PeerSetting setting) {
    return "\n## ns/element, "
        + setting.label()
        + "\n"
        + scores.operations(setting).stream()
            .map(operation -> section(setting, operation))
            .collect(Collectors.joining())
        + overEachPeer(setting);
  }

  private String section(PeerSetting setting, String operation) {
    List<String> labels = scores.labels(setting, operation);
    List<String> header = new ArrayList<>(List.of("shape", "softmax4j"));
    header.addAll(labels);
    header.addAll(List.of("speed-up over the best", "which is"));
    MarkdownTable table = new MarkdownTable(header);
    for (String shape : scores.shapes(setting, operation)) {
      Place place = new Place(setting, operation, shape);
      List<String> row = new ArrayList<>(List.of(shape, format(scores.ourNanos(place))));
      labels.forEach(
          label -> row.add(scores.nanos(place, label).map(PeerReport::format).orElse(NOTHING)));
      Best best = scores.best(place);
      row.addAll(List.of(ratio(best), best.score().label()));
      table.add(row);
    }
    return "\n### " + operation + ", " + setting.label() + "\n\n" + table;
  }

  private String overEachPeer(PeerSetting setting) {
    MarkdownTable table =
        new MarkdownTable(List.of("peer", "geometric mean of the speed-ups over it"));
    for (String label : scores.labels()) {
      double mean = scores.geometricMean(setting, label);
      table.add(List.of(label, Double.isNaN(mean) ? NOTHING : format(mean)));
    }
    return "\n### Each peer by itself, " + setting.label() + "\n\n" + table;
  }

  private String peers() {
    StringBuilder text = new StringBuilder("\n## The peers\n\n");
    for (PeerInfo peer : results.peers()) {
      text.append(
          "- **%s** (%s). %s. Largest error: %s\n"
              .formatted(
                  peer.name(),
                  peer.jars().isEmpty() ? "own code" : peer.jars().get(0),
                  peer.description(),
                  largestError(peer)));
    }
    double ours = results.cells().stream().mapToDouble(PeerCell::ourError).max().orElseThrow();
    return text + "\nThis library's largest error in the same cells: " + errorOf(ours) + ".\n";
  }

  private String largestError(PeerInfo peer) {
    return results.cells().stream()
        .filter(cell -> cell.peer().equals(peer.name()))
        .mapToDouble(PeerCell::peerError)
        .max()
        .stream()
        .mapToObj(PeerReport::errorOf)
        .findFirst()
        .orElse(NOTHING);
  }

  private String problems() {
    if (results.problems().isEmpty()) {
      return "";
    }
    return results.problems().stream()
        .map(problem -> "- " + problem + "\n")
        .collect(Collectors.joining("", "\nNot measured:\n\n", ""));
  }

  /** This library alone on each of its paths, if the run was given such figures. */
  private static String paths(Path directory) throws IOException {
    Path json = directory.resolve(PATHS);
    if (!Files.exists(json)) {
      return "";
    }
    Results alone = Results.read(json);
    List<String> header = new ArrayList<>(List.of("operation", "shape"));
    alone.variants().forEach(v -> header.add(v.label() + " ns/element"));
    MarkdownTable table = new MarkdownTable(header);
    for (Operation operation : alone.operations()) {
      for (Shape shape : alone.shapes(operation)) {
        List<String> row = new ArrayList<>(List.of(operation.methodName(), shape.toString()));
        alone.variants().forEach(v -> row.add(time(alone, new Case(operation, shape, v))));
        table.add(row);
      }
    }
    return "\n## This library alone, on each of its paths\n\nBy `./benchmarks/run`, with JMH.\n\n"
        + table;
  }

  private static String time(Results alone, Case benchmarkCase) {
    return alone.of(benchmarkCase).map(m -> format(m.nanosPerElement())).orElse(NOTHING);
  }

  private static String ratio(Best best) {
    PeerScore score = best.score();
    return "%s (%s..%s)"
        .formatted(format(score.ratio()), format(score.lowRatio()), format(score.highRatio()));
  }

  private static String errorOf(double error) {
    return String.format(Locale.ROOT, "%.1e", error);
  }

  private static String format(double value) {
    return MarkdownReport.format(value);
  }
}
