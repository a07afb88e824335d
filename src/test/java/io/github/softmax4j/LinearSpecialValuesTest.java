package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** NaN, infinities, signed zeros, subnormals and no rows in the products of the linear layer. */
class LinearSpecialValuesTest {

  private static final float INFINITY = Float.POSITIVE_INFINITY;

  static Stream<Arguments> operationsAndData() {
    return Arrays.stream(LinearOperation.values())
        .flatMap(
            o ->
                Arrays.stream(LinearData.values())
                    .filter(d -> !d.hasBound())
                    .map(d -> Arguments.of(o, d)));
  }

  /** To the bit, but that any NaN equals any other. */
  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("operationsAndData")
  void followsTheArithmetic(LinearOperation operation, LinearData data) {
    for (int[] shape : LinearSizes.few()) {
      LinearProblem p = LinearProblem.of(data, shape[0], shape[1], shape[2]);
      Bits.assertSame(
          operation.specified(p), operation.run(p), "%s of %s, %s".formatted(operation, data, p));
    }
  }

  /** One element spoils the results that it is part of, and no other. */
  @ParameterizedTest
  @EnumSource
  void spoilsWhatItIsPartOf(LinearOperation operation) {
    for (int[] shape : LinearSizes.few()) {
      for (float spoiler : new float[] {Float.NaN, INFINITY, -INFINITY}) {
        for (int which = 0; which < 3; which++) {
          LinearProblem p = LinearProblem.of(LinearData.GAUSSIAN, shape[0], shape[1], shape[2]);
          float[][] spoiled = new float[][][] {p.input, p.weights, p.gradient}[which];
          float[] row = spoiled[spoiled.length / 2];
          row[row.length - 1] = spoiler;
          p.bias[0][p.classes / 2] = spoiler;
          String where = "%s, %s in matrix %d, %s".formatted(operation, spoiler, which, p);
          Bits.assertSame(operation.specified(p), operation.run(p), where);
        }
      }
    }
  }

  @Test
  void zeroTimesInfinityIsNaN() {
    float[] logits = new float[2];
    Linear.forward(new float[] {INFINITY, 1}, new float[] {0, 1, 1, 1}, null, logits, 1, 2, 2);
    Bits.assertSame(new float[] {Float.NaN, INFINITY}, logits, "logits");
  }

  /** A sum of products of zeros is what it starts from; only 0 itself takes up their sign. */
  @Test
  void signOfZero() {
    float[] weightGradient = {-0.0f, -0.0f, 0.0f};
    Linear.weightGradient(
        new float[] {-0.0f}, new float[] {1, -1, 1}, weightGradient, true, 1, 3, 1);
    Bits.assertSame(new float[] {-0.0f, 0, 0}, weightGradient, "chains from the start");
    float[] logits = new float[1];
    Linear.forward(new float[] {-0.0f}, new float[] {1}, new float[] {-0.0f}, logits, 1, 1, 1);
    Bits.assertSame(new float[] {0}, logits, "a chain from 0, added to the start");
  }

  /** A float's exact square and the negative of its rounded square leave the rounding error. */
  @Test
  void productsAreNotRounded() {
    float x = 1 + 0x1p-12f;
    float[] logits = new float[1];
    Linear.forward(new float[] {x * x, x}, new float[] {-1, x}, null, logits, 1, 2, 1);
    Bits.assertSame(new float[] {0x1p-24f}, logits, "rounding error");
  }

  @Test
  void noRows() {
    for (Layout layout : new Layout[] {Layout.TIGHT, Layout.SPACED}) {
      for (LinearOperation operation : LinearOperation.values()) {
        LinearProblem none = LinearProblem.of(LinearData.SIGNED_ZEROS, 0, 19, 5);
        float[][] out = new LinearCall(operation, none, layout).run();
        float[][] sums = operation.isOfBias() ? none.biasSums : none.weightSums;
        float[][] zeros = new float[sums.length][sums[0].length];
        assertEquals(operation.isByRow() ? 0 : sums.length, out.length);
        if (!operation.isByRow()) {
          Bits.assertSame(operation.accumulates() ? sums : zeros, out, operation + ", no rows");
        }
      }
    }
  }

  @Test
  void softmaxOfNoRows() {
    float[] none = new float[0];
    MatrixView input = MatrixView.of(none, 0, 3);
    MatrixView weights = MatrixView.of(new float[6], 2, 3);
    MatrixView out = MatrixView.of(none, 0, 2);
    Linear.softmax(input, weights, null, out);
    Linear.logSoftmax(input, weights, null, out);
  }
}
