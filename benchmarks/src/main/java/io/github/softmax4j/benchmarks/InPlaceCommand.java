package io.github.softmax4j.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The subcommand {@code in-place}. */
@Command(
    name = "in-place",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Compares results that take their logits' place with results that lie apart.")
final class InPlaceCommand implements Callable<Integer> {

  private static final String SHAPES = "4096x3,4096x10,1024x100,256x1000,64x4096,8x128256";

  @Parameters(
      index = "0",
      arity = "0..1",
      defaultValue = "quick",
      paramLabel = "quick|full|smoke",
      description = "How thorough: one JVM of each kind (default), three, or a moment.")
  private Mode mode;

  @Mixin private Selection selection;

  @Mixin private ShapesOption shapes = new ShapesOption(SHAPES);

  @Mixin private RoundsOption rounds;

  @Option(
      names = "--output",
      defaultValue = "${sys:benchmarks.output:-results}/in-place",
      paramLabel = "<directory>",
      description = "Where results.json and results.md go (${DEFAULT-VALUE}).")
  private Path output;

  @Override
  public Integer call() throws IOException {
    Map<Variant, Integer> lanes = selection.lanesOfVariants(variant -> true);
    List<Case> cases = mode.cases(operations(), shapes.chosen(), List.copyOf(lanes.keySet()));
    RunFolder folder = new RunFolder(output);
    folder.prepare(Environment.describe(mode, rounds.number()), lanes);
    new CaseSeries(mode, folder.resultsJson(), System.out)
        .run(Rounds.of(pairs(cases), rounds.number()), index -> {});
    Report.write(folder.resultsJson(), output, System.out);
    return 0;
  }

  private List<Operation> operations() {
    return selection.atLeastOne(
        selection.operations(Mode.QUICK.operations()).stream()
            .filter(Operation::givesMatrix)
            .toList(),
        "operation with a matrix as its result");
  }

  /** Both of a pair right after each other, so that they meet the same machine. */
  static List<Case> pairs(List<Case> cases) {
    return cases.stream()
        .flatMap(c -> Stream.of(c.with(Placement.COPIED), c.with(Placement.IN_PLACE)))
        .toList();
  }
}
