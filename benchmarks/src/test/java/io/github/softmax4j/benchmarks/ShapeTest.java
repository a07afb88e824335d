package io.github.softmax4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShapeTest {

  @Test
  void isWrittenRowsFirst() {
    assertEquals(new Shape(4096, 10), Shape.parse(" 4096x10"));
    assertEquals("4096x10", new Shape(4096, 10).toString());
    assertEquals(40960, new Shape(4096, 10).elements());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "10", "x", "10x", "1x2x3", "axb", "0x10", "10x-1", "65536x65536"})
  void refusesWhatIsNoShape(String text) {
    assertThrows(IllegalArgumentException.class, () -> Shape.parse(text));
  }
}
