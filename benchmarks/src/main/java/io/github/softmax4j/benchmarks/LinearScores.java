package io.github.softmax4j.benchmarks;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The figures of the products with one width, by what they are of. */
final class LinearScores {

  private final List<PeerCell> cells;

  LinearScores(List<PeerCell> cells) {
    this.cells = cells;
  }

  List<LinearCase> cases() {
    return cells.stream().map(LinearCase::of).distinct().toList();
  }

  /** The peers of a setting, without the limit. */
  List<String> peers(PeerSetting setting) {
    return cells.stream()
        .filter(cell -> cell.setting() == setting && !isLimit(cell))
        .map(PeerCell::label)
        .distinct()
        .toList();
  }

  /** This library's GFLOP/s or GB/s: the median beside all peers. */
  double ours(LinearCase linearCase) {
    return 1 / score(linearCase, cell -> true).orElseThrow().ourNanos();
  }

  /** A peer's, on the scale of this library's. */
  Optional<Double> figure(LinearCase linearCase, PeerSetting setting, String peer) {
    return score(linearCase, setting, peer).map(score -> ours(linearCase) / score.ratio());
  }

  /** The peer of a setting that comes nearest to this library, or beats it by most. */
  Optional<PeerScore> best(LinearCase linearCase, PeerSetting setting) {
    return peers(setting).stream()
        .flatMap(peer -> score(linearCase, setting, peer).stream())
        .min(Comparator.comparing(PeerScore::ratio));
  }

  /** How this library's figure compares to the limit. */
  Optional<PeerScore> limit(LinearCase linearCase) {
    return score(linearCase, LinearScores::isLimit);
  }

  /** The GFLOP/s of FMAs in registers. */
  Optional<Double> peak() {
    double[] peaks =
        cases().stream()
            .filter(linearCase -> !linearCase.shape().hasFewRows())
            .flatMap(c -> limit(c).map(limit -> 1 / limit.ourNanos() / limit.ratio()).stream())
            .mapToDouble(Double::doubleValue)
            .toArray();
    return peaks.length == 0 ? Optional.empty() : Optional.of(Measurement.median(peaks));
  }

  private Optional<PeerScore> score(LinearCase linearCase, PeerSetting setting, String peer) {
    return score(linearCase, cell -> cell.setting() == setting && cell.label().equals(peer));
  }

  private Optional<PeerScore> score(LinearCase linearCase, Predicate<PeerCell> isWanted) {
    List<PeerCell> wanted =
        cells.stream()
            .filter(cell -> LinearCase.of(cell).equals(linearCase) && isWanted.test(cell))
            .toList();
    return wanted.isEmpty()
        ? Optional.empty()
        : Optional.of(PeerScore.of(wanted, linearCase.amount()));
  }

  private static boolean isLimit(PeerCell cell) {
    return cell.peer().equals(LinearLimits.NAME);
  }
}
