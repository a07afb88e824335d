package io.github.softmax4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.softmax4j.internal.Kernel;
import io.github.softmax4j.internal.select.Kernels;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The comparison must find what it is there to find. */
@Tag("slow")
class AgreementTest {

  /** More than the tolerance allows, and little enough to need a good look. */
  private static final float SLIGHTLY = 1 + 1e-5f;

  private static final List<Integer> FEW_CLASS_COUNTS = List.of(1, 2, 7, 100);

  @Test
  void activeKernelAgrees() {
    List<Agreement> all = Agreement.check(Kernels.ACTIVE, Kernels.scalar(), Agreement.CLASS_COUNTS);
    for (Agreement agreement : all) {
      assertTrue(
          agreement.holds(),
          () -> agreement.operation() + ": " + agreement.worst() + " at " + agreement.worstPlace());
      assertTrue(agreement.rows() > 10_000, () -> "only " + agreement.rows() + " rows compared");
    }
  }

  @ParameterizedTest
  @EnumSource
  void findsAnArrayThatIsSlightlyOff(Operation spoilt) {
    assertFailsAlone(spoilt, WrongKernel.replacing(spoilt, value -> value * SLIGHTLY));
  }

  @ParameterizedTest
  @MethodSource("losses")
  void findsASumThatIsSlightlyOff(Operation spoilt) {
    assertFailsAlone(
        spoilt,
        WrongKernel.with(
            (operation, call, result) ->
                operation == spoilt ? (Object) ((Double) result * SLIGHTLY) : result));
  }

  static Stream<Operation> losses() {
    return Stream.of(Operation.values()).filter(Operation::hasLoss);
  }

  @ParameterizedTest
  @EnumSource
  void findsNaNThatIsLost(Operation spoilt) {
    assertFailsAlone(spoilt, WrongKernel.replacing(spoilt, v -> Double.isNaN(v) ? 0 : v));
  }

  @Test
  void findsAWriteBetweenTheRows() {
    assertFailsAlone(
        Operation.SOFTMAX,
        WrongKernel.with(
            (operation, call, result) -> {
              if (operation == Operation.SOFTMAX && call.out.offset > 0) {
                call.out.array[call.out.offset - 1] = 1e-3f;
              }
              return result;
            }));
  }

  private static void assertFailsAlone(Operation spoilt, Kernel wrong) {
    List<Agreement> all = Agreement.check(wrong, Kernels.scalar(), FEW_CLASS_COUNTS);
    assertEquals(Operation.values().length, all.size());
    for (Agreement agreement : all) {
      boolean expected = agreement.operation() != spoilt;
      assertEquals(expected, agreement.holds(), () -> agreement.operation().toString());
      assertFalse(!expected && agreement.worstPlace().isEmpty(), "says where");
    }
  }
}
