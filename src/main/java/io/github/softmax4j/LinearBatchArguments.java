package io.github.softmax4j;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.RowArray;

/** Checks a {@link LinearBatch} and puts its rows into the call of the active kernel. */
final class LinearBatchArguments {

  private LinearBatchArguments() {}

  /** Begins a call that has the rows of a batch, without logits. */
  static Call begin(LinearBatch batch, CrossEntropy loss, boolean withGradients) {
    checkRows(batch.rows);
    checkShapes(batch);
    if (withGradients) {
      checkGradients(batch);
    }
    Call call = BatchArguments.beginRows(batch.rows, loss.options);
    outputApart(call, "rowLosses", call.perRow, batch);
    outputApart(call, "zLosses", call.loss.zLosses, batch);
    outputApart(call, "logSumExp", call.loss.logSumExp, batch);
    outputApart(call, "entropy", call.loss.entropy, batch);
    if (withGradients) {
      gradientApart(call, "inputGradient", batch.inputGradient);
      gradientApart(call, "weightGradient", batch.weightGradient);
      gradientApart(call, "biasGradient", batch.biasGradient);
    }
    return call;
  }

  private static void checkRows(Minibatch rows) {
    refuse(rows.logits != null, "logits: the rows have some, but the layer gives them");
    refuse(rows.gradient != null, "gradient: is of logits, which a linear batch does not hold");
    refuse(rows.teacher != null, "teacherLogits: a linear batch has labels or targets");
    refuse(
        rows.logProbabilities != null,
        "logProbabilities: are of all logits, which a linear batch does not hold");
    refuse(rows.inner != 1, "rows: the class axis of a linear batch is the last");
    boolean isPart = rows.partials != null || rows.allClasses != rows.classes;
    refuse(isPart, "partials: a linear batch has all classes");
  }

  private static void refuse(boolean isWrong, String reason) {
    if (isWrong) {
      throw new IllegalStateException(reason);
    }
  }

  private static void checkShapes(LinearBatch batch) {
    LinearArguments.same("input", "rows", batch.input.rows, "the minibatch", batch.rows.outer);
    LinearArguments.same(
        "weights", "classes", batch.weights.rows, "the minibatch", batch.rows.classes);
    LinearArguments.same(
        "weights", "features", batch.weights.columns, "input", batch.input.columns);
    if (batch.bias != null) {
      LinearArguments.perClass("bias", batch.bias, "the minibatch", batch.rows.classes);
    }
  }

  private static void checkGradients(LinearBatch batch) {
    MatrixView input = batch.inputGradient;
    MatrixView weight = batch.weightGradient;
    MatrixView bias = batch.biasGradient;
    refuse(
        input == null && weight == null && bias == null,
        "inputGradient, weightGradient, biasGradient: the batch has a place for none");
    if (input != null) {
      sameShape("inputGradient", input, "rows", "input", batch.input);
      apartFromInputs("inputGradient", input, batch);
      LinearArguments.apart("inputGradient", input, "weightGradient", weight);
      LinearArguments.apart("inputGradient", input, "biasGradient", bias);
    }
    if (weight != null) {
      sameShape("weightGradient", weight, "classes", "weights", batch.weights);
      apartFromInputs("weightGradient", weight, batch);
      LinearArguments.apart("weightGradient", weight, "biasGradient", bias);
    }
    if (bias != null) {
      LinearArguments.perClass("biasGradient", bias, "weights", batch.weights.rows);
      apartFromInputs("biasGradient", bias, batch);
    }
  }

  private static void sameShape(
      String name, MatrixView view, String what, String otherName, MatrixView other) {
    Checks.classAxisLast(name, view);
    LinearArguments.same(name, what, view.rows, otherName, other.rows);
    LinearArguments.same(name, "features", view.columns, otherName, other.columns);
  }

  private static void apartFromInputs(String name, MatrixView out, LinearBatch batch) {
    LinearArguments.apart(name, out, "input", batch.input);
    LinearArguments.apart(name, out, "weights", batch.weights);
    LinearArguments.apart(name, out, "bias", batch.bias);
  }

  /** A gradient shares nothing with what comes with the rows. */
  private static void gradientApart(Call call, String name, MatrixView out) {
    if (out == null) {
      return;
    }
    if (call.targets.isGiven && call.targets.array == out.array) {
      MatrixView targets =
          MatrixView.of(
              out.array, call.targets.offset, call.targets.stride, call.rows, call.classes);
      LinearArguments.apart(name, out, "targets", targets);
    }
    apart(name, out, "rowWeights", call.loss.rowWeights, call.rows);
    apart(name, out, "upstream", call.loss.upstream, call.rows);
    apart(name, out, "rowLosses", call.perRow, call.rows);
    apart(name, out, "zLosses", call.loss.zLosses, call.rows);
    apart(name, out, "logSumExp", call.loss.logSumExp, call.rows);
    apart(name, out, "entropy", call.loss.entropy, call.rows);
  }

  /** What is written for each row shares nothing with the layer. */
  private static void outputApart(
      Call call, String name, RowArray<float[]> values, LinearBatch batch) {
    apart("input", batch.input, name, values, call.rows);
    apart("weights", batch.weights, name, values, call.rows);
    if (batch.bias != null) {
      apart("bias", batch.bias, name, values, call.rows);
    }
  }

  private static void apart(
      String name, MatrixView matrix, String otherName, RowArray<float[]> values, int rows) {
    if (values.isGiven() && values.array == matrix.array && rows > 0) {
      MatrixView row = MatrixView.of(values.array, values.offset, rows, 1, rows);
      LinearArguments.apart(otherName, row, name, matrix);
    }
  }
}
