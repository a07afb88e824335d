package io.github.softmax4j;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every operation against the oracle, within the bounds of its Javadoc. */
class AccuracyTest {

  @ParameterizedTest(name = "{0} of {1} logits")
  @MethodSource("operationsAndFamilies")
  void withinBounds(Operation operation, Family family) {
    for (int classes : Sizes.smallAndMedium()) {
      for (int rows : Sizes.ROWS) {
        check(operation, Batch.of(family, rows, classes), Reduction.MEAN);
      }
    }
  }

  @ParameterizedTest(name = "{0} classes, {1} logits")
  @MethodSource("vocabulariesAndFamilies")
  void withinBoundsForVocabularies(int classes, Family family) {
    Batch batch = Batch.of(family, 2, classes);
    for (Operation operation : Operation.values()) {
      check(operation, batch, Reduction.SUM);
      Outcome inPlace = operation.run(batch, Layout.TIGHT, true, Reduction.SUM);
      Outcome apart = operation.run(batch, Layout.TIGHT, false, Reduction.SUM);
      apart.assertSameBits(inPlace, operation + " of " + family + ", in place");
    }
  }

  @ParameterizedTest
  @EnumSource
  void reductions(Reduction reduction) {
    for (int rows : Sizes.ROWS) {
      Batch batch = Batch.of(Family.GAUSSIAN, rows, 10);
      for (Operation operation : Operation.values()) {
        check(operation, batch, reduction);
      }
    }
  }

  /** Terms of less than half a unit in the last place of the largest, where many share its sum. */
  @Test
  void farBelowTheLargest() {
    for (int classes : new int[] {40, 257, 1000, 2000, 8192, 8193, 32000}) {
      float[] logits = new float[classes];
      float[] probabilities = new float[classes];
      for (int largest : new int[] {0, classes / 2, classes - 1}) {
        for (float distance = 15; distance < 18; distance += 0.125f) {
          Arrays.fill(logits, -distance);
          logits[largest] = 0;
          Softmax.softmax(logits, probabilities, 1, classes);
          String where = "%d classes, %s below class %d".formatted(classes, distance, largest);
          double sum = Oracle.sum(Oracle.toDouble(probabilities));
          Bounds.within(1, sum, Bounds.FAR_BELOW, where);
          double expected = Oracle.of(logits).softmax()[largest];
          Bounds.within(expected, probabilities[largest], Bounds.FAR_BELOW, where);
        }
      }
    }
  }

  static Stream<Arguments> operationsAndFamilies() {
    return Arrays.stream(Operation.values())
        .flatMap(o -> Arrays.stream(Family.values()).map(f -> Arguments.of(o, f)));
  }

  static Stream<Arguments> vocabulariesAndFamilies() {
    return Arrays.stream(Sizes.LARGE)
        .boxed()
        .flatMap(n -> Arrays.stream(Family.values()).map(f -> Arguments.of(n, f)));
  }

  private static void check(Operation operation, Batch batch, Reduction reduction) {
    Outcome outcome = operation.run(batch, Layout.TIGHT, false, reduction);
    Bounds.check(operation, batch, reduction, outcome);
  }
}
