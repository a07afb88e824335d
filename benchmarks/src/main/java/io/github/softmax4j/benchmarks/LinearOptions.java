package io.github.softmax4j.benchmarks;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The options of the commands about the linear layer. */
final class LinearOptions {

  @Parameters(
      index = "0",
      arity = "0..1",
      defaultValue = "quick",
      paramLabel = "quick|full|smoke",
      description = {
        "quick (default): one JVM for each peer and width.",
        "full: three, with more time, for publishing.",
        "smoke: a moment of small shapes; shows that all that load compute the right thing."
      })
  private Mode mode;

  @Option(
      names = "--peers",
      defaultValue = ".*",
      paramLabel = "<regex>",
      description = "Only those whose names match, as they are printed.")
  private Pattern peerFilter;

  @Option(
      names = "--shapes",
      split = ",",
      paramLabel = "<rows>x<features>x<classes>",
      description = "Other shapes than those of the README.")
  private List<LinearShape> shapes;

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

  Mode mode() {
    return mode;
  }

  /** For the report: of a smoke run it is only about whether it can be written. */
  PrintStream out() {
    return mode == Mode.SMOKE ? new PrintStream(OutputStream.nullOutputStream()) : System.out;
  }

  /**
   * @param byDefault with commas between them
   * @param ofSmoke the same
   */
  List<LinearShape> shapes(String byDefault, String ofSmoke) {
    String others = mode == Mode.SMOKE ? ofSmoke : byDefault;
    return shapes == null
        ? Arrays.stream(others.split(",")).map(LinearShape::parse).toList()
        : shapes;
  }

  /** In the place of a module, for what is in the benchmarks themselves. */
  PeerModule own() {
    return new PeerModule(modules.resolveSibling("target").resolve("own"));
  }

  /**
   * Those that are asked for and can be had.
   *
   * @param own one that is in the benchmarks themselves
   */
  List<LinearSide> sides(Class<?> service, Class<?> own, LinearResults results) throws IOException {
    List<LinearSide> sides = new ArrayList<>(List.of(new LinearSide(own(), own.getName())));
    Path benchmarks = Path.of(System.getProperty("java.class.path"));
    PeerBuild build = new PeerBuild(System.out, benchmarks, Duration.ofMinutes(buildMinutes));
    List<PeerModule> built =
        build.buildAll(
            wanted(service),
            problem -> results.widths().values().forEach(w -> w.add(PeerMessage.of(problem))));
    sides.addAll(LinearSide.in(built, service));
    return sides.stream().filter(this::isChosen).toList();
  }

  private List<PeerModule> wanted(Class<?> service) throws IOException {
    List<PeerModule> wanted = new ArrayList<>();
    for (PeerModule module : PeerModule.in(modules, service)) {
      boolean isAsked = LinearSide.in(List.of(module), service).stream().anyMatch(this::isChosen);
      if (isAsked && noDownloads && !module.hasAllLibraries()) {
        System.out.println(module.name() + ": left out, no earlier run has downloaded it");
      } else if (isAsked) {
        wanted.add(module);
      }
    }
    return wanted;
  }

  private boolean isChosen(LinearSide side) {
    return peerFilter.matcher(side.name()).matches();
  }

  /**
   * Says what was right and what was not.
   *
   * @return the exit code
   */
  static int verdict(LinearResults results) {
    System.out.printf("%nRight: %d results.%n", results.cells().size());
    results.problems().forEach(System.out::println);
    boolean isRight = results.problems().stream().noneMatch(PeerProblem::isAFault);
    return isRight && !results.cells().isEmpty() ? 0 : 1;
  }
}
