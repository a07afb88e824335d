package io.github.softmax4j.benchmarks;

import io.github.softmax4j.cli.Operation;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Says in Markdown how this library did beside its peers. */
final class PeerReport {
  /** Figures of a run of this library alone, to be shown with the rest. */
  static final String PATHS = "paths.json";

  private static final String NOTHING = "-";
  private static final String METHOD =
      """

      ## How it was measured

      Each peer has JVMs of its own, in which this library and the peer run in turns of a millisecond
      (one call where that takes longer), each beginning every other pair. A machine that becomes
      faster or slower does so for both, so what counts is the **ratio within a pair** of neighbouring
      slices. The tables have the median over all pairs of all JVMs, in brackets the quartiles; above 1
      this library is faster. This library's figure is the median beside all peers. A peer's figure is
      that times its ratio, which puts all of them on one scale. Before a slice that holds several
      calls, one call that does not count brings the side's own data back into the caches. One thread
      each. A peer whose results are off by more than 1e-4 is named above and not timed.

      - **unreliable**: the distance of the quartiles is more than %.0f %% of the median, also after a
        second look. Something else used the CPU meanwhile, and the ratio may be far off.
      - **native buffers**: the peer's inputs and results stay in the peer's own memory, this
        library's on the heap. What copies cost a Java program is left out.
      - **heap to heap**: from `float[]` to `float[]` for both; the peer's time includes the copies
        to and from memory that stays allocated. Pure Java peers are on the heap in both settings.
      """
          .formatted(100 * PeerScore.WIDE_SPREAD);

  private final Contest contest;
  private final PeerResults results;
  private final Map<String, PeerScores> scores = new LinkedHashMap<>();

  PeerReport(PeerResults results) {
    this.contest = Contest.of(results);
    this.results = results;
    results
        .widths()
        .forEach(
            (width, ofWidth) ->
                scores.put(
                    width,
                    new PeerScores(ofWidth.cells().stream().map(contest::inPlace).toList())));
  }

  /** Writes tables and charts. */
  static void write(PeerResults results, Path directory, PrintStream out) throws IOException {
    if (results.isEmpty()) {
      out.println("No report: nothing was measured.");
      return;
    }
    Files.createDirectories(directory);
    PeerReport report = new PeerReport(results);
    String id = report.contest.id();
    List<String> charts =
        new PeerCharts(report.contest, results, report.scores).write(directory, out);
    String markdown = report.markdown(charts) + paths(directory);
    Path page = directory.resolve(id + ".md");
    Files.writeString(page, markdown);
    out.printf(
        "%n%s%nFigures: %s.json%nReport: %s%n", report.summary(), directory.resolve(id), page);
  }

  String markdown(List<String> charts) {
    String notMeasured =
        results.problems().stream().map(p -> "- " + p + "\n").collect(Collectors.joining());
    return "# %s\n\n%s. %s.\n\n"
            .formatted(
                contest.title(), results.environment().machine(), results.environment().mode())
        + summary()
        + charts.stream().map("\n![%1$s](%1$s)\n"::formatted).collect(Collectors.joining())
        + scores.keySet().stream().map(this::section).collect(Collectors.joining())
        + young()
        + memory()
        + peers()
        + (notMeasured.isEmpty() ? "" : "\nNot measured:\n\n" + notMeasured)
        + METHOD
        + contest.method();
  }

  private static boolean isPeer(String peer) {
    return !peer.equals(LinearLimits.NAME);
  }

  /** Whether it is somebody's library, and not a loop that one could write oneself. */
  private boolean isLibrary(String peer) {
    return results.peers().stream().anyMatch(p -> p.name().equals(peer) && p.isLibrary());
  }

  private List<PeerTarget> targets() {
    Stream<PeerTarget> libraries =
        contest == Contest.PEERS
            ? contest.targets().stream().map(target -> target.ofLibraries(this::isLibrary))
            : Stream.of();
    return Stream.concat(contest.targets().stream(), libraries).toList();
  }

