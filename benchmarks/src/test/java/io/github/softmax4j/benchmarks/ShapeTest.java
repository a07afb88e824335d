package io.github.softmax4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.stream.IntStream;
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

  @Test
  void threeSizesHaveTheClassesInTheMiddle() {
    Shape shape = Shape.parse("8x21x5");
    assertEquals(new Shape(8, 21, 5), shape);
    assertEquals("8x21x5", shape.toString());
    assertEquals(40, shape.rows());
    assertEquals(840, shape.elements());
    assertEquals(new Shape(40, 21), shape.contiguous());
  }

  @Test
  void everyValueHasItsPlace() {
    // rows beside each other, then classes, then blocks
    assertEquals(List.of(0, 1, 4, 5), valuesOf(new Shape(2, 2, 2), 0));
    assertEquals(List.of(2, 3, 6, 7), valuesOf(new Shape(2, 2, 2), 1));
    assertEquals(List.of(3, 4, 5), valuesOfRow(new Shape(2, 3), 1));
  }

  private static List<Integer> valuesOf(Shape shape, int c) {
    return IntStream.range(0, shape.rows()).mapToObj(row -> shape.index(row, c)).toList();
  }

  private static List<Integer> valuesOfRow(Shape shape, int row) {
    return IntStream.range(0, shape.classes()).mapToObj(c -> shape.index(row, c)).toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10",
        "x",
        "10x",
        "1x2x3x4",
        "1x2x0",
        "-8x21x-4",
        "2147483647x2147483647x2147483647",
        "axb",
        "0x10",
        "10x-1",
        "65536x65536"
      })
  void refusesWhatIsNoShape(String text) {
    assertThrows(IllegalArgumentException.class, () -> Shape.parse(text));
  }
}
