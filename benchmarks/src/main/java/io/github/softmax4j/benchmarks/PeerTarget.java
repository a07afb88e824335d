package io.github.softmax4j.benchmarks;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What this project wants to be over the best of some peers in some places.
 *
 * @param mean the geometric mean of the speed-ups; 0 if none is wanted
 * @param each the least speed-up anywhere
 */
record PeerTarget(
    String label,
    PeerSetting setting,
    Predicate<String> isPeer,
    Predicate<PeerScores.Place> isPlace,
    double mean,
    double each) {
  private static final Predicate<String> PEERS = peer -> !peer.equals(LinearLimits.NAME);
  private static final Predicate<PeerScores.Place> ANY = place -> true;
  private static final Predicate<PeerScores.Place> SAMPLING =
      place -> Sampling.of(place.operation()).isPresent();

  static List<PeerTarget> ofLogits() {
    return List.of(
        new PeerTarget("native buffers", PeerSetting.NATIVE, PEERS, ANY, 2, 1),
        new PeerTarget("heap to heap", PeerSetting.HEAP, PEERS, SAMPLING.negate(), 4, 1.8),
        new PeerTarget("sampling", PeerSetting.HEAP, PEERS, SAMPLING, 0, 1));
  }

  static List<PeerTarget> ofProducts() {
    Predicate<PeerScores.Place> few = place -> shape(place).hasFewRows();
    Predicate<PeerScores.Place> large = few.negate().and(place -> shape(place).isLarge());
    Predicate<PeerScores.Place> small = few.negate().and(place -> !shape(place).isLarge());
    Predicate<String> limit = PEERS.negate();
    return List.of(
        new PeerTarget("best native, large products", PeerSetting.NATIVE, PEERS, large, 0, 0.95),
        new PeerTarget("best native, small products", PeerSetting.NATIVE, PEERS, small, 0, 0.9),
        new PeerTarget("best from heap to heap, small", PeerSetting.HEAP, PEERS, small, 0, 1),
        new PeerTarget("best pure Java, large products", PeerSetting.HEAP, PEERS, large, 0, 1.9),
        new PeerTarget("plain read of the weights", PeerSetting.HEAP, limit, few, 0, 0.85));
  }

  private static LinearShape shape(PeerScores.Place place) {
    return LinearShape.parse(place.shape());
  }

  static List<PeerTarget> ofFusedLoss() {
    Predicate<String> unfused = UnfusedPeer.NAME::equals;
    return List.of(
        new PeerTarget("unfused", PeerSetting.NATIVE, unfused, ANY, 0, 0.91),
        new PeerTarget(
            "other libraries", PeerSetting.NATIVE, PEERS.and(unfused.negate()), ANY, 0, 1));
  }

  /** The same without peers that are no library. */
  PeerTarget ofLibraries(Predicate<String> isLibrary) {
    return new PeerTarget(
        label + ", libraries", setting, isPeer.and(isLibrary), isPlace, mean, each);
  }

  /** The best of the peers in each place of it. */
  Map<PeerScores.Place, PeerScore> bests(PeerScores scores) {
    Map<PeerScores.Place, PeerScore> bests = new LinkedHashMap<>();
    for (PeerScores.Place place : scores.places()) {
      if (place.setting() == setting && isPlace.test(place)) {
        scores.best(place, isPeer).ifPresent(best -> bests.put(place, best));
      }
    }
    return bests;
  }
}
