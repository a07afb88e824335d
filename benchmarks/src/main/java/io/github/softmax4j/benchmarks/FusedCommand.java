package io.github.softmax4j.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The subcommand {@code fused}. */
@Command(
    name = "fused",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Times the fused loss of the linear layer and its gradients beside this library's own"
          + " products and beside PyTorch, on one thread, and says what memory each needs."
    })
final class FusedCommand implements Callable<Integer> {

  private static final String SHAPES = "512x768x32000,2048x768x50257";
  private static final String LARGE_SHAPE = "2048x2048x128256";
  private static final String SMOKE_SHAPES = "33x40x257";

  @Mixin private LinearOptions options;

  @Mixin private WidthsOption widths;

  @Option(
      names = "--budgets",
      split = ",",
      defaultValue = "64",
      paramLabel = "<MB>",
      description = "Working memory of the fused loss (${DEFAULT-VALUE}); several are compared.")
  private List<Integer> budgets;

  @Option(
      names = "--large",
      description = {
        "Also " + LARGE_SHAPE + ", of which only memory and the time of one call are taken:",
        "some minutes, and up to 10 GB."
      })
  private boolean large;

  @Option(
      names = {"--output", "--out"},
      defaultValue = "${sys:benchmarks.output:-results}/fused",
      paramLabel = "<directory>",
      description = "Where fused.json, fused.md and the chart go (${DEFAULT-VALUE}).")
  private Path output;

  @Override
  public Integer call() throws IOException {
    Files.createDirectories(output);
    Path figures = output.resolve(FusedReport.FIGURES);
    List<PairedWidth> chosen = widths.chosen();
    PeerPlan plan = FusedJvm.plan(options.mode());
    LinearResults results = LinearResults.started(chosen, plan.description(options.mode()));
    List<LinearSide> sides = options.sides(FusedPeer.class, UnfusedPeer.class, results);
    List<LinearShape> shapes = options.shapes(SHAPES, SMOKE_SHAPES);
    new LinearSeries(
            options.mode(), FusedJvm.class, results, figures, System.out, FusedCommand::line)
        .run(plan.forks(), chosen, sides, shapes, budgets);
    for (LinearShape shape : shapes) {
      measureMemory(chosen.get(0), sides, shape, results);
    }
    if (large) {
      measureMemory(chosen.get(0), sides, LinearShape.parse(LARGE_SHAPE), results);
    }
    results.write(figures);
    FusedReport.write(results, output, options.out());
    return LinearOptions.verdict(results);
  }

  /** Each way in a JVM of its own. */
  private void measureMemory(
      PairedWidth width, List<LinearSide> peers, LinearShape shape, LinearResults results)
      throws IOException {
    LinearSide ours = new LinearSide(options.own(), MemoryJvm.OURS);
    for (int budget : budgets) {
      measureMemory(width, ours, shape, budget, results);
    }
    for (LinearSide peer : peers) {
      measureMemory(width, peer, shape, 0, results);
    }
  }

  private void measureMemory(
      PairedWidth width, LinearSide side, LinearShape shape, int budget, LinearResults results)
      throws IOException {
    System.out.printf("memory, %s, JVM with %s ...%n", shape, side.name());
    try {
      MemoryRun run = MemoryJvm.measure(side, width, shape, budget, options.mode());
      System.out.printf(
          Locale.ROOT, "  %d MB more, %.2f s%n", run.extraBytes() >> 20, run.laterNanos() / 1e9);
      results.memory().add(run);
    } catch (IOException e) {
      PeerProblem problem =
          new PeerProblem(
              PeerProblem.Kind.FAILED, side.name(), "memory", shape.toString(), e.getMessage());
      System.out.println("  " + problem);
      results.widths().get(width.label()).add(PeerMessage.of(problem));
    }
  }

  private static String line(PeerCell cell) {
    return String.format(
        Locale.ROOT,
        "%s, %s: %.1f ms, %s %.1f ms, ratio %.3f",
        cell.shape(),
        cell.way(),
        Measurement.median(cell.ourNanos()) / 1e6,
        cell.peer(),
        Measurement.median(cell.peerNanos()) / 1e6,
        Measurement.median(cell.ratios()));
  }
}
