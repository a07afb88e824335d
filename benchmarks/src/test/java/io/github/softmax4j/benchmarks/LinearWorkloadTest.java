package io.github.softmax4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LinearWorkloadTest {

  /** As BLAS would read the factors: what this library computes is that product. */
  @ParameterizedTest
  @EnumSource
  void theProductIsThatOfTheOperation(LinearOperation operation) {
    LinearWorkload workload = workload(operation);
    workload.run();
    assertTrue(workload.error() < LinearWorkload.TOLERANCE);
    assertTrue(workload.difference(TestLinearPeer.product(workload.gemm())) < 1e-5);
  }

  @ParameterizedTest
  @EnumSource
  void whatIsWrongIsSeen(LinearOperation operation) {
    LinearWorkload workload = workload(operation);
    assertTrue(workload.error() > LinearWorkload.TOLERANCE); // nothing is computed yet
    workload.run();
    float[] other = workload.result().clone();
    assertEquals(0, workload.difference(other));
    other[other.length - 1] = Float.NaN;
    assertEquals(Double.POSITIVE_INFINITY, workload.difference(other));
  }

  private static LinearWorkload workload(LinearOperation operation) {
    return new LinearWorkload(new LinearCase(operation, new LinearShape(7, 11, 5)));
  }
}
