package io.github.softmax4j.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The subcommand {@code warmup}. */
@Command(
    name = "warmup",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Times JVMs from their start to the first result and until they are fast.")
final class WarmupCommand implements Callable<Integer> {

  private static final Set<Operation> OPERATIONS =
      EnumSet.of(Operation.SOFTMAX, Operation.LOSS_AND_GRADIENT);

  @Spec private CommandSpec spec;

  @Mixin private Selection selection;

  @Mixin private ShapesOption shapes = new ShapesOption("256x1000");

  @Option(
      names = "--jvms",
      defaultValue = "7",
      paramLabel = "<number>",
      description = "How many of each kind (${DEFAULT-VALUE}).")
  private int jvms;

  @Option(
      names = "--millis",
      defaultValue = "5000",
      paramLabel = "<milliseconds>",
      description = "For how long each of them calls (${DEFAULT-VALUE}).")
  private long millis;

  @Option(
      names = "--output",
      defaultValue = "${sys:benchmarks.output:-results}/warmup",
      paramLabel = "<directory>",
      description = "Where warmup.json and warmup.md go (${DEFAULT-VALUE}).")
  private Path output;

  @Override
  public Integer call() throws IOException {
    if (jvms < 1 || millis < 1) {
      throw new ParameterException(spec.commandLine(), "--jvms and --millis must be at least 1");
    }
    Map<Variant, Integer> lanes = selection.lanesOfVariants(variant -> true);
    List<Operation> operations =
        selection.operations(OPERATIONS).stream().filter(OPERATIONS::contains).toList();
    selection.atLeastOne(operations, "operation");
    List<Case> cases = Mode.FULL.cases(operations, shapes.chosen(), List.copyOf(lanes.keySet()));
    Files.createDirectories(output);
    String how = "%d JVMs of each kind, in turns, %d ms of calls".formatted(jvms, millis);
    write(new WarmupResults(Environment.ofThisMachine(how, lanes), run(cases)), cases);
    return 0;
  }

  /** In turns: what the machine does meanwhile is to meet all kinds of JVM. */
  private List<WarmupRun> run(List<Case> cases) throws IOException {
    List<WarmupRun> runs = new ArrayList<>();
    for (int round = 1; round <= jvms; round++) {
      for (Case benchmarkCase : cases) {
        System.out.printf("round %d of %d: %s ... ", round, jvms, benchmarkCase);
        System.out.flush();
        WarmupRun run = WarmupRun.of(benchmarkCase, WarmupJvm.measure(benchmarkCase, millis));
        System.out.printf(
            Locale.ROOT, "first result after %.0f ms%n", run.nanosToFirstResult() / 1e6);
        runs.add(run);
      }
    }
    return runs;
  }

  private void write(WarmupResults results, List<Case> cases) throws IOException {
    Path json = output.resolve("warmup.json");
    Path table = output.resolve("warmup.md");
    String markdown = new WarmupReport(results, cases).toString();
    new ObjectMapper().writeValue(json.toFile(), results);
    Files.writeString(table, markdown);
    System.out.println();
    System.out.println(markdown);
    System.out.println("Figures: " + json);
    System.out.println("Table: " + table);
  }
}
