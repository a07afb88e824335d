package io.github.softmax4j.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * All JVMs' figures of one peer's way to do one operation on one shape.
 *
 * @param ratio how many times longer than this library it took: the median of all pairs of slices
 * @param lowRatio a quarter of the pairs are below this
 * @param highRatio a quarter are above this
 * @param ourNanos of a call, in the slices beside this peer's
 */
record PeerScore(
    String label,
    double ratio,
    double lowRatio,
    double highRatio,
    boolean isReliable,
    double ourNanos) {
  /** A distance of the quartiles, as a share, that says that something else used the CPU. */
  static final double WIDE_SPREAD = 0.15;

  /** From the cells of one label, operation, shape and setting. */
  static PeerScore of(List<PeerCell> cells) {
    double[] ratios = all(cells, PeerCell::ratios);
    return new PeerScore(
        cells.get(0).label(),
        Stats.median(ratios),
        Stats.quantile(ratios, 0.25),
        Stats.quantile(ratios, 0.75),
        !isWide(ratios),
        Stats.median(all(cells, PeerCell::ourNanos)));
  }

  static boolean isWide(double[] ratios) {
    return Stats.quartileSpread(ratios) > WIDE_SPREAD;
  }

  private static double[] all(List<PeerCell> cells, Function<PeerCell, double[]> figures) {
    return cells.stream().map(figures).flatMapToDouble(Arrays::stream).toArray();
  }

  /** The ratio with its quartiles. */
  @Override
  public String toString() {
    return "%s (%s..%s)%s"
        .formatted(
            MarkdownTable.figure(ratio),
            MarkdownTable.figure(lowRatio),
            MarkdownTable.figure(highRatio),
            isReliable ? "" : " unreliable");
  }
}
