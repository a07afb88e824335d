package io.github.softmax4j.benchmarks;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What the commands that measure peers have in common. */
abstract class ContestCommand implements Callable<Integer> {
  private final Contest contest;
  private final int usualWidths;
  private final List<String> knownOperations;
  private final List<String> smokeShapes;
  private final Class<? extends NamedPeer> own;

  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      arity = "0..1",
      defaultValue = "quick",
      paramLabel = "quick|full|smoke",
      description = {
        "quick (default): one JVM for each peer, and with logits for each operation.",
        "full: three, with more time, for publishing.",
        "smoke: a moment of small shapes; shows that all that load compute the right thing."
      })
  private Mode mode;

  @Option(
      names = "--peers",
      paramLabel = "<regex>",
      description = "Only those whose names match, e.g. 'onednn|onnxruntime'.")
  private Pattern peers;

  @Option(names = "--operations", paramLabel = "<regex>", description = "Only these.")
  private Pattern operations;

  @Mixin private WidthsOption widths;

  @Option(
      names = "--build-minutes",
      defaultValue = "60",
      paramLabel = "<minutes>",
      description =
          "How long building and downloading peers may take (${DEFAULT-VALUE}); those that are not"
              + " there by then are left out, and the report says so.")
  private int buildMinutes;

  @Option(
      names = "--no-downloads",
      description = "Without the peers that no earlier run has downloaded.")
  private boolean noDownloads;

  @Mixin private OutputOption output;

  /**
   * @param usualWidths how many of the widths there are without a wish
   * @param knownOperations all that can be chosen
   * @param smokeShapes those of a smoke run
   * @param own a side that is in the benchmarks themselves; {@code null} if there is none
   */
  ContestCommand(
      Contest contest,
      int usualWidths,
      List<String> knownOperations,
      List<String> smokeShapes,
      Class<? extends NamedPeer> own) {
    this.contest = contest;
    this.usualWidths = usualWidths;
    this.knownOperations = knownOperations;
    this.smokeShapes = smokeShapes;
    this.own = own;
    output = new OutputOption(contest.id());
  }

  /** Those asked for, or else the usual ones. */
  abstract List<?> shapes();

  /** The same for this mode, as they are written. */
  List<String> shapesOfMode() {
    return mode == Mode.SMOKE ? smokeShapes : shapes().stream().map(Object::toString).toList();
  }

  List<Integer> budgets() {
    return List.of(0);
  }

  /** Before anything is built or written. */
  void check() throws IOException {}

  /** Something else that is measured once the peers are. */
  void measureMore(List<Variant> widths, List<PeerSide> sides, PeerResults results)
      throws IOException {}

  Mode mode() {
    return mode;
  }

  Path directory() {
    return output.directory();
  }

  /** In the place of a module, for what is in the benchmarks themselves. */
  static PeerModule ownModule() {
    return new PeerModule(OutputOption.home().resolve("target").resolve("own"));
  }

  @Override
  public final Integer call() throws IOException {
    check();
    List<String> chosenShapes = shapesOfMode();
    List<String> some =
        CaseOptions.chosen(spec, "operation", operations, knownOperations, name -> name);
    List<PeerSide> wanted = wanted(some);
    List<Variant> chosenWidths = widths.chosen(usualWidths);
    PeerPlan plan = contest.plan(mode);
    PeerResults results = PeerResults.started(chosenWidths, plan.description(mode));
    List<PeerSide> sides = built(wanted, results);
    Path file = directory().resolve(contest.id() + ".json");
    new PeerSeries(contest, plan, results, file, System.out)
        .run(chosenWidths, sides, perJvm(some), chosenShapes, budgets());
    measureMore(chosenWidths, sides, results);
    results.write(file);
    boolean isSmoke = mode == Mode.SMOKE;
    PeerReport.write(
        results,
        directory(),
        isSmoke ? new PrintStream(OutputStream.nullOutputStream()) : System.out);
    return verdict(results);
  }

  /**
   * Of logits one, so that a crash costs no more. Where it is only about being right, all that the
   * same peers have.
   */
  private List<List<String>> perJvm(List<String> some) {
    if (contest == Contest.PEERS && mode.timesMeanSomething()) {
      return some.stream().map(List::of).toList();
    }
    Collection<List<String>> ofServices =
        some.stream()
            .collect(
                Collectors.groupingBy(contest::service, LinkedHashMap::new, Collectors.toList()))
            .values();
    return List.copyOf(ofServices);
  }

  private List<PeerSide> wanted(List<String> some) throws IOException {
    List<PeerSide> known = new ArrayList<>();
    if (own != null) {
      known.add(new PeerSide(ownModule(), own.getName(), contest.service(some.get(0))));
    }
    List<PeerModule> modules = PeerModule.in(OutputOption.home().resolve("peers"));
    for (Class<?> service : some.stream().map(contest::service).distinct().toList()) {
      known.addAll(PeerSide.in(modules, service));
    }
    List<PeerSide> wanted = new ArrayList<>();
    for (PeerSide side : CaseOptions.chosen(spec, "peer", peers, known, PeerSide::name)) {
      if (noDownloads && !isOwn(side) && !side.module().hasAllLibraries()) {
        System.out.println(side.name() + ": left out, no earlier run has downloaded it");
      } else {
        wanted.add(side);
      }
    }
    return wanted;
  }

  private boolean isOwn(PeerSide side) {
    return own != null && own.getName().equals(side.provider());
  }

  /** Those that can be had; of the others the results say why not. */
  private List<PeerSide> built(List<PeerSide> wanted, PeerResults results) throws IOException {
    Path benchmarks = Path.of(System.getProperty("java.class.path"));
    PeerBuild build = new PeerBuild(System.out, benchmarks, Duration.ofMinutes(buildMinutes));
    List<PeerModule> modules =
        wanted.stream().filter(side -> !isOwn(side)).map(PeerSide::module).distinct().toList();
    List<PeerModule> built = build.buildAll(modules, results::addToAll);
    return wanted.stream().filter(s -> isOwn(s) || built.contains(s.module())).toList();
  }

  /** Says what was right and what was not; the exit code. */
  private static int verdict(PeerResults results) {
    System.out.printf("%nRight: %d results.%n", results.cells().size());
    results.problems().forEach(System.out::println);
    boolean isRight = results.problems().stream().noneMatch(PeerProblem::isAFault);
    return isRight && !results.cells().isEmpty() ? 0 : 1;
  }
}
