package io.github.softmax4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.softmax4j.benchmarks.Workload.Output;
import io.github.softmax4j.cli.Operation;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WorkloadTest {
  private static final Shape ROWS = new Shape(3, 5);
  private static final Shape IMAGE = new Shape(3, 5, 4);

  @ParameterizedTest
  @EnumSource
  void everyOperationIsRightInEveryLayout(Operation operation) {
    for (Shape shape : List.of(ROWS, IMAGE, new Shape(2, 1))) {
      assertDoesNotThrow(() -> Verification.check(new Workload(operation, shape)));
    }
  }

  /** In place above all: a call overwrites the logits, and the next needs them again. */
  @ParameterizedTest
  @EnumSource
  void everyPlacementGivesTheSameAtEachCall(Case.Placement placement) throws Exception {
    for (Operation operation : Mode.USUAL) {
      Data data = new Data(ROWS, placement);
      float[] logits = data.logits().clone();
      Workload workload = new Workload(operation, data);
      workload.run();
      assertDoesNotThrow(() -> Verification.check(workload));
      assertArrayEquals(logits, data.logits());
      assertEquals(placement == Case.Placement.APART, data.input() == data.logits());
      assertEquals(placement == Case.Placement.IN_PLACE, data.input() == data.output());
    }
  }

  @Test
  void everyMixedUseCanBeHad() {
    assertDoesNotThrow(
        () -> {
          for (TimedCall use : MixedUse.uses()) {
            use.run();
          }
        });
  }

  @Test
  void nothingIsWrittenIntoGaps() {
    float[] gradient = new MixedStrides(2, 5, 3).targetLossAndGradient();
    for (int i = 0; i < gradient.length; i++) {
      assertEquals(i % 8 < 3, gradient[i] == 0, "element " + i);
    }
  }

  @Test
  void aClassAxisInTheMiddleIsNotTakenForContiguousRows() throws Exception {
    Output ofRows = new Workload(Operation.SOFTMAX, IMAGE.contiguous()).output();
    Verification verification = new Verification(Operation.SOFTMAX, new Data(IMAGE));
    assertThrows(IllegalStateException.class, () -> verification.check(ofRows));
  }

  @ParameterizedTest
  @EnumSource
  void aWrongValueIsFoundInEveryOperation(Operation operation) throws Exception {
    Workload workload = new Workload(operation, IMAGE);
    Output right = workload.output();
    Verification verification = new Verification(operation, workload.data());
    float[] values = right.values().clone();
    int index = operation.hasMatrix() ? IMAGE.index(5, 2) : 5;
    values[index] = values[index] * 1.0001f + 1e-4f;
    boolean readsValues = operation.hasMatrix() || !operation.hasLoss();
    Output wrong =
        readsValues ? new Output(right.loss(), values) : new Output(right.loss() + 1, values);
    IllegalStateException e =
        assertThrows(IllegalStateException.class, () -> verification.check(wrong));
    String where =
        !readsValues ? "the mean loss" : "row 5, value " + (operation.hasMatrix() ? 2 : 0);
    assertTrue(e.getMessage().contains("3x5x4 is wrong: " + where + " is"), e.getMessage());
    values[index] = Float.NaN;
    assertThrows(
        IllegalStateException.class,
        () -> verification.check(new Output(readsValues ? right.loss() : Double.NaN, values)));
  }

  @Test
  void theWorstOfEachOfSeveralOutputsIsFound() throws Exception {
    Workload workload = new Workload(Operation.LOSS, ROWS);
    Output right = workload.output();
    Output wrong = new Output(right.loss() + 1, right.values());
    List<WorstError> errors =
        new Verification(Operation.LOSS, workload.data()).worstErrors(List.of(right, wrong));
    assertFalse(errors.get(0).isAbove(Verification.TOLERANCE));
    assertEquals(1 / right.loss(), errors.get(1).share(), 1e-3);
  }

  @Test
  void valuesCountEveryArrayOnce() {
    assertEquals(200, Operation.SOFTMAX.values(2, 50));
    assertEquals(102, Operation.LOG_SUM_EXP.values(2, 50));
    assertEquals(102, Operation.LOSS.values(2, 50));
    assertEquals(202, Operation.LOSS_AND_GRADIENT.values(2, 50));
    assertEquals(300, Operation.TARGET_LOSS_AND_GRADIENT.values(2, 50));
    assertEquals(300, Operation.SOFTMAX_BACKWARD.values(2, 50));
  }
}
