package io.github.softmax4j.benchmarks;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The figures of a run beside peers with one width of vectors, by what they are of. */
final class PeerScores {
  private final Map<Place, List<PeerScore>> scores = new LinkedHashMap<>();

  /** A place in the grid. */
  record Place(PeerSetting setting, String operation, String shape) {
    @Override
    public String toString() {
      return operation + " " + shape;
    }
  }

  PeerScores(List<PeerCell> cells) {
    grouped(cells, cell -> new Place(cell.setting(), cell.operation(), cell.shape()))
        .forEach((place, there) -> scores.put(place, scoresOf(there)));
  }

  private static List<PeerScore> scoresOf(List<PeerCell> cells) {
    return grouped(cells, PeerCell::label).values().stream().map(PeerScore::of).toList();
  }

  private static <K> Map<K, List<PeerCell>> grouped(
      List<PeerCell> cells, Function<PeerCell, K> key) {
    return cells.stream()
        .collect(Collectors.groupingBy(key, LinkedHashMap::new, Collectors.toList()));
  }

  List<Place> places() {
    return List.copyOf(scores.keySet());
  }

  private <T> List<T> distinct(Predicate<Place> isWanted, Function<Place, T> part) {
    return scores.keySet().stream().filter(isWanted).map(part).distinct().toList();
  }

  List<PeerSetting> settings() {
    return distinct(place -> true, Place::setting).stream().sorted().toList();
  }

  List<String> operations(PeerSetting setting) {
    return distinct(place -> place.setting == setting, Place::operation);
  }

  List<String> shapes(PeerSetting setting, String operation) {
    return distinct(p -> p.setting == setting && p.operation.equals(operation), Place::shape);
  }

  /** All peers, by their ways, of such a table. */
  List<String> labels(PeerSetting setting, String operation) {
    return shapes(setting, operation).stream()
        .flatMap(shape -> scores.get(new Place(setting, operation, shape)).stream())
        .map(PeerScore::label)
        .distinct()
        .toList();
  }

  /** All peers, by their ways. */
  List<String> labels() {
    return scores.values().stream().flatMap(List::stream).map(PeerScore::label).distinct().toList();
  }

  Optional<PeerScore> of(Place place, String label) {
    return scores.get(place).stream().filter(score -> score.label().equals(label)).findFirst();
  }

  /** This library's time: the median of what it took beside each of the peers, in any setting. */
  double ourNanos(Place place) {
    return Stats.median(
        scores.keySet().stream()
            .filter(p -> p.toString().equals(place.toString()))
            .flatMap(p -> scores.get(p).stream())
            .toList(),
        PeerScore::ourNanos);
  }

  /**
   * A peer's time, put on the scale of this library's: what it took while the machine was faster or
   * slower than usual would not compare with the others.
   */
  Optional<Double> nanos(Place place, String label) {
    return of(place, label).map(score -> score.ratio() * ourNanos(place));
  }

  /** Of such peers the one that comes nearest to this library, or beats it by most. */
  Optional<PeerScore> best(Place place, Predicate<String> isWanted) {
    return scores.get(place).stream()
        .filter(score -> isWanted.test(PeerCell.peerOf(score.label())))
        .min(Comparator.comparing(PeerScore::ratio));
  }

  /** Of this library's speed-ups over one peer, wherever both were measured. */
  double geometricMean(PeerSetting setting, String label) {
    return Stats.geometricMean(
        scores.keySet().stream()
            .filter(place -> place.setting == setting)
            .flatMap(place -> of(place, label).stream())
            .map(PeerScore::ratio)
            .toList());
  }
}
