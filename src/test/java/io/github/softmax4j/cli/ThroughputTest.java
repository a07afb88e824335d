package io.github.softmax4j.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.softmax4j.internal.select.Kernels;
import org.junit.jupiter.api.Test;

class ThroughputTest {

  @Test
  void figureIsOfAnElement() {
    double nanos = new Throughput(Kernels.ACTIVE, 0.1).nanosPerElement(Operation.LOG_SUM_EXP);
    assertTrue(nanos > 0.01 && nanos < 10_000, () -> nanos + " ns per element");
  }
}