  /** What this library gains over whoever is best in each place. */
  private String summary() {
    MarkdownTable table =
        new MarkdownTable(
            "speed-up over the best | width | geometric mean | wanted | least | wanted | places"
                + " | below");
    scores.forEach(
        (width, ofWidth) -> {
          for (PeerTarget target : targets()) {
            List<Double> ratios =
                target.bests(ofWidth).values().stream().map(PeerScore::ratio).toList();
            if (!ratios.isEmpty()) {
              table.add(
                  target.label(),
                  width,
                  figure(Stats.geometricMean(ratios)),
                  target.mean() == 0 ? NOTHING : figure(target.mean()),
                  figure(Collections.min(ratios)),
                  figure(target.each()),
                  ratios.size(),
                  ratios.stream().filter(ratio -> ratio < target.each()).count());
            }
          }
        });
    return table.toString();
  }

  private String section(String width) {
    PeerScores ofWidth = scores.get(width);
    StringBuilder text =
        new StringBuilder(
            "\n## %s\n\nJVMs: %s.\n%s"
                .formatted(
                    width, results.widths().get(width).conditions(), whereItFallsShort(ofWidth)));
    for (PeerSetting setting : ofWidth.settings()) {
      for (String operation : ofWidth.operations(setting)) {
        text.append(table(ofWidth, setting, operation));
      }
    }
    return text + means(ofWidth);
  }

  private String whereItFallsShort(PeerScores ofWidth) {
    StringBuilder text = new StringBuilder();
    for (PeerTarget target : contest.targets()) {
      target.bests(ofWidth).entrySet().stream()
          .filter(best -> best.getValue().ratio() < target.each())
          .sorted(Comparator.comparing(best -> best.getValue().ratio()))
          .forEach(
              best ->
                  text.append(
                      "- %s, %s: %s, by %s\n"
                          .formatted(
                              best.getKey(),
                              target.label(),
                              best.getValue(),
                              best.getValue().label())));
    }
    return "\nWhere it falls short: " + (text.isEmpty() ? "nowhere.\n" : "\n\n" + text);
  }

  private String table(PeerScores ofWidth, PeerSetting setting, String operation) {
    List<String> labels = ofWidth.labels(setting, operation);
    List<String> header = new ArrayList<>(List.of("shape", "unit", "softmax4j"));
    header.addAll(labels);
    header.addAll(List.of("speed-up over the best", "which is"));
    MarkdownTable table = new MarkdownTable(header);
    for (String shape : ofWidth.shapes(setting, operation)) {
      PeerScores.Place place = new PeerScores.Place(setting, operation, shape);
      double ours = contest.figure(shape, ofWidth.ourNanos(place));
      List<String> row = new ArrayList<>(List.of(shape, contest.unit(shape), figure(ours)));
      labels.forEach(label -> row.add(figure(shape, ofWidth.nanos(place, label))));
      Optional<PeerScore> best = ofWidth.best(place, PeerReport::isPeer);
      row.add(best.map(PeerScore::toString).orElse(NOTHING));
      row.add(best.map(PeerScore::label).orElse(NOTHING));
      table.add(row);
    }
    return "\n### %s, %s\n\n%s".formatted(operation, setting.label(), table);
  }

  private String figure(String shape, Optional<Double> nanos) {
    return nanos.map(n -> figure(contest.figure(shape, n))).orElse(NOTHING);
  }

  private static String means(PeerScores ofWidth) {
    List<PeerSetting> settings = ofWidth.settings();
    List<String> header = new ArrayList<>(List.of("geometric mean of the speed-ups over"));
    settings.forEach(setting -> header.add(setting.label()));
    MarkdownTable table = new MarkdownTable(header);
    for (String label : ofWidth.labels()) {
      List<String> row = new ArrayList<>(List.of(label));
      for (PeerSetting setting : settings) {
        double mean = ofWidth.geometricMean(setting, label);
        row.add(Double.isNaN(mean) ? NOTHING : figure(mean));
      }
      table.add(row);
    }
    return "\n### Each peer by itself\n\n" + table;
  }

