package io.github.softmax4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class FusedPeerTest {

  private static final int BUDGET = 64;

  private final FusedData data = FusedData.of(new LinearShape(5, 7, 11));

  @Test
  void bothWaysGiveTheSame() throws Exception {
    FusedData other = data.withOtherGradients();
    double loss = FusedTask.of(data, BUDGET).run();
    assertEquals(loss, new UnfusedPeer().task(other).run(), 1e-6);
    assertTrue(data.difference(other) < 1e-5);
    assertTrue(loss > 1 && loss < 5, "about log 11: " + loss);
  }

  @Test
  void theGradientOfEachKindIsCompared() throws Exception {
    FusedTask.of(data, BUDGET).run();
    FusedData other = data.withOtherGradients();
    FusedTask.of(other, BUDGET).run();
    assertEquals(0, data.difference(other));
    for (float[] gradient :
        new float[][] {other.inputGradient(), other.weightGradient(), other.biasGradient()}) {
      float right = gradient[3];
      gradient[3]++;
      assertTrue(data.difference(other) > 1e-2);
      gradient[3] = right;
    }
  }
}
