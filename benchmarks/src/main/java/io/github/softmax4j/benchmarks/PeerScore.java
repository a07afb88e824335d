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
 * @param ourNanos per element or other unit, in the slices beside this peer's
 */
record PeerScore(String label, double ratio, double lowRatio, double highRatio, double ourNanos) {

  /** From the cells of one label, operation, shape and setting; time is per element. */
  static PeerScore of(List<PeerCell> cells) {
    return of(cells, Shape.parse(cells.get(0).shape()).elements());
  }

  /**
   * @param units how many a call gets done
   */
  static PeerScore of(List<PeerCell> cells, double units) {
    PeerCell any = cells.get(0);
    double[] ratios = all(cells, PeerCell::ratios);
    return new PeerScore(
        any.label(),
        Measurement.median(ratios),
        Measurement.quantile(ratios, 0.25),
        Measurement.quantile(ratios, 0.75),
        Measurement.median(all(cells, PeerCell::ourNanos)) / units);
  }

  private static double[] all(List<PeerCell> cells, Function<PeerCell, double[]> figures) {
    return cells.stream().map(figures).flatMapToDouble(Arrays::stream).toArray();
  }
}