  private String peers() {
    StringBuilder text = new StringBuilder("\n## The peers\n\n");
    for (PeerInfo peer : results.peers()) {
      String error = error(cell -> cell.peer().equals(peer.name()), PeerCell::peerError);
      String origin = peer.isLibrary() ? peer.jars().get(0) : "own code";
      text.append(
          "- **%s** (%s). %s. Largest error: %s. This library: %s\n"
              .formatted(peer.name(), origin, peer.description(), error, peer.path()));
    }
    return text
        + "\nThis library's largest error in the same places: "
        + error(cell -> true, PeerCell::ourError)
        + ".\n";
  }

  private String error(Predicate<PeerCell> isWanted, ToDoubleFunction<PeerCell> error) {
    OptionalDouble largest = results.cells().stream().filter(isWanted).mapToDouble(error).max();
    return largest.isEmpty() ? NOTHING : String.format(Locale.ROOT, "%.1e", largest.getAsDouble());
  }

  private String young() {
    if (results.young().isEmpty()) {
      return "";
    }
    Map<String, List<YoungRun>> columns =
        results.young().stream()
            .collect(
                Collectors.groupingBy(
                    run -> run.name() + ", " + run.width(),
                    LinkedHashMap::new,
                    Collectors.toList()));
    List<String> header = new ArrayList<>(List.of("ms"));
    header.addAll(columns.keySet());
    MarkdownTable table = new MarkdownTable(header);
    addYoung(table, columns, "first product", YoungRun::firstMillis);
    for (int slot = 0; slot < results.young().get(0).products().length; slot++) {
      int at = slot;
      String until = Integer.toString((slot + 1) * YoungJvm.SLOT_MILLIS);
      addYoung(table, columns, until, run -> run.products()[at]);
    }
    return "\n## The first second of a JVM\n\nProducts per %d ms of forward %s, until so many ms after the first call: medians of the JVMs.\n\n%s"
        .formatted(YoungJvm.SLOT_MILLIS, YoungJvm.SHAPE, table);
  }

  private static void addYoung(
      MarkdownTable table,
      Map<String, List<YoungRun>> columns,
      String title,
      ToDoubleFunction<YoungRun> figure) {
    List<String> row = new ArrayList<>(List.of(title));
    columns.values().forEach(runs -> row.add(figure(Stats.median(runs, figure))));
    table.add(row);
  }

  private String memory() {
    MarkdownTable table =
        new MarkdownTable(
            "shape | way | extra MB | heap MB in the first call | heap bytes in a later call"
                + " | peak MB of the process | -Xmx MB | logits MB | later call s");
    for (MemoryRun run : results.memory()) {
      LinearShape shape = LinearShape.parse(run.shape());
      table.add(
          run.shape(),
          run.way(),
          megabytes(run.extraBytes()),
          megabytes(run.firstBytes()),
          run.laterBytes(),
          megabytes(run.peakBytes()),
          run.heapMegabytes(),
          megabytes((double) Float.BYTES * shape.rows() * shape.classes()),
          figure(run.laterNanos() / 1e9));
    }
    return table.isEmpty() ? "" : "\n## Memory\n\n" + table;
  }

  static double inMegabytes(double bytes) {
    return bytes / (1 << 20);
  }

  private static String megabytes(double bytes) {
    return figure(inMegabytes(bytes));
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
        alone.variants().forEach(v -> row.add(Report.time(new Case(operation, shape, v), alone)));
        table.add(row);
      }
    }
    return "\n## This library alone, on each of its paths\n\nBy `./benchmarks/run`, with JMH.\n\n"
        + table;
  }

  private static String figure(double value) {
    return MarkdownTable.figure(value);
  }
}
