package io.github.softmax4j.benchmarks;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option that says where the files of a run go. */
final class OutputOption {
  private final String folder;

  @Option(
      names = {"--output", "--out"},
      paramLabel = "<directory>",
      description =
          "Where figures, tables and charts go; by default below benchmarks/results/latest.")
  private Path output;

  /**
   * @param folder of the command, below that of all
   */
  OutputOption(String folder) {
    this.folder = folder;
  }

  /** The directory of the benchmarks, below that of the library. */
  static Path home() {
    return Path.of(System.getProperty("benchmarks.home", "."));
  }

  Path directory() {
    return output == null
        ? Path.of(System.getProperty("benchmarks.output", "results")).resolve(folder)
        : output;
  }
}
