package io.github.softmax4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CeilingScheduleTest {

  private static final Shape FIRST = new Shape(1, 2);
  private static final Shape SECOND = new Shape(3, 4);
  private static final List<Variant> VARIANTS = List.of(Variant.AVX2, Variant.AVX512);
  private static final List<Shape> NONE = List.of();

  @Test
  void onBothSidesOfEachOperation() {
    assertEquals(
        List.of(
            List.of(FIRST),
            NONE,
            List.of(FIRST),
            NONE,
            List.of(FIRST, SECOND),
            NONE,
            List.of(SECOND),
            NONE,
            List.of(SECOND)),
        due(List.of(Operation.SOFTMAX, Operation.LOSS), 1));
  }

  @Test
  void onBothSidesOfEachRound() {
    assertEquals(
        List.of(
            List.of(FIRST),
            NONE,
            List.of(FIRST),
            NONE,
            List.of(FIRST),
            NONE,
            List.of(FIRST, SECOND),
            NONE,
            List.of(SECOND),
            NONE,
            List.of(SECOND),
            NONE,
            List.of(SECOND)),
        due(List.of(Operation.SOFTMAX), 3));
  }

  @Test
  void notOfAClassAxisInTheMiddle() {
    Case image = new Case(Operation.SOFTMAX, new Shape(3, 4, 5), Variant.AVX2);
    Case rows = image.on(new Shape(15, 4));
    CeilingSchedule schedule = new CeilingSchedule(List.of(image, rows, image));
    assertEquals(NONE, schedule.dueBefore(0));
    assertEquals(List.of(rows.shape()), schedule.dueBefore(1));
    assertEquals(List.of(rows.shape()), schedule.dueBefore(2));
    assertEquals(NONE, schedule.dueBefore(3));
  }

  private static List<List<Shape>> due(List<Operation> operations, int rounds) {
    List<Case> cases = Mode.QUICK.cases(operations, List.of(FIRST, SECOND), VARIANTS);
    List<Case> inTurns = Rounds.of(cases, rounds);
    CeilingSchedule schedule = new CeilingSchedule(inTurns);
    return IntStream.rangeClosed(0, inTurns.size()).mapToObj(schedule::dueBefore).toList();
  }
}
