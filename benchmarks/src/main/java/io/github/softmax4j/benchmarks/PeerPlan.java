package io.github.softmax4j.benchmarks;

import java.util.Locale;

/**
 * How long a peer and this library are timed in turn.
 *
 * @param forks the JVMs of each peer and operation
 * @param settlingMillis what a JVM gets before its first case: the compiler is busiest then; with
 *     0, times mean nothing
 * @param warmupMillis a round of warm-up of each side; there are rounds as long as they help
 * @param sliceMicros how long one side runs before it is the other's turn; one call at least
 * @param pairs how many slices of each side count
 * @param leastPairs how many count at least where calls take long
 * @param budgetMillis after which that is enough
 */
record PeerPlan(
    int forks,
    int settlingMillis,
    int warmupMillis,
    int sliceMicros,
    int pairs,
    int leastPairs,
    int budgetMillis) {
  static PeerPlan of(Mode mode) {
    return switch (mode) {
      case QUICK -> new PeerPlan(1, 2_000, 100, 1_000, 51, 5, 500);
      case FULL -> new PeerPlan(3, 3_000, 200, 1_000, 101, 7, 1_000);
      case SMOKE -> new PeerPlan(1, 0, 0, 500, 3, 3, 0);
    };
  }

  /** Of calls that take seconds, a few are enough. */
  static PeerPlan ofLongCalls(Mode mode) {
    return switch (mode) {
      case QUICK -> new PeerPlan(1, 3_000, 100, 1_000, 15, 3, 10_000);
      case FULL -> new PeerPlan(3, 3_000, 100, 1_000, 15, 3, 20_000);
      case SMOKE -> of(mode);
    };
  }

  boolean timesMeanSomething() {
    return settlingMillis > 0;
  }

  String description(Mode mode) {
    return String.format(
        Locale.ROOT,
        "Mode %s%s: JVMs for each peer and operation %d; %d ms to settle; at least %d ms of warm-up"
            + " of each side; then slices of %d µs in turn, %d pairs, fewer (%d at least) where"
            + " they take more than %d ms",
        mode,
        timesMeanSomething() ? "" : " (its times mean nothing)",
        forks,
        settlingMillis,
        PairedTiming.LEAST_ROUNDS * warmupMillis,
        sliceMicros,
        pairs,
        leastPairs,
        budgetMillis);
  }
}
