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

  private static List<List<Shape>> due(List<Operation> operations, int rounds) {
    List<Case> cases = Mode.QUICK.cases(operations, List.of(FIRST, SECOND), VARIANTS);
    List<Case> inTurns = Rounds.of(cases, rounds);
    CeilingSchedule schedule = new CeilingSchedule(inTurns);
    return IntStream.rangeClosed(0, inTurns.size()).mapToObj(schedule::dueBefore).toList();
  }
}
