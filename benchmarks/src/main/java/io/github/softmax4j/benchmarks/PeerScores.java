package io.github.softmax4j.benchmarks;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The figures of a run beside the peers, by what they are of. */
final class PeerScores {

  private final List<PeerCell> cells;
  private final Map<Place, List<PeerScore>> scores = new LinkedHashMap<>();
  private final List<String> labels;
  private final List<String> shapes;
  private final List<PeerSetting> settings;

  /** A place in the grid. */
  record Place(PeerSetting setting, String operation, String shape) {

    @Override
    public String toString() {
      return operation + " " + shape;
    }
  }

  /**
   * @param score that of the peer that comes nearest to this library, or beats it by most
   */
  record Best(Place place, PeerScore score) {}

  PeerScores(List<PeerCell> cells) {
    this.cells = cells;
    Map<Place, List<PeerCell>> byPlace =
        cells.stream()
            .collect(
                Collectors.groupingBy(
                    PeerScores::placeOf, LinkedHashMap::new, Collectors.toList()));
    byPlace.forEach((place, there) -> scores.put(place, scoresOf(there)));
    labels = cells.stream().map(PeerCell::label).distinct().toList();
    shapes = cells.stream().map(PeerCell::shape).distinct().toList();
    settings = cells.stream().map(PeerCell::setting).distinct().sorted().toList();
  }

  private static Place placeOf(PeerCell cell) {
    return new Place(cell.setting(), cell.operation(), cell.shape());
  }

  private static List<PeerScore> scoresOf(List<PeerCell> cells) {
    return cells.stream()
        .collect(Collectors.groupingBy(PeerCell::label, LinkedHashMap::new, Collectors.toList()))
        .values()
        .stream()
        .map(PeerScore::of)
        .toList();
  }

  /** All peers, by their ways, in the order in which they were measured. */
  List<String> labels() {
    return labels;
  }

  List<String> peers() {
    return labels.stream().map(PeerCell::peerOf).distinct().toList();
  }

  List<String> labels(PeerSetting setting, String operation) {
    return labels.stream()
        .filter(
            label ->
                shapes(setting, operation).stream()
                    .anyMatch(s -> of(new Place(setting, operation, s), label).isPresent()))
        .toList();
  }

  List<PeerSetting> settings() {
    return settings;
  }

  List<String> operations(PeerSetting setting) {
    return scores.keySet().stream()
        .filter(p -> p.setting() == setting)
        .map(Place::operation)
        .distinct()
        .toList();
  }

  List<String> shapes(PeerSetting setting, String operation) {
    return shapes.stream()
        .filter(shape -> scores.containsKey(new Place(setting, operation, shape)))
        .toList();
  }

  Optional<PeerScore> of(Place place, String label) {
    return scores.getOrDefault(place, List.of()).stream()
        .filter(score -> score.label().equals(label))
        .findFirst();
  }

  /** This library's time: the median of what it took beside each of the peers. */
  double ourNanos(Place place) {
    return Measurement.median(
        scores.get(place).stream().mapToDouble(PeerScore::ourNanos).toArray());
  }

  /**
   * A peer's time, put on the scale of this library's: what it took while the machine was faster or
   * slower than usual would not compare with the others.
   */
  Optional<Double> nanos(Place place, String label) {
    return of(place, label).map(score -> score.ratio() * ourNanos(place));
  }

  Best best(Place place) {
    PeerScore nearest =
        scores.get(place).stream().min(Comparator.comparing(PeerScore::ratio)).orElseThrow();
    return new Best(place, nearest);
  }

  List<Best> bests(PeerSetting setting) {
    return scores.keySet().stream().filter(p -> p.setting() == setting).map(this::best).toList();
  }

  /** As if there were these peers alone. */
  PeerScores of(Predicate<String> isChosen) {
    return new PeerScores(cells.stream().filter(cell -> isChosen.test(cell.peer())).toList());
  }

  /** Of this library's speed-ups over one peer, wherever both were measured. */
  double geometricMean(PeerSetting setting, String label) {
    List<Double> ratios = new ArrayList<>();
    for (Place place : scores.keySet()) {
      if (place.setting() == setting) {
        of(place, label).ifPresent(score -> ratios.add(score.ratio()));
      }
    }
    return geometricMean(ratios);
  }

  static double geometricMean(List<Double> ratios) {
    return Math.exp(ratios.stream().mapToDouble(Math::log).average().orElse(Double.NaN));
  }
}
