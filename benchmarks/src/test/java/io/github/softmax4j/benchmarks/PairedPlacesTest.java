package io.github.softmax4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Calls that advance a clock of their own. */
class PairedPlacesTest {
  private static final int MICRO = 1_000;
  private static final int PAGE = 4096;
  private volatile long now; // threads come one after the other

  @Test
  void ratiosAreOfTheTreeByTheBaseWhicheverBegins() throws Exception {
    PairedCalls calls =
        new PairedCalls(() -> advance(150 * MICRO), () -> advance(100 * MICRO), true, "");
    PairedPlaces places = new PairedPlaces(calls, 1, () -> now);
    places.run(1, 20);
    assertEquals(1.5, places.ratio(), 1e-9);
    int pairs = places.pairs();
    places.run(3, 60);
    assertEquals(1.5, places.ratio(), 1e-9);
    assertEquals(4 * pairs, places.pairs());
    assertEquals(0, places.quartileSpread(), 1e-9);
    assertEquals(150 * MICRO, places.treeNanos());
    assertEquals(100 * MICRO, places.baseNanos());
  }

  @Test
  void paddingFillsThePageWithItsOwnHeader() {
    for (long used : new long[] {0, 64, 4032, 4096, 376_896}) {
      assertEquals(0, (used + 16 + PairedPlaces.paddingAfter(used)) % PAGE);
    }
  }

  private double advance(int nanos) {
    now += nanos;
    return 0;
  }
}
