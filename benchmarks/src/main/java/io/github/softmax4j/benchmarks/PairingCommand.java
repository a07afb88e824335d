package io.github.softmax4j.benchmarks;

import io.github.softmax4j.cli.Operation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The subcommands that measure two kinds of a case in turns. */
@Command(mixinStandardHelpOptions = true, sortOptions = false)
final class PairingCommand implements Callable<Integer> {
  private final Pairing pairing;

  @Parameters(
      index = "0",
      arity = "0..1",
      defaultValue = "quick",
      paramLabel = "quick|full|smoke",
      description = "How thorough: one JVM of each case (default), three, or a moment.")
  private Mode mode;

  @Mixin private CaseOptions options;
  @Mixin private OutputOption output;

  @Option(
      names = "--program",
      paramLabel = "<file>",
      description = "Of the ceiling: another native program than that of the benchmarks.")
  private String program;

  @Option(
      names = "--rounds",
      defaultValue = "1",
      paramLabel = "<number>",
      description = "How often every case is measured, in turns (${DEFAULT-VALUE}).")
  private int rounds;

  private PairingCommand(Pairing pairing) {
    this.pairing = pairing;
    options = new CaseOptions(pairing.shapes());
    output = new OutputOption(pairing.command());
  }

  /** Makes a command of each kind. */
  static void addTo(CommandLine commands) {
    for (Pairing pairing : Pairing.values()) {
      CommandLine command = new CommandLine(new PairingCommand(pairing));
      command.getCommandSpec().usageMessage().description(pairing.description());
      commands.addSubcommand(pairing.command(), command);
    }
  }

  @Override
  public Integer call() throws IOException {
    options.atLeastOne("--rounds", rounds);
    List<Operation> operations = options.operations(usual(), pairing::has);
    List<Shape> shapes = options.shapes();
    Map<Variant, Integer> lanes = options.lanes(pairing::has);
    List<List<Case>> pairs =
        mode.cases(operations, shapes, List.copyOf(lanes.keySet())).stream()
            .map(pairing::inTurns)
            .toList();
    Environment environment = Environment.ofThisMachine(mode.describe(rounds), lanes);
    Path directory = output.directory();
    new CaseSeries(mode, directory, environment, nativeProgram(), System.out)
        .run(CaseOptions.inRounds(pairs, rounds));
    Report.write(directory.resolve(CaseSeries.RESULTS), directory, System.out);
    return 0;
  }

  private Set<Operation> usual() {
    return Mode.QUICK.operations();
  }

  private NativeProgram nativeProgram() throws IOException {
    if (pairing != Pairing.CEILING) {
      return null;
    }
    return program == null ? NativeProgram.built(OutputOption.home()) : new NativeProgram(program);
  }
}
