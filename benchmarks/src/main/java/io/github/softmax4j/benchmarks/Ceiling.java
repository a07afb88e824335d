package io.github.softmax4j.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** What a {@link CeilingProgram} measured each time it ran, kept in a file beside the results. */
record Ceiling(List<CeilingLine> lines) {

  private static final String FILE = "ceiling.tsv";

  /** That of the figures in this directory; without lines if they were measured without one. */
  static Ceiling read(Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      return new Ceiling(List.of());
    }
    try {
      return new Ceiling(
          Files.readAllLines(file).stream().skip(1).map(CeilingLine::parse).toList());
    } catch (IllegalArgumentException e) {
      throw new IOException(file + " is no file of a ceiling: " + e.getMessage(), e);
    }
  }

  /** An earlier run's ceiling says nothing about the figures of this one. */
  static void delete(Path directory) throws IOException {
    Files.deleteIfExists(directory.resolve(FILE));
  }

  static void append(Path directory, List<String> lines) throws IOException {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      Files.write(file, List.of(CeilingLine.HEADER));
    }
    Files.write(file, lines, StandardOpenOption.APPEND);
  }

  /** The nanoseconds per element of each repetition; none if the case has no counterpart. */
  double[] nanosPerElement(Case benchmarkCase) {
    return lines.stream()
        .filter(line -> line.benchmarkCase().equals(benchmarkCase))
        .mapToDouble(CeilingLine::median)
        .toArray();
  }
}
