package io.github.softmax4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CeilingScheduleTest {

  private static final Shape FIRST = new Shape(1, 2);
  private static final Shape SECOND = new Shape(3, 4);
  private static final List<Case> CASES =
      CeilingSchedule.byShape(
          Mode.QUICK.cases(
              List.of(Operation.SOFTMAX, Operation.LOSS),
              List.of(FIRST, SECOND),
              List.of(Variant.SCALAR, Variant.AVX2)));

  @Test
  void casesOfAShapeAreTogetherAndInTheirOrder() {
    assertEquals(
        List.of(FIRST, FIRST, FIRST, FIRST, SECOND, SECOND, SECOND, SECOND),
        CASES.stream().map(Case::shape).toList());
    assertEquals(new Case(Operation.SOFTMAX, FIRST, Variant.SCALAR), CASES.get(0));
    assertEquals(new Case(Operation.SOFTMAX, FIRST, Variant.AVX2), CASES.get(1));
    assertEquals(new Case(Operation.LOSS, FIRST, Variant.SCALAR), CASES.get(2));
  }

  @Test
  void beforeTheFirstAndAfterTheLastCaseOfAShape() {
    List<Shape> none = List.of();
    assertEquals(
        List.of(
            List.of(FIRST),
            none,
            none,
            none,
            List.of(FIRST, SECOND),
            none,
            none,
            none,
            List.of(SECOND)),
        due(new CeilingSchedule(CASES, false)));
  }

  @Test
  void betweenOperationsToo() {
    List<Shape> none = List.of();
    assertEquals(
        List.of(
            List.of(FIRST),
            none,
            List.of(FIRST),
            none,
            List.of(FIRST, SECOND),
            none,
            List.of(SECOND),
            none,
            List.of(SECOND)),
        due(new CeilingSchedule(CASES, true)));
  }

  private static List<List<Shape>> due(CeilingSchedule schedule) {
    return IntStream.rangeClosed(0, CASES.size()).mapToObj(schedule::dueBefore).toList();
  }
}
