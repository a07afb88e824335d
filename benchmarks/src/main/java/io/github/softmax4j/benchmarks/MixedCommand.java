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

/** The subcommand {@code mixed}. */
@Command(
    name = "mixed",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Shows what it costs that a JVM has used the library for other things before: times vector"
          + " variants in such JVMs and in JVMs of their own."
    })
final class MixedCommand implements Callable<Integer> {

  private static final String SHAPES = "4096x3,4096x10,1024x100,256x1000,64x4096";

  @Parameters(
      index = "0",
      arity = "0..1",
      defaultValue = "quick",
      paramLabel = "quick|full|smoke",
      description = "How thorough: one JVM of each kind (default), three, or a moment.")
  private Mode mode;

  @Mixin private Selection selection;

  @Mixin private ShapesOption shapes = new ShapesOption(SHAPES);

  @Option(
      names = "--output",
      defaultValue = "${sys:benchmarks.output:-results}/mixed",
      paramLabel = "<directory>",
      description = "Where results.json and results.md go (${DEFAULT-VALUE}).")
  private Path output;

  @Override
  public Integer call() throws IOException {
    Map<Variant, Integer> lanes = selection.lanesOfVariants(variant -> variant != Variant.SCALAR);
    List<Operation> operations = selection.operations(Mode.QUICK.operations());
    List<Case> cases = mode.cases(operations, shapes.chosen(), List.copyOf(lanes.keySet()));
    RunFolder folder = new RunFolder(output);
    folder.prepare(Environment.describe(mode, 1), lanes);
    new CaseSeries(mode, folder.resultsJson(), System.out).run(pairs(cases), index -> {});
    Report.write(folder.resultsJson(), output, System.out);
    return 0;
  }

  /** Both of a pair right after each other, so that they meet the same machine. */
  static List<Case> pairs(List<Case> cases) {
    return cases.stream()
        .flatMap(c -> Stream.of(c.after(PriorUse.ISOLATED), c.after(PriorUse.MIXED)))
        .toList();
  }
}
