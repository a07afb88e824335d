package io.github.softmax4j.benchmarks;

import io.github.softmax4j.benchmarks.WarmupReport.WarmupResults;
import io.github.softmax4j.cli.Operation;
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
import picocli.CommandLine.Option;

/** The subcommand {@code warmup}. */
@Command(
    name = "warmup",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Times JVMs from their start to the first result and until they are fast.")
final class WarmupCommand implements Callable<Integer> {
  private static final Set<Operation> OPERATIONS =
      EnumSet.of(Operation.SOFTMAX, Operation.LOSS_AND_GRADIENT);

  @Mixin private CaseOptions options = new CaseOptions("256x1000");
  @Mixin private OutputOption output = new OutputOption("warmup");

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
  private int millis;

  @Override
  public Integer call() throws IOException {
    options.atLeastOne("--jvms", jvms);
    options.atLeastOne("--millis", millis);
    List<Operation> operations = options.operations(OPERATIONS, OPERATIONS::contains);
    List<Shape> shapes = options.shapes();
    Map<Variant, Integer> lanes = options.lanes(variant -> true);
    List<Case> cases = Mode.FULL.cases(operations, shapes, List.copyOf(lanes.keySet()));
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
    Path directory = Files.createDirectories(output.directory());
    Path json = directory.resolve("warmup.json");
    Path table = directory.resolve("warmup.md");
    String markdown = new WarmupReport(results, cases).toString();
    Files.writeString(json, Json.text(results));
    Files.writeString(table, markdown);
    System.out.printf("%n%s%nFigures: %s%nTable: %s%n", markdown, json, table);
  }
}
