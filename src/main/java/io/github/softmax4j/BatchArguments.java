package io.github.softmax4j;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.LossOptions;
import io.github.softmax4j.internal.LossRequest;
import io.github.softmax4j.internal.RowArray;

/** Puts a {@link Minibatch} into the call of the active kernel, all of it checked. */
final class BatchArguments {

  private BatchArguments() {}

  static Call begin(Minibatch batch, LossOptions options, boolean withGradient) {
    require(batch.logits, "logits");
    Call call = Arguments.begin(batch.logits);
    call.loss.begin(options);
    part(call, batch, options);
    wanted(call, batch, options);
    if (withGradient) {
      gradient(call, batch);
    }
    checkWeights(call, options);
    factorsOfRows(call, batch);
    outputsOfRows(call, batch);
    if (batch.logProbabilities != null) {
      LogProbabilities.check(call, batch);
    }
    return call;
  }

  /** The same for a loss without options, of a batch that is {@link Minibatch#isPlain plain}. */
  static Call beginPlain(Minibatch batch, boolean withGradient) {
    require(batch.logits, "logits");
    Call call = Arguments.begin(batch.logits);
    if (batch.targets != null) {
      Arguments.matrix(call, "targets", call.targets, batch.targets);
    } else {
      call.labels.takeRows(batch.labels, 0);
      Checks.labels(call);
    }
    if (withGradient) {
      gradient(call, batch);
    }
    if (batch.rowLosses.isGiven()) {
      Arguments.perRow(call, "rowLosses", batch.rowLosses.array, batch.rowLosses.offset);
    }
    return call;
  }

  /** The rows of a batch whose logits are computed, without logits and gradient. */
  static Call beginRows(Minibatch batch, LossOptions options) {
    Call call = Arguments.begin(batch.outer, batch.classes);
    call.loss.begin(options);
    wanted(call, batch, options);
    checkWeights(call, options);
    factorsOfRows(call, batch);
    outputsOfRows(call, batch);
    return call;
  }

  private static void gradient(Call call, Minibatch batch) {
    require(batch.gradient, "gradient");
    Arguments.out(call, "gradient", batch.gradient);
  }

  /** Whether the losses are nothing but those of labels or targets. */
  static boolean arePlain(Call call) {
    return !call.loss.rowWeights.isGiven()
        && !call.loss.upstream.isGiven()
        && !call.loss.hasOutputs()
        && !call.part.isGiven();
  }

  private static void require(Object array, String name) {
    if (array == null) {
      throw new IllegalStateException(name + ": the batch has none");
    }
  }

  private static void part(Call call, Minibatch batch, LossOptions options) {
    if (batch.partials == null) {
      if (batch.allClasses != batch.classes) {
        throw new IllegalStateException(
            "partials: %d of %d classes need the merged state of all"
                .formatted(batch.classes, batch.allClasses));
      }
      return;
    }
    Arguments.partials(call, batch.partials, batch.firstClass, batch.allClasses);
    if (options.focalGamma() != 0
        || batch.targets != null
        || batch.teacher != null
        || batch.counts
        || batch.entropy.isGiven()) {
      throw new IllegalStateException(
          "partials: a part of the classes cannot tell focal losses, losses of targets, entropy or"
              + " how many rows are correct");
    }
    batch.partials.checkAll(batch.allClasses);
  }

  private static void wanted(Call call, Minibatch batch, LossOptions options) {
    if (batch.teacher != null) {
      Arguments.matrix(call, "teacherLogits", call.teacher, batch.teacher);
      checkDistribution(batch, options);
    } else if (batch.targets != null) {
      Arguments.matrix(call, "targets", call.targets, batch.targets);
      checkDistribution(batch, options);
    } else {
      labels(call, batch, options);
    }
  }

  private static void checkDistribution(Minibatch batch, LossOptions options) {
    checkTargets(options);
    if (batch.counts) {
      throw new IllegalStateException(
          "countCorrect: rows are correct if they have a label, and these have targets");
    }
  }

  private static void labels(Call call, Minibatch batch, LossOptions options) {
    if (!batch.labels.isGiven() && !batch.longLabels.isGiven()) {
      throw new IllegalStateException("labels: the batch has none, and no targets");
    }
    call.labels.takeRows(batch.labels, 0);
    call.longLabels.takeRows(batch.longLabels, 0);
    Checks.labels(call, options);
  }

  static void checkTargets(LossOptions options) {
    if (options.focalGamma() != 0) {
      throw new IllegalStateException(
          "targets: a focal loss is of labels; a distribution has no one probability");
    }
  }

  /** There is a class weight for each class. */
  static void checkWeights(Call call, LossOptions options) {
    float[] weights = options.classWeights();
    if (weights != null && weights.length != call.allClasses()) {
      throw new IllegalArgumentException(
          "classWeights: there are %d, but %d classes"
              .formatted(weights.length, call.allClasses()));
    }
  }

  private static void factorsOfRows(Call call, Minibatch batch) {
    factor(call, "rowWeights", batch.rowWeights, call.loss.rowWeights);
    factor(call, "upstream", batch.upstream, call.loss.upstream);
    if (batch.rowWeights.isGiven()) {
      float[] weights = batch.rowWeights.array;
      Checks.weights("rowWeights", "row", weights, batch.rowWeights.offset, call.rows);
    }
  }

  private static void factor(
      Call call, String name, RowArray<float[]> given, RowArray<float[]> taken) {
    if (given.isGiven()) {
      Checks.perRow(name, given.array.length, given.offset, call.rows);
      Checks.apartFromMatrix(name, given.array, given.offset, "gradient", call.out, call);
      taken.takeRows(given, 0);
    }
  }

  private static void outputsOfRows(Call call, Minibatch batch) {
    LossRequest loss = call.loss;
    output(call, "rowLosses", batch.rowLosses, call.perRow);
    output(call, "zLosses", batch.zLosses, loss.zLosses);
    output(call, "logSumExp", batch.logSumExp, loss.logSumExp);
    output(call, "entropy", batch.entropy, loss.entropy);
    RowArray<int[]> argmax = batch.argmax;
    if (argmax.isGiven()) {
      Checks.perRow("argmax", argmax.array.length, argmax.offset, call.rows);
      Checks.apartFromRows("argmax", argmax, "labels", batch.labels, call.rows);
      loss.argmax.takeRows(argmax, 0);
    }
    loss.countsCorrect = batch.counts;
  }

  /** It shares nothing with the matrices, the factors of rows and the outputs before it. */
  private static void output(
      Call call, String name, RowArray<float[]> given, RowArray<float[]> taken) {
    if (given.isGiven()) {
      Arguments.outputOfRows(call, name, given.array, given.offset);
      LossRequest loss = call.loss;
      Checks.apartFromRows(name, given, "rowWeights", loss.rowWeights, call.rows);
      Checks.apartFromRows(name, given, "upstream", loss.upstream, call.rows);
      Checks.apartFromRows(name, given, "rowLosses", call.perRow, call.rows);
      Checks.apartFromRows(name, given, "zLosses", loss.zLosses, call.rows);
      Checks.apartFromRows(name, given, "logSumExp", loss.logSumExp, call.rows);
      taken.takeRows(given, 0);
    }
  }
}
