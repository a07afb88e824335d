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

  @Mixin private OutputOption output = new OutputOption("paired");

  @Override
  public Integer call() throws IOException {
    if (forks < 1 || millis < 1) {
      throw new ParameterException(spec.commandLine(), "--forks and --millis must be at least 1.");
    }
    Pattern anywhere = Pattern.compile(".*(?:" + filter + ").*", filter.flags());
    List<String> cells =
        CaseOptions.chosen(spec, "cell", anywhere, PairedCell.all(), PairedCell::name).stream()
            .map(PairedCell::name)
            .toList();
    PairedResults results = measure(cells, widths.chosen(2));
    Path directory = Files.createDirectories(output.directory());
    Json.write(directory.resolve("paired.json"), results);
    Files.writeString(directory.resolve("paired.md"), results.report());
    System.out.println(results.report());
    return fail && (results.isSlower() || results.hasProblems()) ? 1 : 0;
  }

  private PairedResults measure(List<String> cells, List<Variant> chosen) throws IOException {
    Path benchmarks = OutputOption.home().toAbsolutePath().normalize();
    Path repository = benchmarks.getParent();
    Path directory = benchmarks.resolve("target").resolve("paired");
    Revision revision = Revision.of(repository, base);
    PairedBuild build = new PairedBuild(repository, directory, PROGRESS);
    Path ofBase = build.of(revision);
    Path ofTree = build.ofTree();
    List<PairedSample> samples =
        new PairedSeries(ofTree, ofBase, millis, PROGRESS).run(chosen, cells, forks);
    return new PairedResults(
        Environment.ofThisMachine("JVMs %d, %d ms of pairs".formatted(forks, millis), Map.of()),
        revision.id(),
        chosen.stream().map(Variant::id).toList(),
        cells,
        samples);
  }
}
