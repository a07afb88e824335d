package io.github.softmax4j.benchmarks;

import io.github.softmax4j.cli.Operation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The command line of the benchmarks: chooses the cases, has them run, has the report written. */
@Command(
    name = "benchmarks/run",
    mixinStandardHelpOptions = true,
    subcommands = {
      WarmupCommand.class,
      PairedCommand.class,
      PeersCommand.class,
      LinearCommand.class,
      FusedCommand.class,
      ReportCommand.class,
      CompareCommand.class
    },
    sortOptions = false,
    description = "Times softmax4j on this machine, on each of its paths that the CPU has.",
    footer = {
      "",
      "Regular expressions must match the whole name, in upper or lower case.",
      "Shapes of three sizes, as in 8x21x65536, have the class axis in the middle.",
      "Example: run full --operation 'softmax|loss' --shapes 4096x2,2048x32000 --variant avx.*"
    })
public final class Main implements Callable<Integer> {
  private static final String SHAPES = "4096x10,1024x100,256x1000,64x4096,16x32000,8x128256,1x1000";
  private static final Shape SMALL_IMAGE = new Shape(2, 21, 50);

  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      arity = "0..1",
      defaultValue = "quick",
      paramLabel = "quick|full|smoke",
      description = {
        "quick (default): the main operations, one JVM each, eight minutes on two CPUs.",
        "full: the usual operations, three JVMs each, more time; an hour, for publishing.",
        "smoke: a moment of the usual operations, every shape and path; shows that they work."
      })
  private Mode mode;

  @Mixin private CaseOptions options = new CaseOptions(SHAPES);
  @Mixin private OutputOption output = new OutputOption("");

  @Option(
      names = "--rounds",
      defaultValue = "1",
      paramLabel = "<number>",
      description = "How often every case is measured, in turns (${DEFAULT-VALUE}).")
  private int rounds;

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    CommandLine commands = new CommandLine(new Main());
    PairingCommand.addTo(commands);
    return commands
        .setCaseInsensitiveEnumValuesAllowed(true)
        .registerConverter(Shape.class, text -> parsed(text, Shape::parse))
        .registerConverter(LinearShape.class, text -> parsed(text, LinearShape::parse))
        .registerConverter(Pattern.class, regex -> Pattern.compile(regex, Pattern.CASE_INSENSITIVE))
        .setParameterExceptionHandler(Main::refuse)
        .setExecutionExceptionHandler(Main::explain);
  }

  private static <T> T parsed(String text, Function<String, T> parse) {
    try {
      return parse.apply(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }

  /** In a sentence: the whole help would hide it. */
  private static int refuse(ParameterException e, String[] args) {
    String message = e.getMessage().lines().findFirst().orElseThrow();
    e.getCommandLine().getErr().println(message + " See --help.");
    return CommandLine.ExitCode.USAGE;
  }

  /** What goes wrong with a file or another program gains nothing from a stack trace. */
  private static int explain(Exception e, CommandLine command, ParseResult arguments)
      throws Exception {
    if (!(e instanceof IOException || e instanceof RunFailedException)) {
      throw e;
    }
    command.getErr().println(e instanceof RunFailedException ? e.getMessage() : "Failed: " + e);
    return CommandLine.ExitCode.SOFTWARE;
  }

  @Override
  public Integer call() throws IOException {
    boolean isSmoke = mode == Mode.SMOKE;
    List<Operation> operations = options.operations(mode.operations(), o -> true);
    List<Shape> shapes = isSmoke ? options.shapes(SMALL_IMAGE) : options.shapes();
    options.atLeastOne("--rounds", rounds);
    Map<Variant, Integer> lanes = options.lanes(variant -> true);
    List<List<Case>> cases =
        mode.cases(operations, shapes, List.copyOf(lanes.keySet())).stream().map(List::of).toList();
    Path directory = output.directory();
    Environment environment = Environment.ofThisMachine(mode.describe(rounds), lanes);
    new CaseSeries(mode, directory, environment, null, System.out)
        .run(
            rounds == 1
                ? cases.stream().flatMap(List::stream).toList()
                : CaseOptions.inRounds(cases, rounds));
    Report.write(directory.resolve(CaseSeries.RESULTS), directory, System.out);
    return isSmoke ? Math.max(smoke("linear"), smoke("fused")) : CommandLine.ExitCode.OK;
  }

  /** With the peers that are here; nothing is downloaded for it. */
  private int smoke(String command) {
    return spec.commandLine()
        .getSubcommands()
        .get(command)
        .execute(
            "smoke", "--no-downloads", "--output", output.directory().resolve(command).toString());
  }
}
