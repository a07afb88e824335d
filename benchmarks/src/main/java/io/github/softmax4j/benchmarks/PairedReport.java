package io.github.softmax4j.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** A table of cells, with a column for each width, and the geometric means below. */
final class PairedReport {

  private static final double SLOWER_IN_ALL = 1.01;

  private final PairedResults results;

  PairedReport(PairedResults results) {
    this.results = results;
  }

  /** Whether the working tree is slower in some cell, or in all of them together. */
  boolean isSlower() {
    return results.widths().stream()
        .anyMatch(
            width ->
                results.geometricMean(width) > SLOWER_IN_ALL
                    || results.scores(width).stream().anyMatch(PairedScore::isSlower));
  }

  /** Whether there are cells that one of the builds has no call for, or fails in. */
  boolean hasProblems() {
    return results.widths().stream()
        .flatMap(width -> results.scores(width).stream())
        .anyMatch(score -> !score.isMeasured());
  }

  @Override
  public String toString() {
    List<String> header = new ArrayList<>(List.of("cell"));
    header.addAll(results.widths());
    MarkdownTable table = new MarkdownTable(header);
    for (String cell : results.cells()) {
      table.add(row(cell, width -> figures(results.score(width, cell))));
    }
    table.add(row("geometric mean", width -> figure(results.geometricMean(width))));
    return head() + "\n" + table;
  }

  private String head() {
    Environment e = results.environment();
    return """
    Time of the working tree by that of %s: below 1, the working tree is faster.
    Medians over JVMs, in brackets their range. %s (%d CPUs), %s, %s. %s.
    """
        .formatted(results.base(), e.cpu(), e.cpus(), e.jdk(), e.date(), e.mode());
  }

  private List<String> row(String name, UnaryOperator<String> ofWidth) {
    List<String> row = new ArrayList<>(List.of(name));
    results.widths().stream().map(ofWidth).forEach(row::add);
    return row;
  }

  private static String figures(PairedScore score) {
    if (!score.isMeasured()) {
      return score.problem().replace('|', '/').replace('\n', ' ');
    }
    String marks = marks(score).stream().map(mark -> mark + ", ").collect(Collectors.joining());
    return marks
        + "%s (%s..%s)"
            .formatted(figure(score.ratio()), figure(score.lowest()), figure(score.highest()));
  }

  private static List<String> marks(PairedScore score) {
    List<String> marks = new ArrayList<>();
    if (score.isSlower()) {
      marks.add("SLOWER");
    }
    if (score.isFaster()) {
      marks.add("faster");
    }
    if (score.isUnreliable()) {
      marks.add("unreliable");
    }
    if (!score.hasSameBits()) {
      marks.add("other bits");
    }
    if (score.treeBytes() > 0 || score.baseBytes() > 0) {
      marks.add("allocates %d B, base %d B".formatted(score.treeBytes(), score.baseBytes()));
    }
    return marks;
  }

  private static String figure(double ratio) {
    return String.format(Locale.ROOT, "%.3f", ratio);
  }
}
