package io.github.softmax4j.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** What a {@link CeilingProgram} measured each time it ran, kept in a file beside the results. */
record Ceiling(List<CeilingEntry> entries) {

  private static final String FILE = "ceiling.tsv";

  /** That of the figures in this directory; without entries if they were measured without one. */
  static Ceiling read(Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      return new Ceiling(List.of());
    }
    try {
      return new Ceiling(
          Files.readAllLines(file).stream().skip(1).map(CeilingEntry::parse).toList());
    } catch (IllegalArgumentException e) {
      throw new IOException(file + " is no file of a ceiling: " + e.getMessage(), e);
    }
  }

  /** An earlier run's ceiling says nothing about the figures of this one. */
  static void delete(Path directory) throws IOException {
    Files.deleteIfExists(directory.resolve(FILE));
  }

  /**
   * @param casesBefore how many cases had been measured when the program ran
   * @param lines what it printed
   */
  static void append(Path directory, int casesBefore, List<String> lines) throws IOException {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      Files.write(file, List.of(CeilingEntry.HEADER));
    }
    Files.write(
        file,
        lines.stream().map(line -> CeilingEntry.format(line, casesBefore)).toList(),
        StandardOpenOption.APPEND);
  }

  /** The nanoseconds per element of each repetition; none if the case has no counterpart. */
  double[] nanosPerElement(Case benchmarkCase) {
    return nanosPerElement(of(benchmarkCase));
  }

  /**
   * Those of the repetition right before a result and of the one right after it, if they exist; of
   * all repetitions if the file does not say when they were.
   *
   * @param index of the result among all results of the run
   */
  double[] nanosPerElementAround(int index, Case benchmarkCase) {
    List<CeilingEntry> repetitions = of(benchmarkCase);
    if (repetitions.stream().anyMatch(entry -> entry.casesBefore().isEmpty())) {
      return nanosPerElement(repetitions);
    }
    OptionalInt before = places(repetitions).filter(place -> place <= index).max();
    OptionalInt after = places(repetitions).filter(place -> place > index).min();
    return nanosPerElement(
        repetitions.stream()
            .filter(
                entry -> entry.casesBefore().equals(before) || entry.casesBefore().equals(after))
            .toList());
  }

  private static IntStream places(List<CeilingEntry> entries) {
    return entries.stream().mapToInt(entry -> entry.casesBefore().getAsInt());
  }

  private List<CeilingEntry> of(Case benchmarkCase) {
    return entries.stream()
        .filter(entry -> entry.line().benchmarkCase().equals(benchmarkCase))
        .toList();
  }

  private static double[] nanosPerElement(List<CeilingEntry> entries) {
    return entries.stream().mapToDouble(entry -> entry.line().median()).toArray();
  }
}
