package io.github.softmax4j;

import java.util.Arrays;
import java.util.stream.Stream;

/** The matrices of one call, in arrays with guards. The fields can be set to make a bad call. */
final class LinearCall {

  final LinearOperation operation;
  final LinearProblem problem;
  Matrix first;

  /** {@code null} for an operation of one input. */
  Matrix second;

  Matrix bias;
  Matrix out;

  LinearCall(LinearOperation operation, LinearProblem p, Layout l) {
    this.operation = operation;
    this.problem = p;
    this.first =
        new Matrix(p.rows, operation.firstColumns(p), l.logitsOffset(), l.logitsGap(), l.behind())
            .fill(operation.first(p));
    this.second = operation.second(p) == null ? null : second(l);
    this.bias = new Matrix(1, p.classes, l.perRowOffset(), 0, l.behind()).fill(p.bias);
    this.out =
        new Matrix(
            operation.outRows(p), operation.outColumns(p), l.outOffset(), l.outGap(), l.behind());
    if (operation.accumulates()) {
      out.fill(operation.start(p));
    }
  }

  private Matrix second(Layout l) {
    float[][] values = operation.second(problem);
    return new Matrix(
            values.length, problem.features, l.targetsOffset(), l.targetsGap(), l.behind())
        .fill(values);
  }

  static MatrixView view(Matrix m) {
    return m == null ? null : MatrixView.of(m.array, m.offset, m.stride, m.rows, m.classes);
  }

  void call() {
    operation.call(view(first), view(second), view(bias), view(out));
  }

  void callFlat() {
    operation.callFlat(
        first.array,
        second == null ? null : second.array,
        bias.array,
        out.array,
        problem.rows,
        problem.features,
        problem.classes);
  }

  /** Calls, and checks that all of the result and nothing else is written. */
  float[][] run() {
    Matrix[] inputs = Stream.of(first, second, bias).filter(m -> m != null).toArray(Matrix[]::new);
    float[][] before = Arrays.stream(inputs).map(m -> m.array.clone()).toArray(float[][]::new);
    call();
    for (int i = 0; i < inputs.length; i++) {
      assertSameRawBits(before[i], inputs[i].array, operation + ", input " + i);
    }
    out.assertGuardsUntouched(operation.outName);
    out.assertRowsWritten(operation.outName);
    return out.toRows();
  }

  static void assertSameRawBits(float[] expected, float[] actual, String what) {
    int at = Arrays.mismatch(rawBits(expected), rawBits(actual));
    if (at >= 0) {
      throw new AssertionError("%s: element %d became %s".formatted(what, at, actual[at]));
    }
  }

  private static int[] rawBits(float[] values) {
    int[] bits = new int[values.length];
    Arrays.setAll(bits, i -> Float.floatToRawIntBits(values[i]));
    return bits;
  }
}
