package io.github.softmax4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.junit.jupiter.api.Test;

class MixedBatchTest {

  private static final Shape SHAPE = new Shape(2, 5);
  private static final int GAP = 3;

  @Test
  void everyBatchCanBeUsedForEverything() {
    assertDoesNotThrow(() -> MixedUse.batches().forEach(MixedBatch::useEverything));
  }

  @Test
  void everyOptionCanBeUsed() {
    assertDoesNotThrow(() -> MixedUse.options().forEach(MixedOptions::useEverything));
  }

  @Test
  void inPlaceGivesTheSameAsElsewhere() {
    MixedBatch batch = new MixedBatch(SHAPE, 0);
    float[] elsewhere = batch.targetLossAndGradient(false).clone();
    assertNotEquals(0, elsewhere[0]);
    assertArrayEquals(elsewhere, batch.targetLossAndGradient(true));
  }

  @Test
  void nothingIsWrittenIntoTheGaps() {
    float[] gradient = new MixedBatch(SHAPE, GAP).targetLossAndGradient(false);
    assertEquals(GAP + 2 * (5 + GAP), gradient.length);
    for (int i = 0; i < gradient.length; i++) {
      boolean inGap = i % (5 + GAP) < GAP;
      assertEquals(inGap, gradient[i] == 0, "element " + i);
    }
  }
}
