package io.github.softmax4j.benchmarks;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

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
  private static final PrintStream NOWHERE = new PrintStream(OutputStream.nullOutputStream());
  private static final String SMOKE_SHAPES = "33x129x257,1x129x257";

  @Parameters(
      index = "0",
      arity = "0..1",
      defaultValue = "quick",
      paramLabel = "quick|full|smoke",
      description = {
        "quick (default): one JVM for each peer and width, ten minutes.",
        "full: three, with more time, for publishing.",
        "smoke: a moment of small shapes; shows that all that load compute the right thing."
      })
  private Mode mode;

  @Option(
      names = "--peers",
      defaultValue = ".*",
      paramLabel = "<regex>",
      description = "Only these of mkl, openblas, vectorblas and limits, e.g. 'mkl|limits'.")
  private Pattern peerFilter;

  @Option(
      names = "--shapes",
      split = ",",
      paramLabel = "<rows>x<features>x<classes>",
      description = "Other shapes than " + SHAPES + ".")
  private List<LinearShape> shapes;

  @Mixin private WidthsOption widths;

  @Option(
      names = "--young",
      paramLabel = "<number>",
      description = "JVMs whose first second is looked at: 0 for none; by default as the mode.")
  private Integer young;

  @Option(
      names = "--build-minutes",
      defaultValue = "60",
      paramLabel = "<minutes>",
      description = "How long downloads may take (${DEFAULT-VALUE}); what is missing is named.")
  private int buildMinutes;

  @Option(
      names = "--no-downloads",
      description = "Without the peers that no earlier run has downloaded.")
  private boolean noDownloads;

  @Option(
      names = "--modules",
      hidden = true,
      defaultValue = "${sys:benchmarks.peers:-peers}",
      description = "Where the peers' folders are.")
  private Path modules;

  @Option(
      names = {"--output", "--out"},
      defaultValue = "${sys:benchmarks.output:-results}/linear",
      paramLabel = "<directory>",
      description = "Where linear.json, linear.md and the charts go (${DEFAULT-VALUE}).")
  private Path output;

  @Override
  public Integer call() throws IOException {
    Files.createDirectories(output);
    Files.deleteIfExists(output.resolve(LinearReport.PAGE));
    List<PairedWidth> chosen = widths.chosen();
    LinearResults results = started(chosen);
    List<LinearSide> sides = sides(results);
    LinearSeries series = new LinearSeries(mode, results, output, System.out);
    series.run(chosen, sides, chosenShapes());
    series.runYoung(chosen, youngSides(sides), youngJvms(), mode == Mode.SMOKE ? 2 : 20);
    LinearReport.write(results, output, mode == Mode.SMOKE ? NOWHERE : System.out);
    System.out.printf("%nRight: %d products.%n", results.cells().size());
    results.problems().forEach(System.out::println);
    boolean isRight = results.problems().stream().noneMatch(PeerProblem::isAFault);
    return isRight && !results.cells().isEmpty() ? 0 : 1;
  }

  private LinearResults started(List<PairedWidth> chosen) {
    LinearResults results = LinearResults.started();
    for (PairedWidth width : chosen) {
      results
          .widths()
          .put(
              width.label(),
              PeerResults.started(
                  Environment.ofThisMachine(PeerPlan.of(mode).description(mode), Map.of()),
                  "%s; `%s`, environment %s"
                      .formatted(
                          PeerProcess.conditions(),
                          String.join(" ", width.flags()),
                          width.environment())));
    }
    return results;
  }

  /** The peers that can be had, and the limits, which are in the benchmarks themselves. */
  private List<LinearSide> sides(LinearResults results) throws IOException {
    List<PeerModule> wanted = new ArrayList<>();
    for (PeerModule module : PeerModule.in(modules, LinearPeer.class)) {
      boolean isAsked =
          LinearSide.in(List.of(module), LinearPeer.class).stream().anyMatch(this::isChosen);
      if (isAsked && noDownloads && !module.hasAllLibraries()) {
        System.out.println(module.name() + " is not downloaded: ./benchmarks/run linear does that");
      } else if (isAsked) {
        wanted.add(module);
      }
    }
    List<LinearSide> all = new ArrayList<>();
    all.add(new LinearSide(own(), LinearLimits.class.getName()));
    Path benchmarks = Path.of(System.getProperty("java.class.path"));
    PeerBuild build = new PeerBuild(System.out, benchmarks, Duration.ofMinutes(buildMinutes));
    all.addAll(
        LinearSide.in(
            build.buildAll(
                wanted,
                problem -> results.widths().values().forEach(w -> w.add(PeerMessage.of(problem)))),
            LinearPeer.class));
    return all.stream().filter(this::isChosen).toList();
  }

  private boolean isChosen(LinearSide side) {
    return peerFilter.matcher(side.name()).matches();
  }

  /** This library, and the peer that needs a JVM's compiler as it does. */
  private List<LinearSide> youngSides(List<LinearSide> sides) {
    List<LinearSide> young = new ArrayList<>(List.of(new LinearSide(own(), YoungJvm.OURS)));
    sides.stream().filter(side -> side.name().equals("vectorblas")).forEach(young::add);
    return young;
  }

  private int youngJvms() {
    if (young != null) {
      return young;
    }
    return switch (mode) {
      case SMOKE -> 1;
      case QUICK -> 3;
      case FULL -> 7;
    };
  }

  /** In the place of a module, without any library. */
  private PeerModule own() {
    return new PeerModule(modules.resolveSibling("target").resolve("own"));
  }

  private List<LinearShape> chosenShapes() {
    String byDefault = mode == Mode.SMOKE ? SMOKE_SHAPES : SHAPES;
    return shapes == null
        ? Arrays.stream(byDefault.split(",")).map(LinearShape::parse).toList()
        : shapes;
  }
}
