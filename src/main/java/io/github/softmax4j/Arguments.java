package io.github.softmax4j;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.Matrix;
import io.github.softmax4j.internal.PickedClasses;
import java.util.Objects;

/** Puts the arguments of an operation into the call of the active kernel, each of them checked. */
final class Arguments {

  private Arguments() {}

  /** Starts a call for rows whose class axis is the last. */
  static Call begin(int rows, int classes) {
    Checks.sizes(rows, classes);
    return begun(rows, classes, 1);
  }

  /** Starts a call for the rows of some logits. */
  static Call begin(MatrixView logits) {
    Objects.requireNonNull(logits, "logits");
    Call call = begun(logits.outer, logits.columns, logits.inner);
    set(call.logits, logits);
    return call;
  }

  /** The same with an output for each logit. */
  static Call begin(MatrixView logits, String outName, MatrixView out) {
    Call call = begin(logits);
    out(call, outName, out);
    return call;
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

  /** A view of the call's shape. */
  static void matrix(Call call, String name, Matrix matrix, MatrixView view) {
    Objects.requireNonNull(view, name);
    Checks.shape(name, view, call.blocks, call.classes, call.inner);
    set(matrix, view);
  }

  private static void set(Matrix matrix, MatrixView view) {
    matrix.set(view.array, view.offset, view.stride, view.inner);
  }

  /**
   * Starts a backward call: what the forward operation gave, {@code y}, the gradient with respect
   * to it, and the output, which may take the place of either.
   */
  static Call backward(
      String name, MatrixView y, String upstreamName, MatrixView upstream, MatrixView out) {
    Objects.requireNonNull(y, name);
    Call call = begun(y.outer, y.columns, y.inner);
    set(call.logits, y);
    matrix(call, upstreamName, call.outGradient, upstream);
    matrix(call, "logitsGradient", call.out, out);
    backwardOut(call, name, upstreamName);
    return call;
  }

  /** The same for arrays, each from its start. */
  static void backward(
      Call call, String name, float[] y, String upstreamName, float[] upstream, float[] out) {
    int stride = call.classes;
    matrix(call, name, call.logits, y, 0, stride);
    matrix(call, upstreamName, call.outGradient, upstream, 0, stride);
    matrix(call, "logitsGradient", call.out, out, 0, stride);
    backwardOut(call, name, upstreamName);
  }

  private static void backwardOut(Call call, String name, String upstreamName) {
    Checks.inPlaceOrApart(name, call.logits, "logitsGradient", call.out, call);
    Checks.inPlaceOrApart(upstreamName, call.outGradient, "logitsGradient", call.out, call);
  }

  /** After the inputs. */
  static void out(Call call, String name, float[] out, int offset, int stride) {
    matrix(call, name, call.out, out, offset, stride);
    outApart(call, name, call.out);
  }

  /** After the inputs. */
  static void out(Call call, String name, MatrixView out) {
    matrix(call, name, call.out, out);
    outApart(call, name, call.out);
  }

  /** An output of each logit takes the logits' place or lies apart from all inputs. */
  static void outApart(Call call, String name, Matrix out) {
    if (call.targets.isGiven) {
      Checks.apart("targets", call.targets, name, out, call);
    }
    if (call.teacher.isGiven) {
      Checks.apart("teacherLogits", call.teacher, name, out, call);
    }
    Checks.inPlaceOrApart("logits", call.logits, name, out, call);
  }

  /** The most probable classes of each row, and a value for each of these. */
  static void leading(Call call, MatrixView logits, IntView indices, MatrixView values) {
    Objects.requireNonNull(indices, "indices");
    Objects.requireNonNull(values, "logProbabilities");
    Checks.classAxisLast("logits", logits);
    Checks.leading(indices.columns, call.classes);
    ofClasses(call, indices, values);
  }

  /** The same for {@code k} classes of each row, contiguous. */
  static void leading(Call call, int k, int[] indices, float[] values) {
    ofClasses(call, k, indices, values);
  }

  /** Given classes of each row, and a value for each of these. */
  static void picked(Call call, IntView indices, MatrixView values) {
    Objects.requireNonNull(indices, "indices");
    Objects.requireNonNull(values, "logProbabilities");
    ofClasses(call, indices, values);
    Checks.indices(
        indices.array, indices.offset, indices.stride, indices.columns, call.rows, call.classes);
  }

  /** The same for {@code k} classes of each row, contiguous. */
  static void picked(Call call, int k, int[] indices, float[] values) {
    Checks.atLeastOne("k", k);
    ofClasses(call, k, indices, values);
    Checks.indices(indices, 0, k, k, call.rows, call.classes);
  }

  /** Some classes of each row, and a value for each of these, apart from the logits. */
  private static void ofClasses(Call call, IntView indices, MatrixView values) {
    Checks.classAxisLast("logProbabilities", values);
    Checks.ints("indices", indices);
    Checks.rows("indices", indices.rows, call.rows);
    Checks.rows("logProbabilities", values.rows, call.rows);
    if (values.columns != indices.columns) {
      throw new IllegalArgumentException(
          "logProbabilities: has %d columns, but indices has %d"
              .formatted(values.columns, indices.columns));
    }
    set(call.picked.values, values);
    call.picked.set(indices.array, indices.offset, indices.stride, indices.columns);
    pickedApart(call);
  }

  /** The same for {@code k} classes of each row, contiguous. */
  private static void ofClasses(Call call, int k, int[] indices, float[] values) {
    Objects.requireNonNull(indices, "indices");
    Checks.perRow("indices", indices.length, 0, k, call.rows, k);
    Objects.requireNonNull(values, "logProbabilities");
    Checks.perRow("logProbabilities", values.length, 0, k, call.rows, k);
    call.picked.values.set(values, 0, k, 1);
    call.picked.set(indices, 0, k, k);
    pickedApart(call);
  }

  private static void pickedApart(Call call) {
    PickedClasses picked = call.picked;
    Checks.apartFromMatrix(
        "logProbabilities", picked.values, picked.number, "logits", call.logits, call);
  }

  /** After all matrices. */
  static void perRow(Call call, String name, float[] perRow, int offset) {
    outputOfRows(call, name, perRow, offset);
    call.perRow.set(perRow, offset);
  }

  /** After all matrices, a column. */
  static void perRow(Call call, String name, MatrixView column) {
    Checks.column(name, column, call.rows);
    perRow(call, name, column.array, column.offset);
  }

  /** After all matrices, what is written for each row. */
  static void outputOfRows(Call call, String name, float[] perRow, int offset) {
    Checks.perRow(name, perRow.length, offset, call.rows);
    Checks.apartFromMatrix(name, perRow, offset, "logits", call.logits, call);
    Checks.apartFromMatrix(name, perRow, offset, "gradient", call.out, call);
    Checks.apartFromMatrix(name, perRow, offset, "targets", call.targets, call);
    Checks.apartFromMatrix(name, perRow, offset, "teacherLogits", call.teacher, call);
  }

  /** With what a row becomes that the mask leaves nothing of, if that is not to be NaN. */
  static void options(Call call, SoftmaxOptions options, float emptyRow) {
    call.transform = Objects.requireNonNull(options, "options").transform;
    call.emptyRow = options.emptyRowsAreZero ? emptyRow : Float.NaN;
    if (options.mask != null) {
      options.mask.check(call);
      call.mask = options.mask.logitMask();
    }
    if (options.sinks != null) {
      sinks(call, options);
    }
  }

  /** After the probabilities. */
  static void sinkGradient(
      Call call,
      MatrixView upstream,
      MatrixView logSumExp,
      SoftmaxOptions options,
      float[] sinkGradient) {
    matrix(call, "probabilitiesGradient", call.outGradient, upstream);
    Checks.column("logSumExp", Objects.requireNonNull(logSumExp, "logSumExp"), call.rows);
    if (Objects.requireNonNull(options, "options").sinks == null) {
      throw new IllegalArgumentException("options: have no sinks");
    }
    Objects.requireNonNull(sinkGradient, "sinkGradient");
    if (sinkGradient.length < options.sinks.length) {
      throw new IndexOutOfBoundsException(
          "sinkGradient: has length %d, but there are %d sinks"
              .formatted(sinkGradient.length, options.sinks.length));
    }
    if (sinkGradient == options.sinks
        || sinkGradient == call.logits.array
        || sinkGradient == upstream.array
        || sinkGradient == logSumExp.array) {
      throw new IllegalArgumentException("sinkGradient: is the array of an input");
    }
    call.perRow.set(logSumExp.array, logSumExp.offset);
    sinks(call, options);
  }

  private static void sinks(Call call, SoftmaxOptions options) {
    boolean isOutput = call.out.isGiven && call.out.array == options.sinks;
    if (isOutput || call.perRow.array == options.sinks) {
      throw new IllegalArgumentException("sinks: share an array with a result or log-sum-exp");
    }
    if (call.classes == Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "sinks: a row of %d classes has no room for one more".formatted(call.classes));
    }
    call.sinks = options.sinks;
    call.rowsOfSink = options.rowsOfSink;
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
    matrix.set(array, offset, stride, 1);
    Checks.matrix(name, matrix, call);
  }
}
