package io.github.softmax4j.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The subcommand {@code paired}. */
@Command(
    name = "paired",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Times the working tree beside an earlier revision of it, in the same JVM in turns of a"
          + " millisecond, by the CPU time of one thread."
    },
    footer = {
      "",
      "Exit code 1 with --fail if the working tree is slower or lacks a call.",
      "Example: run paired --base HEAD~3 --widths avx2 --cells 'softmax.*1000' --fail"
    })
final class PairedCommand implements Callable<Integer> {

  /** Progress is no part of what is asked for. */
  private static final PrintStream PROGRESS = System.err;

  @Spec private CommandSpec spec;

  @Option(
      names = "--base",
      defaultValue = "HEAD",
      paramLabel = "<revision>",
      description = "What to compare with, by any name that git knows (${DEFAULT-VALUE}).")
  private String base;

  @Mixin private WidthsOption widths;

  @Option(
      names = "--cells",
      defaultValue = "",
      paramLabel = "<regex>",
      description = "Only those in whose name this is found, e.g. 'loss.*1000'.")
  private Pattern filter;

  @Option(
      names = "--forks",
      defaultValue = "2",
      paramLabel = "<number>",
      description = "JVMs of each width (${DEFAULT-VALUE}); cells that differ get four more.")
  private int forks;

  @Option(
      names = "--millis",
      defaultValue = "250",
      paramLabel = "<milliseconds>",
      description = "For how long each cell is measured in each JVM (${DEFAULT-VALUE}).")
  private int millis;

  @Option(names = "--fail", description = "Exit with 1 if a cell is slower, or all together.")
  private boolean fail;

  @Option(
      names = "--home",
      hidden = true,
      defaultValue = "${sys:benchmarks.home:-.}",
      description = "The directory of the benchmarks, below that of the library.")
  private Path home;

  @Option(
      names = "--output",
      defaultValue = "${sys:benchmarks.output:-results}/paired",
      paramLabel = "<directory>",
      description = "Where paired.json and paired.md go (${DEFAULT-VALUE}).")
  private Path output;

  @Override
  public Integer call() throws IOException {
    if (forks < 1 || millis < 1) {
      throw new ParameterException(spec.commandLine(), "--forks and --millis must be at least 1");
    }
    List<PairedCell> cells = atLeastOne(PairedCell.matching(filter), "cell matches");
    List<PairedWidth> chosen = widths.chosen();
    PairedResults results = measure(cells, chosen);
    PairedReport report = new PairedReport(results);
    Files.createDirectories(output);
    results.write(output.resolve("paired.json"));
    Files.writeString(output.resolve("paired.md"), report.toString());
    System.out.println(report);
    return fail && (report.isSlower() || report.hasProblems()) ? 1 : 0;
  }

  private PairedResults measure(List<PairedCell> cells, List<PairedWidth> chosen)
      throws IOException {
    Path benchmarks = home.toAbsolutePath().normalize();
    Path repository = benchmarks.getParent();
    Path directory = benchmarks.resolve("target").resolve("paired");
    Revision revision = Revision.of(repository, base);
    PairedBuild build = new PairedBuild(repository, directory, PROGRESS);
    Path ofBase = build.of(revision);
    Path ofTree = build.ofTree();
    List<PairedSample> samples =
        new PairedSeries(ofTree, ofBase, millis, directory.resolve("jvm.log"), PROGRESS)
            .run(chosen, cells, forks);
    return new PairedResults(
        Environment.ofThisMachine("JVMs %d, %d ms of pairs".formatted(forks, millis), Map.of()),
        revision.id(),
        chosen.stream().map(PairedWidth::label).toList(),
        cells.stream().map(PairedCell::name).toList(),
        samples);
  }

  private <T> List<T> atLeastOne(List<T> chosen, String what) {
    if (chosen.isEmpty()) {
      throw new ParameterException(spec.commandLine(), "nothing to run: no " + what);
    }
    return chosen;
  }
}
