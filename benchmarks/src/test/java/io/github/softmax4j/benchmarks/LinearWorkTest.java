package io.github.softmax4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LinearWorkTest {
  @ParameterizedTest
  @ValueSource(strings = {"256x512", "1x2x3x4", "axbxc", "0x1x1", "100000x2x100000"})
  void whatIsNoShapeIsRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> LinearShape.parse(text));
  }

  @Test
  void fewRowsAreOnlyMultipliedForwardAndCountTheBytesOfTheWeights() {
    LinearShape few = LinearShape.parse("4x10x20");
    assertEquals(List.of(LinearOperation.FORWARD), few.operations());
    assertEquals(4 * 200, few.amount());
    assertEquals("GB/s", few.unit());
  }

  @Test
  void otherShapesHaveThreeProductsAndCountTheirFlops() {
    LinearShape shape = new LinearShape(5, 10, 20);
    assertEquals(3, shape.operations().size());
    assertEquals(2 * 5 * 200, shape.amount());
    assertEquals("GFLOP/s", shape.unit());
    assertTrue(LinearShape.parse("256x512x1000").isLarge());
    assertFalse(LinearShape.parse("1000x784x10").isLarge());
  }

  /** As BLAS would read the factors: what this library computes is that product. */
  @ParameterizedTest
  @EnumSource
  void theProductIsThatOfTheOperationAndWhatIsWrongIsSeen(LinearOperation operation) {
    LinearWork work = new LinearWork(operation, new LinearShape(7, 11, 5));
    assertThrows(IllegalStateException.class, work::requireRight); // nothing is computed yet
    work.run();
    assertTrue(work.requireRight() < LinearWork.SUM_TOLERANCE);
    float[] product = TestLinearPeer.product(work.gemm());
    assertTrue(LinearWork.difference(work.result(), product) < 1e-5);
    product[product.length - 1] = Float.NaN;
    assertEquals(Double.POSITIVE_INFINITY, LinearWork.difference(work.result(), product));
  }
}
