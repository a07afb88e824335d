package io.github.softmax4j;

import java.util.Arrays;
import java.util.stream.Stream;
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
