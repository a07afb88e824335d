package io.github.softmax4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinearShapeTest {

  @Test
  void isWrittenAsItIsRead() {
    assertEquals(new LinearShape(256, 512, 1000), LinearShape.parse(" 256x512x1000"));
    assertEquals("256x512x1000", new LinearShape(256, 512, 1000).toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"256x512", "1x2x3x4", "axbxc", "0x1x1", "100000x2x100000"})
  void whatIsNoShapeIsRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> LinearShape.parse(text));
  }

  @Test
  void largeShapesAreThoseThatTakeLong() {
    assertTrue(LinearShape.parse("256x512x1000").isLarge());
    assertFalse(LinearShape.parse("1000x784x10").isLarge());
  }

  @Test
  void fewRowsAreOnlyMultipliedForwardAndCountTheBytesOfTheWeights() {
    List<LinearCase> cases = LinearCase.of(List.of(new LinearShape(4, 10, 20)));
    assertEquals(List.of("forward 4x10x20"), cases.stream().map(LinearCase::toString).toList());
    assertEquals(4 * 200, cases.get(0).amount());
    assertEquals("GB/s", cases.get(0).unit());
  }

  @Test
  void otherShapesHaveThreeProductsAndCountTheirFlops() {
    List<LinearCase> cases = LinearCase.of(List.of(new LinearShape(5, 10, 20)));
    assertEquals(3, cases.size());
    assertEquals(2 * 5 * 200, cases.get(2).amount());
    assertEquals("GFLOP/s", cases.get(2).unit());
  }
}
