package io.github.softmax4j.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The subcommand {@code linear}. */
@Command(
    name = "linear",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Times the products of the linear layer beside MKL, OpenBLAS and a pure Java BLAS, on one"
          + " thread, and beside the limits of the machine. Downloads 200 MB at first."
    })
final class LinearCommand implements Callable<Integer> {

  private static final String SHAPES =
      "256x512x1000,512x1024x4096,64x4096x32000,"
          + "100x300x1000,33x129x257,7x64x10,1000x784x10,128x784x10,"
          + "1x4096x32000,4x4096x32000";
  private static final String SMOKE_SHAPES = "33x129x257,1x129x257";
  private static final String YOUNG_PEER = "vectorblas";
  private static final int SECOND = 1000;

  @Mixin private LinearOptions options;

  @Mixin private WidthsOption widths;

  @Option(
      names = "--young",
      paramLabel = "<number>",
      description = "JVMs whose first second is looked at; by default 3, with full 7.")
  private Integer young;

  @Option(
      names = {"--output", "--out"},
      defaultValue = "${sys:benchmarks.output:-results}/linear",
      paramLabel = "<directory>",
      description = "Where linear.json, linear.md and the charts go (${DEFAULT-VALUE}).")
  private Path output;

  @Override
  public Integer call() throws IOException {
    Files.createDirectories(output);
    Path figures = output.resolve(LinearReport.FIGURES);
    List<PairedWidth> chosen = widths.chosen();
    PeerPlan plan = PeerPlan.of(options.mode());
    LinearResults results = LinearResults.started(chosen, plan.description(options.mode()));
    List<LinearSide> sides = options.sides(LinearPeer.class, LinearLimits.class, results);
    new LinearSeries(
            options.mode(), LinearJvm.class, results, figures, System.out, LinearCommand::line)
        .run(plan.forks(), chosen, sides, options.shapes(SHAPES, SMOKE_SHAPES), List.of(0));
    runYoung(chosen, sides, results);
    results.write(figures);
    LinearReport.write(results, output, options.out());
    return LinearOptions.verdict(results);
  }

  /** In turns, so that what the machine does meets all of them. */
  private void runYoung(List<PairedWidth> chosen, List<LinearSide> sides, LinearResults results)
      throws IOException {
    List<LinearSide> both = new ArrayList<>();
    both.add(new LinearSide(options.own(), YoungJvm.OURS));
    sides.stream().filter(side -> side.name().equals(YOUNG_PEER)).forEach(both::add);
    int slots = options.mode() == Mode.SMOKE ? 1 : SECOND / YoungJvm.SLOT_MILLIS;
    for (int round = 1; round <= youngJvms(); round++) {
      for (PairedWidth width : chosen) {
        for (LinearSide side : both) {
          System.out.printf("%s, young JVM %d with %s%n", width.label(), round, side.name());
          results.young().add(YoungJvm.measure(width, side.name(), side, slots));
        }
      }
    }
  }

  private int youngJvms() {
    if (young != null) {
      return young;
    }
    return switch (options.mode()) {
      case SMOKE -> 1;
      case QUICK -> 3;
      case FULL -> 7;
    };
  }

  private static String line(PeerCell cell) {
    LinearCase linearCase = LinearCase.of(cell);
    PeerScore score = PeerScore.of(List.of(cell), linearCase.amount());
    return String.format(
        Locale.ROOT,
        "%s, %s: %.1f %s, %s %.1f, ratio %.3f",
        linearCase,
        cell.setting().label(),
        1 / score.ourNanos(),
        linearCase.unit(),
        cell.label(),
        1 / score.ourNanos() / score.ratio(),
        score.ratio());
  }
}
