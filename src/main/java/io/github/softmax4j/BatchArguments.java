package io.github.softmax4j;

import io.github.softmax4j.kernel.Call;
import io.github.softmax4j.kernel.LossOptions;

/** Puts a {@link Minibatch} into the call of the active kernel, all of it checked. */
final class BatchArguments {

  private BatchArguments() {}

  static Call begin(Minibatch batch, LossOptions options, boolean withGradient) {
    require(batch.logits, "logits");
    Call call =
        batch.middleAxis
            ? Arguments.begin(batch.outer, batch.classes, batch.inner)
            : Arguments.begin(batch.outer, batch.classes);
    call.options = options;
    Arguments.logits(call, batch.logits, batch.logitsOffset, batch.logitsStride);
    part(call, batch, options);
    wanted(call, batch, options);
    if (withGradient) {
      require(batch.gradient, "gradient");
      Arguments.out(call, "gradient", batch.gradient, batch.gradientOffset, batch.gradientStride);
    }
    checkWeights(call, options);
    factorsOfRows(call, batch);
    outputsOfRows(call, batch);
    return call;
  }

  /** Whether the losses are nothing but those of labels or targets. */
  static boolean arePlain(Call call) {
    return call.rowWeights == null && call.upstream == null && areOfLabels(call);
  }

  /** Whether nothing is wanted that only logits can tell. */
  static boolean areOfLabels(Call call) {
    return call.zLosses == null
        && call.logSumExp == null
        && call.entropy == null
        && !call.counts
        && call.argmax == null
        && call.knownMax == null;
  }

  private static void require(Object array, String name) {
    if (array == null) {
      throw new IllegalStateException(name + ": the batch has none");
    }
  }

  private static void part(Call call, Minibatch batch, LossOptions options) {
    call.firstClass = batch.firstClass;
    call.allClasses = batch.allClasses;
    if (batch.partials == null) {
      if (batch.allClasses != batch.classes) {
        throw new IllegalStateException(
            "partials: %d of %d classes need the merged state of all"
                .formatted(batch.classes, batch.allClasses));
      }
      return;
    }
    Arguments.partials(call, batch.partials);
    if (options.focalGamma() != 0
        || batch.targets != null
        || batch.counts
        || batch.entropy != null) {
      throw new IllegalStateException(
          "partials: a part of the classes cannot tell focal losses, losses of targets, entropy or"
              + " how many rows are correct");
    }
  }

  private static void wanted(Call call, Minibatch batch, LossOptions options) {
    if (batch.targets != null) {
      Arguments.targets(call, batch.targets, batch.targetsOffset, batch.targetsStride);
      checkTargets(options);
      if (batch.counts) {
        throw new IllegalStateException(
            "countCorrect: rows are correct if they have a label, and these have targets");
      }
      return;
    }
    if (batch.labels == null && batch.longLabels == null) {
      throw new IllegalStateException("labels: the batch has none, and no targets");
    }
    call.labels(batch.labels, batch.labelsOffset);
    call.longLabels = batch.longLabels;
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
    if (weights != null && weights.length != call.allClasses) {
      throw new IllegalArgumentException(
          "classWeights: there are %d, but %d classes".formatted(weights.length, call.allClasses));
    }
  }

  private static void factorsOfRows(Call call, Minibatch batch) {
    if (batch.rowWeights != null) {
      int offset = batch.rowWeightsOffset;
      Checks.perRow("rowWeights", batch.rowWeights.length, offset, call.rows);
      Checks.weights("rowWeights", "row", batch.rowWeights, offset, call.rows);
      Checks.apartFromMatrix("rowWeights", batch.rowWeights, offset, "gradient", call.out, call);
      call.rowWeights = batch.rowWeights;
      call.rowWeightsOffset = offset;
    }
    if (batch.upstream != null) {
      Checks.perRow("upstream", batch.upstream.length, batch.upstreamOffset, call.rows);
      Checks.apartFromMatrix(
          "upstream", batch.upstream, batch.upstreamOffset, "gradient", call.out, call);
      call.upstream = batch.upstream;
      call.upstreamOffset = batch.upstreamOffset;
    }
  }

  private static void outputsOfRows(Call call, Minibatch batch) {
    if (batch.rowLosses != null) {
      output(call, "rowLosses", batch.rowLosses, batch.rowLossesOffset);
      call.perRow(batch.rowLosses, batch.rowLossesOffset);
    }
    if (batch.zLosses != null) {
      output(call, "zLosses", batch.zLosses, batch.zLossesOffset);
      call.zLosses = batch.zLosses;
      call.zLossesOffset = batch.zLossesOffset;
    }
    if (batch.logSumExp != null) {
      output(call, "logSumExp", batch.logSumExp, batch.logSumExpOffset);
      call.logSumExp = batch.logSumExp;
      call.logSumExpOffset = batch.logSumExpOffset;
    }
    if (batch.entropy != null) {
      output(call, "entropy", batch.entropy, batch.entropyOffset);
      call.entropy = batch.entropy;
      call.entropyOffset = batch.entropyOffset;
    }
    if (batch.argmax != null) {
      Checks.perRow("argmax", batch.argmax.length, batch.argmaxOffset, call.rows);
      apart(
          call,
          "argmax",
          batch.argmax,
          batch.argmaxOffset,
          "labels",
          batch.labels,
          batch.labelsOffset);
      call.argmax = batch.argmax;
      call.argmaxOffset = batch.argmaxOffset;
    }
    call.counts = batch.counts;
  }

  /** It shares nothing with the matrices, the factors of rows and the outputs before it. */
  private static void output(Call call, String name, float[] perRow, int offset) {
    Arguments.outputOfRows(call, name, perRow, offset);
    apart(call, name, perRow, offset, "rowWeights", call.rowWeights, call.rowWeightsOffset);
    apart(call, name, perRow, offset, "upstream", call.upstream, call.upstreamOffset);
    apart(call, name, perRow, offset, "rowLosses", call.perRow, call.perRowOffset);
    apart(call, name, perRow, offset, "zLosses", call.zLosses, call.zLossesOffset);
    apart(call, name, perRow, offset, "logSumExp", call.logSumExp, call.logSumExpOffset);
  }

  private static void apart(
      Call call, String name, Object array, int offset, String other, Object others, int otherAt) {
    Checks.apartFromRows(name, array, offset, other, others, otherAt, call.rows);
  }
}
