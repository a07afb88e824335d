package io.github.softmax4j;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.Matrix;
import java.util.Objects;

/** Puts the arguments of an operation into the call of the active kernel, each of them checked. */
final class Arguments {

  private Arguments() {}

  /** Starts a call for rows whose class axis is the last. */
  static Call begin(int rows, int classes) {
    Checks.sizes(rows, classes);
    return begun(rows, classes, 1);
  }

  /** Starts a call for {@code outer} blocks of {@code inner} rows beside each other. */
  static Call begin(int outer, int classes, int inner) {
    Checks.sizes(outer, classes, inner);
    return begun(outer, classes, inner);
  }

  private static Call begun(int blocks, int classes, int inner) {
    Startup.ensure();
    Call call = Active.KERNEL.takeCall();
    call.begin(blocks, classes, inner);
    return call;
  }

  static void logits(Call call, float[] logits, int offset, int stride) {
    matrix(call, "logits", call.logits, logits, offset, stride);
  }

  static void targets(Call call, float[] targets, int offset, int stride) {
    matrix(call, "targets", call.targets, targets, offset, stride);
  }

  /** What the forward operation gave, {@code y}, and the gradient with respect to it. */
  static void forward(Call call, String name, float[] y, int offset, int stride) {
    matrix(call, name, call.logits, y, offset, stride);
  }

  static void upstream(Call call, String name, float[] upstream, int offset, int stride) {
    matrix(call, name, call.outGradient, upstream, offset, stride);
  }

  /** All three, each from the start of its array. */
  static void backward(
      Call call,
      String name,
      float[] y,
      String upstreamName,
      float[] upstream,
      float[] out,
      int stride) {
    forward(call, name, y, 0, stride);
    upstream(call, upstreamName, upstream, 0, stride);
    backwardOut(call, name, upstreamName, out, 0, stride);
  }

  /** After these two; it may take the place of either. */
  static void backwardOut(
      Call call, String name, String upstreamName, float[] out, int offset, int stride) {
    matrix(call, "logitsGradient", call.out, out, offset, stride);
    Checks.inPlaceOrApart(name, call.logits, "logitsGradient", call.out, call);
    Checks.inPlaceOrApart(upstreamName, call.outGradient, "logitsGradient", call.out, call);
  }

  /** After the inputs. */
  static void out(Call call, String name, float[] out, int offset, int stride) {
    matrix(call, name, call.out, out, offset, stride);
    if (call.targets.isGiven) {
      Checks.apart("targets", call.targets, name, call.out, call);
    }
    Checks.inPlaceOrApart("logits", call.logits, name, call.out, call);
  }

  /** {@code k} values for each row, of as many classes, apart from the logits. */
  static void leading(Call call, int k, String name, float[] out, int offset, int stride) {
    Objects.requireNonNull(out, name);
    call.out.set(out, offset, stride, 1);
    Checks.perRow(name, out.length, offset, stride, call.rows, k);
    Checks.apartFromMatrix(name, call.out, k, "logits", call.logits, call);
  }

  /** After all matrices. */
  static void perRow(Call call, String name, float[] perRow, int offset) {
    outputOfRows(call, name, perRow, offset);
    call.perRow.set(perRow, offset);
  }

  /** After all matrices, what is written for each row. */
  static void outputOfRows(Call call, String name, float[] perRow, int offset) {
    Checks.perRow(name, perRow.length, offset, call.rows);
    Checks.apartFromMatrix(name, perRow, offset, "logits", call.logits, call);
    Checks.apartFromMatrix(name, perRow, offset, "gradient", call.out, call);
    Checks.apartFromMatrix(name, perRow, offset, "targets", call.targets, call);
  }

  /** With what a row becomes that the mask leaves nothing of, if that is not to be NaN. */
  static void options(Call call, SoftmaxOptions options, float emptyRow) {
    call.transform = Objects.requireNonNull(options, "options").transform;
    call.emptyRow = options.emptyRowsAreZero ? emptyRow : Float.NaN;
    if (options.mask != null) {
      options.mask.check(call);
      call.mask = options.mask.logitMask();
    }
  }

  /** The call's classes are these of all, of which the partials are. */
  static void partials(Call call, Partials partials, int firstClass, int allClasses) {
    if (Objects.requireNonNull(partials, "partials").rows() != call.rows) {
      throw new IllegalArgumentException(
          "partials: has %d rows, not %d".formatted(partials.rows(), call.rows));
    }
    call.part.set(firstClass, allClasses, partials.max, partials.sum);
  }

  private static void matrix(
      Call call, String name, Matrix matrix, float[] array, int offset, int stride) {
    matrix.set(array, offset, stride, call.inner);
    Checks.matrix(name, matrix, call);
  }
}
