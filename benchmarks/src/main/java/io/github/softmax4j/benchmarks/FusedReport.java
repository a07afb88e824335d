package io.github.softmax4j.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.knowm.xchart.CategoryChart;

/** Says in Markdown how long the fused loss and others took, and how much memory. */
final class FusedReport {

  static final String FIGURES = "fused.json";

  private static final String PAGE = "fused.md";
  private static final String CHART = "fused-memory.svg";
  private static final String NOTHING = "-";
  private static final double MEGABYTE = 1 << 20;

  private static final String METHOD =
      """

      ## How it was measured

      A call gives the mean loss over the rows and its gradients with respect to input, weights and
      bias. Shapes are rows x features x classes. One thread each.

      **Time**: the fused loss and the other way run in turns, a call each, in a JVM that has both.
      The ratio is the other's time divided by that of the fused loss, the median over all pairs of
      all JVMs, in brackets the quartiles; above 1 the fused loss is faster. GFLOP/s count three
      products. `unfused` is this library's three products, its loss over all logits, and the sums
      for the bias. Its target is 0.91, as the fused loss may take 1.10 times as long. PyTorch
      has its tensors in memory of its own: `linear`, `cross_entropy_loss` and `backward`. Losses and
      gradients of both sides are compared before.

      **Memory**: each way has a JVM of its own, which makes inputs and gradients first. Extra memory
      is how far the peak of the resident memory in two calls is above what was there then. It holds
      what the compiler needs meanwhile, some 10 MB. Heap bytes are what the thread allocated.
      """;

  private final LinearResults results;

  FusedReport(LinearResults results) {
    this.results = results;
  }

  /** Writes tables and chart. */
  static void write(LinearResults results, Path directory, PrintStream out) throws IOException {
    if (results.cells().isEmpty() && results.memory().isEmpty()) {
      out.println("No report: nothing was measured.");
      return;
    }
    Files.createDirectories(directory);
    FusedReport report = new FusedReport(results);
    String problem = Panels.write(() -> List.of(report.chart()), directory.resolve(CHART));
    String markdown =
        report.markdown(problem.isEmpty() ? "\n![%1$s](%1$s)\n".formatted(CHART) : "");
    Files.writeString(directory.resolve(PAGE), markdown);
    out.println(problem.isEmpty() ? markdown : markdown + problem);
    out.println("Figures: " + directory.resolve(FIGURES));
    out.println("Report: " + directory.resolve(PAGE));
  }

  String markdown(String chart) {
    return LinearReport.head("The fused loss of the linear layer", results)
        + chart
        + results.widths().keySet().stream().map(this::times).collect(Collectors.joining())
        + memory()
        + LinearReport.problems(results)
        + METHOD;
  }

  private String times(String width) {
    PeerResults ofWidth = results.widths().get(width);
    List<String> peers = ofWidth.cells().stream().map(PeerCell::peer).distinct().toList();
    List<String> header = new ArrayList<>(List.of("shape", "budget", "fused ms", "fused GFLOP/s"));
    for (String peer : peers) {
      header.addAll(List.of(peer + " ms", "ratio to " + peer));
    }
    MarkdownTable table = new MarkdownTable(header);
    ofWidth.cells().stream()
        .map(cell -> List.of(cell.shape(), cell.way()))
        .distinct()
        .forEach(place -> table.add(row(ofWidth, place, peers)));
    return "\n## Time, "
        + width
        + "\n\nJVMs: "
        + ofWidth.conditions()
        + ".\n\n"
        + table
        + "\n"
        + ofWidth.peers().stream()
            .map(peer -> LinearReport.line(peer, ofWidth))
            .collect(Collectors.joining());
  }

  private static List<String> row(PeerResults ofWidth, List<String> place, List<String> peers) {
    List<PeerCell> cells =
        ofWidth.cells().stream()
            .filter(cell -> List.of(cell.shape(), cell.way()).equals(place))
            .toList();
    double ours = PeerScore.of(cells, 1).ourNanos();
    LinearShape shape = LinearShape.parse(place.get(0));
    double flops = 6.0 * shape.rows() * shape.features() * shape.classes();
    List<String> row = new ArrayList<>(place);
    row.add(format(ours / 1e6));
    row.add(format(flops / ours));
    for (String peer : peers) {
      List<PeerCell> ofPeer = cells.stream().filter(cell -> cell.peer().equals(peer)).toList();
      Optional<PeerScore> score =
          ofPeer.isEmpty() ? Optional.empty() : Optional.of(PeerScore.of(ofPeer, 1));
      row.add(score.map(s -> format(s.ratio() * ours / 1e6)).orElse(NOTHING));
      row.add(score.map(LinearReport::ratio).orElse(NOTHING));
    }
    return row;
  }

  private String memory() {
    MarkdownTable table =
        new MarkdownTable(
            List.of(
                "shape",
                "way",
                "extra MB",
                "heap MB in the first call",
                "heap bytes in a later call",
                "peak MB of the process",
                "-Xmx MB",
                "logits MB",
                "later call s"));
    for (MemoryRun run : results.memory()) {
      table.add(
          List.of(
              run.shape(),
              run.way(),
              format(run.extraBytes() / MEGABYTE),
              format(run.firstBytes() / MEGABYTE),
              Long.toString(run.laterBytes()),
              format(run.peakBytes() / MEGABYTE),
              Long.toString(run.heapMegabytes()),
              format(logitBytes(run.shape()) / MEGABYTE),
              format(run.laterNanos() / 1e9)));
    }
    return "\n## Memory\n\n" + table;
  }

  private static double logitBytes(String shape) {
    LinearShape sizes = LinearShape.parse(shape);
    return (double) Float.BYTES * sizes.rows() * sizes.classes();
  }

  private CategoryChart chart() {
    CategoryChart chart = Panels.wideBars("Extra memory in MB for loss and gradients");
    chart.getStyler().setSeriesColors(PeerCharts.COLORS);
    chart.getStyler().setDecimalPattern("0");
    List<String> shapes = results.memory().stream().map(MemoryRun::shape).distinct().toList();
    results.memory().stream()
        .map(MemoryRun::way)
        .distinct()
        .forEach(
            way ->
                chart.addSeries(
                    way, shapes, shapes.stream().map(shape -> extra(shape, way)).toList()));
    return chart;
  }

  /** Without a bar where it is missing. */
  private double extra(String shape, String way) {
    return results.memory().stream()
        .filter(run -> run.shape().equals(shape) && run.way().equals(way))
        .mapToDouble(run -> run.extraBytes() / MEGABYTE)
        .findFirst()
        .orElse(0);
  }

  private static String format(double value) {
    return MarkdownReport.format(value);
  }
}
