package io.github.softmax4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CeilingLineTest {

  @Test
  void namesTheCaseItIsTheCounterpartOf() {
    Case benchmarkCase = new Case(Operation.LOSS_AND_GRADIENT, new Shape(256, 10), Variant.AVX512);
    assertEquals(
        new CeilingLine(benchmarkCase, 0.38, 0.36),
        CeilingLine.parse("avx512\tloss_grad\t256\t10\t0.38\t0.36"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "avx2 softmax 2 3 0.5 0.4",
        "avx2\tsoftmax\t2\t3\t0.5",
        "avx2\tsoftmax\t2\t3\t0.5\t0.4\t1",
        "neon\tsoftmax\t2\t3\t0.5\t0.4",
        "avx2\tlogSoftmax\t2\t3\t0.5\t0.4",
        "avx2\tsoftmax\t0\t3\t0.5\t0.4",
        "avx2\tsoftmax\tmany\t3\t0.5\t0.4",
        "avx2\tsoftmax\t2\t3\tnan\t0.4",
        "avx2\tsoftmax\t2\t3\t0\t0.4",
        "avx2\tsoftmax\t2\t3\t0.5\tInfinity"
      })
  void refusesWhatIsNoSuchLine(String line) {
    assertThrows(IllegalArgumentException.class, () -> CeilingLine.parse(line));
  }
}
