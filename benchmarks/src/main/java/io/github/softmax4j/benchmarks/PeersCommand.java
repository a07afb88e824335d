package io.github.softmax4j.benchmarks;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The subcommand {@code peers}. */
@Command(
    name = "peers",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Times this library beside others that Java programs can use, in the same JVM in turns of a"
          + " millisecond, on one thread. Downloads what it needs of them, up to 700 MB."
    })
final class PeersCommand implements Callable<Integer> {

  private static final String SHAPES =
      "4096x3,4096x10,1024x100,256x1000,64x4096,16x32000,8x128256,1x1000,1x128256,2048x32000";
  private static final List<Shape> SMOKE_SHAPES = List.of(new Shape(64, 100));

  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      arity = "0..1",
      defaultValue = "quick",
      paramLabel = "quick|full|smoke",
      description = {
        "quick (default): one JVM for each peer and operation, 40 minutes.",
        "full: three, with more time: three hours, for publishing.",
        "smoke: a moment of one small shape; shows that all that load compute the right thing."
      })
  private Mode mode;

  @Option(
      names = "--peers",
      defaultValue = ".*",
      paramLabel = "<regex>",
      description = "Only these of the folders in benchmarks/peers, e.g. 'onednn|onnxruntime'.")
  private Pattern peerFilter;

  @Option(
      names = "--operations",
      defaultValue = "softmax|logSoftmax|loss|lossAndGradient",
      paramLabel = "<regex>",
      description = "Only these: ${DEFAULT-VALUE}.")
  private Pattern operationFilter;

  @Mixin private ShapesOption shapes = new ShapesOption(SHAPES);

  @Option(
      names = "--build-minutes",
      defaultValue = "120",
      paramLabel = "<minutes>",
      description =
          "How long building and downloading all of them may take; those that are not there by"
              + " then are left out, and the report says so. Default: ${DEFAULT-VALUE}.")
  private int buildMinutes;

  @Option(
      names = "--paths",
      paramLabel = "<results.json>",
      description =
          "Figures of scalar, AVX2 and AVX-512 by \"benchmarks/run\" to be part of the report.")
  private Path paths;

  @Option(
      names = "--modules",
      hidden = true,
      defaultValue = "${sys:benchmarks.peers:-peers}",
      description = "Where the peers' folders are.")
  private Path modules;

  @Option(
      names = "--output",
      defaultValue = "${sys:benchmarks.output:-results}/peers",
      paramLabel = "<directory>",
      description = "Where peers.json, peers.md and the charts go (${DEFAULT-VALUE}).")
  private Path output;

  @Override
  public Integer call() throws IOException {
    PeerPlan plan = PeerPlan.of(mode);
    List<Operation> operations = operations();
    prepareOutput();
    PeerResults results =
        PeerResults.started(Environment.ofThisMachine(plan.description(mode), Map.of()));
    List<PeerModule> built = built(results);
    new PeerSeries(plan, results, output, System.out).run(built, operations, chosenShapes());
    if (mode == Mode.SMOKE) {
      PeerReport.write(results, output, new PrintStream(OutputStream.nullOutputStream()));
      return smokeResult(results);
    }
    PeerReport.write(results, output, System.out);
    return 0;
  }

  /** What runs must be right in a smoke run; what this machine cannot load is only named. */
  private static int smokeResult(PeerResults results) {
    System.out.printf("%nRight: %d results.%n", results.cells().size());
    results.problems().forEach(System.out::println);
    boolean isRight = results.problems().stream().noneMatch(PeerProblem::isAFault);
    return isRight && !results.cells().isEmpty() ? 0 : 1;
  }

  private List<Operation> operations() {
    return atLeastOne(
        Arrays.stream(Operation.values())
            .filter(o -> operationFilter.matcher(o.methodName()).matches())
            .toList(),
        "operation");
  }

  private List<PeerModule> built(PeerResults results) throws IOException {
    Predicate<PeerModule> chosen = m -> peerFilter.matcher(m.name()).matches();
    List<PeerModule> wanted =
        atLeastOne(PeerModule.in(modules, Peer.class).stream().filter(chosen).toList(), "peer");
    Path benchmarks = Path.of(System.getProperty("java.class.path"));
    PeerBuild build = new PeerBuild(System.out, benchmarks, Duration.ofMinutes(buildMinutes));
    return build.buildAll(wanted, problem -> results.add(PeerMessage.of(problem)));
  }

  private List<Shape> chosenShapes() {
    return mode == Mode.SMOKE ? shapes.or(SMOKE_SHAPES) : shapes.chosen();
  }

  /** What an earlier run left would be taken for this one's. */
  private void prepareOutput() throws IOException {
    Files.createDirectories(output);
    for (String file : List.of(PeerResults.FILE, PeerReport.PAGE)) {
      Files.deleteIfExists(output.resolve(file));
    }
    Path copy = output.resolve(PeerReport.PATHS);
    if (paths == null) {
      Files.deleteIfExists(copy);
    } else {
      Files.copy(paths, copy, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private <T> List<T> atLeastOne(List<T> chosen, String what) {
    if (chosen.isEmpty()) {
      throw new ParameterException(spec.commandLine(), "nothing to run: no " + what + " matches");
    }
    return chosen;
  }
}
