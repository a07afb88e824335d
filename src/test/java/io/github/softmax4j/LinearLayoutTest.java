package io.github.softmax4j;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Views of parts of one array. That guards and inputs stay whole is {@link LinearCall#run}'s. */
class LinearLayoutTest {

  private static final LinearProblem PROBLEM = LinearProblem.of(LinearData.GAUSSIAN, 35, 19, 37);

  /** All matrices as columns beside each other: they interleave but share no element. */
  @ParameterizedTest
  @EnumSource
  void columnsOfOneMatrix(LinearOperation operation) {
    assertSameInOneArray(operation, true);
    assertSameInOneArray(operation, false);
  }

  private static void assertSameInOneArray(LinearOperation operation, boolean outputFirst) {
    LinearCall call = new LinearCall(operation, PROBLEM, Layout.TIGHT);
    Matrix[] matrices =
        outputFirst
            ? new Matrix[] {call.out, call.bias, call.first, call.second}
            : new Matrix[] {call.second, call.first, call.bias, call.out};
    int width = 0;
    int most = 0;
    for (Matrix matrix : matrices) {
      width += matrix == null ? 0 : matrix.classes + 1;
      most = Math.max(most, matrix == null ? 0 : matrix.rows);
    }
    float[] shared = new float[most * width];
    int column = 0;
    for (Matrix matrix : matrices) {
      if (matrix != null) {
        move(matrix, shared, column, width);
        column += matrix.classes + 1;
      }
    }
    Bits.assertSame(operation.run(PROBLEM), runInOneArray(call), operation + ", one array");
  }

  private static float[][] runInOneArray(LinearCall call) {
    float[][] first = call.first.toRows();
    float[][] second = call.second == null ? new float[0][] : call.second.toRows();
    call.call();
    Bits.assertSame(first, call.first.toRows(), "the first input's columns");
    Bits.assertSame(
        second, call.second == null ? second : call.second.toRows(), "the second input's");
    Bits.assertSame(call.problem.bias, call.bias.toRows(), "the bias");
    return call.out.toRows();
  }

  private static void move(Matrix matrix, float[] array, int offset, int stride) {
    float[][] values = matrix.toRows();
    matrix.array = array;
    matrix.offset = offset;
    matrix.stride = stride;
    matrix.fill(values);
  }

  /** A row between the rows of a matrix belongs to nobody, and may be an output. */
  @Test
  void biasGradientBetweenTheRows() {
    int classes = PROBLEM.classes;
    Matrix gradient = new Matrix(PROBLEM.rows, classes, 0, classes, 0).fill(PROBLEM.gradient);
    MatrixView between = MatrixView.of(gradient.array, classes, classes, 1, classes);
    Linear.biasGradient(LinearCall.view(gradient), between, false);
    float[][] expected = LinearOperation.BIAS_GRADIENT.run(PROBLEM);
    Bits.assertSame(
        expected,
        new Matrix(gradient.array, classes, classes, 1, classes).toRows(),
        "between the rows");
    Bits.assertSame(PROBLEM.gradient, gradient.toRows(), "the rows");
  }

  /** Slices of rows and of classes: a tied or divided layer needs no copy. */
  @Test
  void slices() {
    LinearProblem p = PROBLEM;
    LinearCall call = new LinearCall(LinearOperation.FORWARD_WITHOUT_BIAS, p, Layout.SPACED);
    float[][] whole = call.operation.run(p);
    MatrixView input = LinearCall.view(call.first);
    MatrixView weights = LinearCall.view(call.second);
    MatrixView logits = LinearCall.view(call.out);
    Linear.forward(input.slice(3, 5), weights, null, logits.slice(3, 5));
    for (int r = 0; r < p.rows; r++) {
      float[] untouched = new Matrix(1, p.classes, 0, 0, 0).row(0);
      boolean inSlice = r >= 3 && r < 8;
      Bits.assertSame(inSlice ? whole[r] : untouched, call.out.row(r), "row " + r);
    }
    call.out.assertGuardsUntouched("logits");
    float[] some = new float[p.rows * 4];
    Linear.forward(input, weights.slice(2, 4), null, MatrixView.of(some, p.rows, 4));
    for (int r = 0; r < p.rows; r++) {
      for (int c = 0; c < 4; c++) {
        Bits.assertSame(
            new float[] {whole[r][c + 2]}, new float[] {some[4 * r + c]}, "class " + (c + 2));
      }
    }
  }
}
