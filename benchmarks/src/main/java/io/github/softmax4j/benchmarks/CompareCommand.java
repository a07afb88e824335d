package io.github.softmax4j.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The subcommand {@code compare}. */
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Tells which cases of two runs moved beyond their error: by more than the spreads (half the"
          + " distance from the fastest iteration to the slowest) of both together."
    },
    footer = {
      "",
      "Exit code 1 with --fail if a case became slower.",
      "Example: benchmarks/compare before/results.json after/results.json --fail"
    })
final class CompareCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "<base.json>", description = "JMH's file of a run.")
  private Path base;

  @Parameters(index = "1", paramLabel = "<new.json>", description = "That of a later run.")
  private Path later;

  @Option(
      names = "--least",
      defaultValue = "3",
      paramLabel = "<percent>",
      description = "Differences up to this are none, however small the spread (${DEFAULT-VALUE}).")
  private double leastPercent;

  @Option(names = "--all", description = "Also show the cases that did not move.")
  private boolean all;

  @Option(names = "--fail", description = "Exit with 1 if a case became slower.")
  private boolean fail;

  @Override
  public Integer call() throws IOException {
    Comparison comparison =
        new Comparison(Results.read(base), Results.read(later), leastPercent / 100);
    System.out.println(comparison.report(all));
    return fail && !comparison.slower().isEmpty() ? 1 : 0;
  }
}
