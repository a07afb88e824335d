package io.github.softmax4j.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
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
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The command line of the benchmarks: chooses the cases, has them run, has the report written. */
@Command(
    name = "benchmarks/run",
    mixinStandardHelpOptions = true,
    subcommands = {
      PeersCommand.class,
      MixedCommand.class,
      InPlaceCommand.class,
      WarmupCommand.class,
      PairedCommand.class,
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

  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      arity = "0..1",
      defaultValue = "quick",
      paramLabel = "quick|full|smoke",
      description = {
        "quick (default): the main operations, one JVM each, some five minutes on two CPUs.",
        "full: all operations, three JVMs each, more time; half an hour, for publishing.",
        "smoke: a moment of every operation, shape and path; shows that they work."
      })
  private Mode mode;

  @Mixin private Selection selection;

  @Option(
      names = "--shape",
      defaultValue = ".*",
      paramLabel = "<regex>",
      description = "Only these of the shapes, e.g. '.*x1000'.")
  private Pattern shapeFilter;

  @Mixin private ShapesOption shapes = new ShapesOption(Mode.SHAPES);

  @Mixin private RoundsOption rounds;

  @Option(
      names = "--ceiling",
      paramLabel = "<program>",
      description = "A native program to compare with; the README says what it must print.")
  private String ceiling;

  @Option(
      names = "--output",
      defaultValue = "${sys:benchmarks.output:-results}",
      paramLabel = "<directory>",
      description = "Where results.json, results.md and results.svg go (${DEFAULT-VALUE}).")
  private Path output;

  public static void main(String[] args) {
    System.exit(
        new CommandLine(new Main())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .registerConverter(Shape.class, text -> parsed(text, Shape::parse))
            .registerConverter(LinearShape.class, text -> parsed(text, LinearShape::parse))
            .registerConverter(
                Pattern.class, regex -> Pattern.compile(regex, Pattern.CASE_INSENSITIVE))
            .setExecutionExceptionHandler(Main::explain)
            .execute(args));
  }

  private static <T> T parsed(String text, Function<String, T> parse) {
    try {
      return parse.apply(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }

  /**
   * What goes wrong is a missing file or something that failed: neither gains from a stack trace.
   */
  private static int explain(Exception e, CommandLine command, ParseResult arguments)
      throws Exception {
    if (!(e instanceof IOException || e instanceof RunFailedException)) {
      throw e;
    }
    System.err.println();
    System.err.println(e instanceof RunFailedException ? e.getMessage() : e.toString());
    return CommandLine.ExitCode.SOFTWARE;
  }

  @Override
  public Integer call() throws IOException {
    Map<Variant, Integer> lanes = selection.lanesOfVariants(variant -> true);
    List<Operation> operations = selection.operations(mode.operations());
    List<Case> cases = mode.cases(operations, chosenShapes(), List.copyOf(lanes.keySet()));
    RunFolder folder = new RunFolder(output);
    folder.prepare(Environment.describe(mode, rounds.number()), lanes);
    run(cases, folder.resultsJson());
    Report.write(folder.resultsJson(), output, System.out);
    return mode == Mode.SMOKE ? smokeOfLinearLayer() : CommandLine.ExitCode.OK;
  }

  /** With the peers that are here; nothing is downloaded for it. */
  private int smokeOfLinearLayer() {
    return Math.max(smoke("linear"), smoke("fused"));
  }

  private int smoke(String command) {
    return spec.commandLine()
        .getSubcommands()
        .get(command)
        .execute("smoke", "--no-downloads", "--output", output.resolve(command).toString());
  }

  private void run(List<Case> cases, Path json) {
    CaseSeries series = new CaseSeries(mode, json, System.out);
    if (ceiling == null) {
      series.run(rounds.number() == 1 ? cases : Rounds.of(cases, rounds.number()), index -> {});
      return;
    }
    CeilingProgram program = new CeilingProgram(ceiling);
    List<Case> inTurns = Rounds.of(cases, rounds.number());
    CeilingSchedule schedule = new CeilingSchedule(inTurns);
    series.run(
        inTurns,
        index -> schedule.dueBefore(index).forEach(shape -> measure(program, shape, index)));
  }

  private void measure(CeilingProgram program, Shape shape, int casesBefore) {
    System.out.println("ceiling of " + shape);
    try {
      Ceiling.append(output, casesBefore, program.measure(shape));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Shape> chosenShapes() {
    return selection.atLeastOne(
        shapes.or(mode.shapes()).stream()
            .filter(s -> shapeFilter.matcher(s.toString()).matches())
            .toList(),
        "shape");
  }
}
