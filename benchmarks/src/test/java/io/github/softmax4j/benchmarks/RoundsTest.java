package io.github.softmax4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class RoundsTest {

  private static final Shape FIRST = new Shape(1, 2);
  private static final Shape SECOND = new Shape(3, 4);

  @Test
  void casesOfAShapeAreTogetherAndInTheirOrderInEachRound() {
    Case softmaxOfFirst = new Case(Operation.SOFTMAX, FIRST, Variant.SCALAR);
    Case lossOfFirst = new Case(Operation.LOSS, FIRST, Variant.SCALAR);
    Case softmaxOfSecond = new Case(Operation.SOFTMAX, SECOND, Variant.SCALAR);
    Case lossOfSecond = new Case(Operation.LOSS, SECOND, Variant.SCALAR);
    List<Case> cases = List.of(softmaxOfFirst, softmaxOfSecond, lossOfFirst, lossOfSecond);
    assertEquals(
        List.of(softmaxOfFirst, lossOfFirst, softmaxOfSecond, lossOfSecond), Rounds.of(cases, 1));
    assertEquals(
        List.of(
            softmaxOfFirst,
            lossOfFirst,
            softmaxOfFirst,
            lossOfFirst,
            softmaxOfSecond,
            lossOfSecond,
            softmaxOfSecond,
            lossOfSecond),
        Rounds.of(cases, 2));
  }

  @Test
  void layoutsOfTheSameWorkAreTogether() {
    Shape image = new Shape(3, 4, 5);
    Case softmax = new Case(Operation.SOFTMAX, image, Variant.SCALAR);
    Case loss = new Case(Operation.LOSS, image, Variant.SCALAR);
    Case between = new Case(Operation.SOFTMAX, FIRST, Variant.SCALAR);
    Shape rows = new Shape(15, 4);
    assertEquals(
        List.of(softmax, softmax.on(rows), loss, softmax, softmax.on(rows), loss, between, between),
        Rounds.of(List.of(softmax, between, softmax.on(rows), loss), 2));
  }
}
