package io.github.softmax4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class WorkloadTest {

  private static final int CALLS = 3;

  /** In place above all: a call overwrites the logits, and the next needs them again. */
  @ParameterizedTest
  @MethodSource("everyPlacementOfEveryOperationInBothLayouts")
  void everyCallComputesTheSame(Placement placement, Operation operation, Shape shape) {
    Workload workload = new Workload(shape, placement);
    float[] logits = workload.data().logits().clone();
    for (int i = 0; i < CALLS; i++) {
      assertDoesNotThrow(() -> Verification.check(operation, workload));
    }
    assertArrayEquals(logits, workload.data().logits());
  }

  @ParameterizedTest
  @MethodSource("everyPlacementOfEveryOperationInBothLayouts")
  void thePlacementSaysWhereTheLogitsAreAndWhetherTheyAreCopied(
      Placement placement, Operation operation, Shape shape) {
    Workload workload = new Workload(shape, placement);
    assertEquals(placement == Placement.APART, workload.input() == workload.data().logits());
    assertEquals(placement == Placement.IN_PLACE, workload.input() == workload.output());
    if (placement != Placement.APART) {
      Arrays.fill(workload.input(), 0);
    }
    operation.run(workload);
    if (placement != Placement.IN_PLACE || !operation.givesMatrix()) {
      assertArrayEquals(workload.data().logits(), workload.input());
    }
  }

  private static Stream<Arguments> everyPlacementOfEveryOperationInBothLayouts() {
    return Stream.of(Placement.values())
        .flatMap(
            placement ->
                Stream.of(Operation.values())
                    .flatMap(
                        operation ->
                            Stream.of(new Shape(3, 5), new Shape(3, 5, 4))
                                .map(shape -> Arguments.of(placement, operation, shape))));
  }
}
