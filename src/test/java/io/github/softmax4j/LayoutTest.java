package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.softmax4j.cli.Operation;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Offsets, strides and short forms; that guards and inputs stay whole is {@link Call#run}'s. */
class LayoutTest {

  @ParameterizedTest
  @EachOperation
  void rowsApart(Operation operation) {
    for (int classes : Sizes.small()) {
      for (int rows : Sizes.ROWS) {
        Batch batch = Batch.of(Family.GAUSSIAN, rows, classes);
        for (boolean inPlace : new boolean[] {false, true}) {
          Outcome outcome = Call.run(operation, batch, Layout.SPACED, inPlace, Reduction.MEAN);
          Bounds.check(operation, batch, Reduction.MEAN, outcome);
        }
      }
    }
  }

  @ParameterizedTest
  @EachOperation
  void shortFormIsTheFullForm(Operation operation) {
    for (Reduction reduction : Reduction.values()) {
      Batch batch = Batch.of(Family.GAUSSIAN, 5, 21);
      Call call = new Call(operation, batch, Layout.TIGHT, false, reduction);
      double value = Forms.callShort(call);
      Outcome full = Call.run(operation, batch, Layout.TIGHT, false, reduction);
      assertEquals(full.value(), value);
      if (operation.hasMatrix()) {
        Bits.assertSame(full.rows(), call.out.toRows(), operation + " short form");
      }
      if (operation.hasPerRow()) {
        Bits.assertSame(full.perRow(), call.perRow.array, operation + " short form, per row");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("losses")
  void rowLossesCanBeLeftOut(Operation operation) {
    for (Reduction reduction : new Reduction[] {Reduction.MEAN, Reduction.SUM}) {
      for (int classes : Sizes.around()) {
        Batch batch = Batch.of(Family.GAUSSIAN, 19, classes);
        Outcome full = Call.run(operation, batch, Layout.TIGHT, false, reduction);
        Call call = new Call(operation, batch, Layout.TIGHT, false, reduction);
        assertEquals(full.value(), Forms.callShortest(call));
        if (operation.hasMatrix()) {
          Bits.assertSame(full.rows(), call.out.toRows(), operation + " without row losses");
        }
      }
    }
  }

  /** Input and output as columns of one wider matrix: they interleave but share no element. */
  @ParameterizedTest
  @MethodSource("matrixOperations")
  void columnsOfOneMatrix(Operation operation) {
    int classes = 2 * Sizes.LANES + 3;
    int width = 2 * classes + 1;
    Batch batch = Batch.of(Family.GAUSSIAN, 9, classes);
    Outcome apart = Call.run(operation, batch);
    for (boolean outputFirst : new boolean[] {false, true}) {
      Call call = new Call(operation, batch, Layout.TIGHT, false, Reduction.SUM);
      float[] shared = new float[9 * width];
      call.logits.array = shared;
      call.logits.offset = outputFirst ? classes + 1 : 0;
      call.logits.stride = width;
      call.logits.fill(batch.logits);
      call.out = new Matrix(shared, outputFirst ? 0 : classes + 1, width, 9, classes);
      Forms.call(call);
      Bits.assertSame(apart.rows(), call.out.toRows(), "columns of one matrix");
      Bits.assertSame(batch.logits, call.logits.toRows(), "the logits' columns");
    }
  }

  @ParameterizedTest
  @MethodSource("matrixOperations")
  void oneBehindTheOtherInOneArray(Operation operation) {
    Batch batch = Batch.of(Family.GAUSSIAN, 4, 7);
    Call call = new Call(operation, batch, Layout.TIGHT, false, Reduction.SUM);
    float[] shared = Arrays.copyOf(call.logits.array, 2 * 28 + 4);
    call.logits.array = shared;
    call.out = new Matrix(shared, 28, 7, 4, 7);
    if (operation.hasPerRow()) {
      call.perRow.array = shared;
      call.perRow.offset = 2 * 28;
    }
    Forms.call(call);
    Outcome apart = Call.run(operation, batch);
    Bits.assertSame(apart.rows(), call.out.toRows(), "output behind the input");
    Bits.assertSame(batch.logits, call.logits.toRows(), "the logits before it");
  }

  static Stream<Operation> losses() {
    return Forms.OPERATIONS.stream().filter(Operation::hasLoss);
  }

  static Stream<Operation> matrixOperations() {
    return Forms.OPERATIONS.stream().filter(Operation::hasMatrix);
  }
}
