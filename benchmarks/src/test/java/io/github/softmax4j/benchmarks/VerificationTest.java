package io.github.softmax4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.softmax4j.benchmarks.Verification.Output;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class VerificationTest {

  private static final Shape SHAPE = new Shape(3, 5);
  private static final Shape IMAGE = new Shape(3, 5, 4);

  @ParameterizedTest
  @EnumSource(Operation.class)
  void acceptsWhatTheLibraryComputes(Operation operation) {
    assertDoesNotThrow(() -> Verification.check(operation, new Workload(SHAPE)));
  }

  @ParameterizedTest
  @EnumSource(Operation.class)
  void acceptsASingleClass(Operation operation) {
    assertDoesNotThrow(() -> Verification.check(operation, new Workload(new Shape(2, 1))));
  }

  @ParameterizedTest
  @EnumSource(Operation.class)
  void acceptsAClassAxisInTheMiddle(Operation operation) {
    assertDoesNotThrow(() -> Verification.check(operation, new Workload(IMAGE)));
  }

  @Test
  void aClassAxisInTheMiddleIsNotTakenForContiguousRows() {
    float[] probabilities = new Workload(IMAGE.contiguous()).softmax();
    Verification verification = new Verification(Operation.SOFTMAX, new Data(IMAGE));
    assertThrows(
        IllegalStateException.class, () -> verification.check(Output.ofMatrix(probabilities)));
  }

  @Test
  void namesTheValueOfAClassAxisInTheMiddle() {
    float[] probabilities = new Workload(IMAGE).softmax();
    probabilities[IMAGE.index(5, 2)] *= 1.0001f;
    Verification verification = new Verification(Operation.SOFTMAX, new Data(IMAGE));
    IllegalStateException e =
        assertThrows(
            IllegalStateException.class, () -> verification.check(Output.ofMatrix(probabilities)));
    assertTrue(e.getMessage().contains("3x5x4 is wrong: row 5, value 2 is"), e.getMessage());
  }

  @Test
  void namesTheValueThatIsWrong() {
    float[] probabilities = new Workload(SHAPE).softmax();
    probabilities[7] *= 1.0001f;
    Verification verification = new Verification(Operation.SOFTMAX, new Data(SHAPE));
    IllegalStateException e =
        assertThrows(
            IllegalStateException.class, () -> verification.check(Output.ofMatrix(probabilities)));
    String where = e.getMessage().substring(0, e.getMessage().indexOf(':'));
    assertEquals("softmax 3x5 is wrong", where);
    assertEquals(
        "row 1, value 2", e.getMessage().replaceAll(".*: (row .*) is .* instead of .*", "$1"));
  }

  @Test
  void refusesNaN() {
    float[] probabilities = new Workload(SHAPE).softmax();
    probabilities[0] = Float.NaN;
    Verification verification = new Verification(Operation.SOFTMAX, new Data(SHAPE));
    assertThrows(
        IllegalStateException.class, () -> verification.check(Output.ofMatrix(probabilities)));
  }

  @Test
  void findsTheWorstOfEachOfSeveralOutputs() {
    Workload workload = new Workload(SHAPE);
    Verification verification = new Verification(Operation.LOSS, workload.data());
    double loss = workload.loss();
    List<WorstError> errors =
        verification.worstErrors(List.of(Output.ofLoss(loss), Output.ofLoss(loss + 1)));
    assertFalse(errors.get(0).isAbove(Verification.TOLERANCE));
    assertTrue(errors.get(1).isAbove(Verification.TOLERANCE));
    assertEquals(1 / loss, errors.get(1).share(), 1e-3);
  }

  @Test
  void theDataAreTheSameEveryTime() {
    assertArrayEquals(new Workload(SHAPE).softmax(), new Workload(SHAPE).softmax());
  }
}
