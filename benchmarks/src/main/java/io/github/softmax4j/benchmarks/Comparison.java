package io.github.softmax4j.benchmarks;

import java.util.List;
import java.util.Locale;

/** Two runs of the same cases, before and after a change. */
final class Comparison {

  private final List<Change> changes;
  private final List<Case> onlyBefore;
  private final List<Case> onlyAfter;

  /**
   * A case that both runs have.
   *
   * @param error by how much, as a share, the two may differ without meaning anything
   */
  record Change(Measurement before, Measurement after, double error) {

    /** Above 1 if it became slower. */
    double ratio() {
      return after.nanosPerElement() / before.nanosPerElement();
    }

    boolean isSlower() {
      return ratio() > 1 + error;
    }

    /** As many times faster as would be too many times slower. */
    boolean isFaster() {
      return ratio() < 1 / (1 + error);
    }

    private String verdict() {
      return isSlower() ? "slower" : isFaster() ? "faster" : "same";
    }
  }

  /**
   * @param least differences up to this share are none, however small the spreads
   */
  Comparison(Results before, Results after, double least) {
    changes =
        before.measurements().stream()
            .flatMap(m -> after.of(m.benchmarkCase()).map(n -> change(m, n, least)).stream())
            .toList();
    onlyBefore = without(before, after);
    onlyAfter = without(after, before);
  }

  private static Change change(Measurement before, Measurement after, double least) {
    return new Change(before, after, Math.max(least, before.spread() + after.spread()));
  }

  private static List<Case> without(Results some, Results others) {
    return some.measurements().stream()
        .map(Measurement::benchmarkCase)
        .filter(c -> others.of(c).isEmpty())
        .toList();
  }

  List<Change> slower() {
    return changes.stream().filter(Change::isSlower).toList();
  }

  List<Change> faster() {
    return changes.stream().filter(Change::isFaster).toList();
  }

  /**
   * @param all whether to show what did not move as well
   */
  String report(boolean all) {
    List<Change> shown = changes.stream().filter(c -> all || c.isSlower() || c.isFaster()).toList();
    StringBuilder text = new StringBuilder();
    if (!shown.isEmpty()) {
      text.append(table(shown)).append('\n');
    }
    text.append(
        "%d slower, %d faster, %d within their error.%n"
            .formatted(
                slower().size(),
                faster().size(),
                changes.size() - slower().size() - faster().size()));
    onlyBefore.forEach(c -> text.append("Only in the first: ").append(c).append('\n'));
    onlyAfter.forEach(c -> text.append("Only in the second: ").append(c).append('\n'));
    return text.toString();
  }

  private static MarkdownTable table(List<Change> shown) {
    MarkdownTable table =
        new MarkdownTable(
            List.of("case", "before, ns/element", "after, ns/element", "time", "error", "is"));
    for (Change change : shown) {
      table.add(
          List.of(
              change.before().benchmarkCase().toString(),
              time(change.before()),
              time(change.after()),
              String.format(Locale.ROOT, "x %.3f", change.ratio()),
              "±" + Math.round(100 * change.error()) + " %",
              change.verdict()));
    }
    return table;
  }

  private static String time(Measurement measurement) {
    return MarkdownReport.format(measurement.nanosPerElement(), measurement.spread());
  }
}
