package io.github.softmax4j.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Two runs of the same cases, before and after a change. */
final class Comparison {
  private final Results before;
  private final Results after;
  private final List<Change> changes;

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
    this.before = before;
    this.after = after;
    changes =
        before.measurements().stream()
            .flatMap(m -> after.of(m.benchmarkCase()).map(n -> change(m, n, least)).stream())
            .toList();
  }

  private static Change change(Measurement before, Measurement after, double least) {
    return new Change(before, after, Math.max(least, before.spread() + after.spread()));
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
    MarkdownTable table =
        new MarkdownTable("case | before, ns/element | after, ns/element | time | error | is");
    changes.stream()
        .filter(change -> all || change.isSlower() || change.isFaster())
        .forEach(change -> table.add(row(change)));
    int slower = slower().size();
    int faster = faster().size();
    return (table.isEmpty() ? "" : table + "\n")
        + "%d slower, %d faster, %d within their error.%n"
            .formatted(slower, faster, changes.size() - slower - faster)
        + onlyIn("first", before, after)
        + onlyIn("second", after, before);
  }

  private List<String> row(Change change) {
    Case benchmarkCase = change.before().benchmarkCase();
    return List.of(
        benchmarkCase.toString(),
        Report.time(benchmarkCase, before),
        Report.time(benchmarkCase, after),
        String.format(Locale.ROOT, "x %.3f", change.ratio()),
        "±" + Math.round(100 * change.error()) + " %",
        change.verdict());
  }

  private static String onlyIn(String which, Results some, Results others) {
    return some.measurements().stream()
        .map(Measurement::benchmarkCase)
        .filter(c -> others.of(c).isEmpty())
        .map(c -> "Only in the " + which + ": " + c + "\n")
        .collect(Collectors.joining());
  }
}
