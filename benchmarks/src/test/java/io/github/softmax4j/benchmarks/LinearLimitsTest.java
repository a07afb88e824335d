package io.github.softmax4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;

class LinearLimitsTest {

  @Test
  void everyValueIsRead() {
    float[] values = new float[1003];
    Arrays.fill(values, 1);
    values[0] = 2;
    values[1002] = 4;
    assertEquals(1007, LinearLimits.sum(values));
  }

  /** Each FMA adds 1e-6 to a chain, so the sum of all chains says how many there were. */
  @Test
  void asManyFlopsAsAsked() {
    int lanes = FloatVector.SPECIES_PREFERRED.length();
    double flops = 2.0 * 12 * lanes * 1000;
    assertEquals(flops / 2 * 1e-6, LinearLimits.multiplyAndAdd(flops), flops / 2 * 1e-6 * 1e-3);
  }

  @Test
  void fewRowsReadTheirWeights() throws Exception {
    Gemm gemm =
        LinearOperation.FORWARD.gemm(
            new LinearShape(1, 3, 4),
            n -> {
              float[] values = new float[n];
              Arrays.fill(values, 2);
              return values;
            });
    assertEquals(2 * 12, new LinearLimits().task(gemm).run());
    assertTrue(new LinearLimits().task(gemm) instanceof HeapTask);
  }
}
