package io.github.softmax4j.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * All figures of a run.
 *
 * @param base the commit that the working tree is compared with
 * @param widths in the order of the report
 * @param cells in the order of the report
 */
record PairedResults(
    Environment environment,
    String base,
    List<String> widths,
    List<String> cells,
    List<PairedSample> samples) {
  private static final double SLOWER_IN_ALL = 1.01;
  private static final String UNRELIABLE =
      "*unreliable*: half of the pairs of slices differ by more than %.0f %%. The machine is too"
          + " busy to tell.\n";

  private PairedScore score(String width, String cell) {
    return PairedScore.of(samples, width, cell);
  }

  private List<PairedScore> scores(String width) {
    return cells.stream().map(cell -> score(width, cell)).toList();
  }

  /** Of the cells that have figures. */
  double geometricMean(String width) {
    return Stats.geometricMean(
        scores(width).stream().filter(PairedScore::isMeasured).map(PairedScore::ratio).toList());
  }

  /** Whether the working tree is slower in some cell, or in all of them together. */
  boolean isSlower() {
    return widths.stream()
        .anyMatch(
            width ->
                geometricMean(width) > SLOWER_IN_ALL
                    || scores(width).stream().anyMatch(PairedScore::isSlower));
  }

  /** Whether there are cells that one of the builds has no call for, or fails in. */
  boolean hasProblems() {
    return widths.stream()
        .flatMap(width -> scores(width).stream())
        .anyMatch(score -> !score.isMeasured());
  }

  /** A table of cells, with a column for each width, and the geometric means below. */
  String report() {
    List<String> header = new ArrayList<>(List.of("cell"));
    header.addAll(widths);
    MarkdownTable table = new MarkdownTable(header);
    cells.forEach(cell -> table.add(row(cell, width -> score(width, cell).toString())));
    table.add(row("geometric mean", width -> PairedScore.figure(geometricMean(width))));
    String text =
        """
        Time of the working tree by that of %s: below 1, the working tree is faster.
        Medians over JVMs, in brackets their range. %s. %s.

        %s\
        """
            .formatted(base, environment.machine(), environment.mode(), table);
    return text.contains("unreliable")
        ? text + "\n" + UNRELIABLE.formatted(100 * PairedJvm.WIDE_SPREAD)
        : text;
  }

  private List<String> row(String name, UnaryOperator<String> ofWidth) {
    return Stream.concat(Stream.of(name), widths.stream().map(ofWidth)).toList();
  }
}
