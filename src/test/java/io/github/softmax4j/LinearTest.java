package io.github.softmax4j;

import io.github.softmax4j.cli.Operation;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The products of the linear layer against sums in double, within the bounds that are stated. */
class LinearTest {

  static Stream<Arguments> operationsAndData() {
    return Arrays.stream(LinearOperation.values())
        .flatMap(
            o ->
                Arrays.stream(LinearData.values())
                    .filter(LinearData::hasBound)
                    .map(d -> Arguments.of(o, d)));
  }

  @Tag("slow")
  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("operationsAndData")
  void isWithinTheBound(LinearOperation operation, LinearData data) {
    assertWithinBound(operation, data, LinearSizes.all());
  }

  /** Of lengths at which chains and sums of blocks lose the most. */
  @Tag("slow")
  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("operationsAndData")
  void longSumIsWithinTheBound(LinearOperation operation, LinearData data) {
    assertWithinBound(
        operation,
        data,
        List.of(new int[] {20_001, 2, 3}, new int[] {2, 20_001, 3}, new int[] {2, 3, 20_001}));
  }

  @Tag("slow")
  @ParameterizedTest
  @EnumSource
  void largeIsWithinTheBound(LinearOperation operation) {
    assertWithinBound(operation, LinearData.GAUSSIAN, LinearSizes.large());
  }

  private static void assertWithinBound(
      LinearOperation operation, LinearData data, List<int[]> shapes) {
    for (int[] shape : shapes) {
      LinearProblem p = LinearProblem.of(data, shape[0], shape[1], shape[2]);
      operation.assertWithinBound(p, operation.run(p));
    }
  }

  @ParameterizedTest
  @EnumSource
  void flatFormIsTheViewForm(LinearOperation operation) {
    for (int[] shape : LinearSizes.few()) {
      LinearProblem p = LinearProblem.of(LinearData.GAUSSIAN, shape[0], shape[1], shape[2]);
      LinearCall flat = new LinearCall(operation, p, Layout.TIGHT);
      flat.callFlat();
      Bits.assertSame(operation.run(p), flat.out.toRows(), operation + ", flat, " + p);
    }
  }

  /** The worked example of the softmax, as logits of an input and a bias. */
  @Test
  void workedExample() {
    float[] logits = new float[3];
    Linear.forward(
        new float[] {1, 2}, new float[] {1, 0, 1, 1, 0, 2}, new float[] {1, 0, 0}, logits, 1, 2, 3);
    Bits.assertSame(new float[] {2, 3, 4}, logits, "logits");
    float[] gradient = {0.25f, -0.75f, 0.5f};
    float[] inputGradient = new float[2];
    Linear.inputGradient(gradient, new float[] {1, 0, 1, 1, 0, 2}, inputGradient, 1, 2, 3);
    Bits.assertSame(new float[] {-0.5f, 0.25f}, inputGradient, "input gradient");
    float[] weightGradient = {1, 1, 1, 1, 1, 1};
    Linear.weightGradient(gradient, new float[] {1, 2}, weightGradient, true, 1, 2, 3);
    Bits.assertSame(
        new float[] {1.25f, 1.5f, 0.25f, -0.5f, 1.5f, 2}, weightGradient, "weight gradient");
    float[] biasGradient = {8, 8, 8};
    Linear.biasGradient(gradient, biasGradient, false, 1, 3);
    Bits.assertSame(gradient, biasGradient, "bias gradient");
  }

  /** A linear layer and the softmax of its logits, in one array or one after the other. */
  @Test
  void softmaxIsThatOfTheLogits() {
    for (int[] shape : LinearSizes.few()) {
      LinearProblem p = LinearProblem.of(LinearData.GAUSSIAN, shape[0], shape[1], shape[2]);
      for (boolean hasBias : new boolean[] {true, false}) {
        for (Layout layout : new Layout[] {Layout.TIGHT, Layout.SPACED, Layout.COLUMNS}) {
          assertSoftmaxes(p, hasBias, layout);
        }
      }
    }
  }

  private static void assertSoftmaxes(LinearProblem p, boolean hasBias, Layout layout) {
    LinearOperation forward =
        hasBias ? LinearOperation.FORWARD : LinearOperation.FORWARD_WITHOUT_BIAS;
    float[][] logits = forward.run(p);
    Batch batch = Batch.of(logits, p.classes);
    LinearCall call = new LinearCall(forward, p, layout);
    MatrixView bias = hasBias ? LinearCall.view(call.bias) : null;
    for (Operation operation : new Operation[] {Operation.SOFTMAX, Operation.LOG_SOFTMAX}) {
      if (operation == Operation.SOFTMAX) {
        Linear.softmax(view(call.first), view(call.second), bias, view(call.out));
      } else {
        Linear.logSoftmax(view(call.first), view(call.second), bias, view(call.out));
      }
      String where = "%s of a linear layer, %s, %s".formatted(operation, p, layout);
      call.out.assertGuardsUntouched(where);
      Outcome outcome = new Outcome(0, call.out.toRows(), null);
      Bounds.check(operation, batch, Reduction.NONE, outcome);
      Bits.assertSame(Call.run(operation, batch).rows(), outcome.rows(), where);
    }
  }

  private static MatrixView view(Matrix matrix) {
    return LinearCall.view(matrix);
  }
}
