package io.github.softmax4j;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.Matrix;
import io.github.softmax4j.internal.RowArray;
import io.github.softmax4j.internal.sample.History;
import io.github.softmax4j.internal.sample.LogitChanges;
import java.util.Objects;
import java.util.stream.IntStream;

/** Refuses what does not fit of a {@link SampleBatch}, or of the biases of a {@link Sampler}. */
final class SampleArguments {

  private SampleArguments() {}

  static void checkBiases(int[] classes, float[] biases) {
    Objects.requireNonNull(classes, "classes");
    Objects.requireNonNull(biases, "biases");
    if (classes.length != biases.length) {
      throw new IllegalArgumentException(
          "logitBias: has %d classes, but %d biases".formatted(classes.length, biases.length));
    }
    for (int i = 0; i < classes.length; i++) {
      if (classes[i] < 0) {
        throw new IllegalArgumentException("logitBias: class " + classes[i] + " is negative");
      }
      if (!(biases[i] < Float.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "logitBias: the bias of class %d must be finite or -infinity, is %s"
                .formatted(classes[i], biases[i]));
      }
    }
  }

  /** The indices of the classes in the order of these, each of which is there once. */
  static int[] ascending(int[] classes) {
    int[] order =
        IntStream.range(0, classes.length)
            .boxed()
            .sorted((a, b) -> Integer.compare(classes[a], classes[b]))
            .mapToInt(i -> i)
            .toArray();
    for (int i = 1; i < order.length; i++) {
      if (classes[order[i]] == classes[order[i - 1]]) {
        throw new IllegalArgumentException(
            "logitBias: class " + classes[order[i]] + " is there twice");
      }
    }
    return order;
  }

  /** A call without a history has no penalties. */
  static void withoutHistory(LogitChanges changes, int classes) {
    if (changes != null) {
      refuse(changes.penalize(), "history: the sampler has penalties, which need a SampleBatch");
      checkBiasClasses(changes, classes);
    }
  }

  private static void checkBiasClasses(LogitChanges changes, int classes) {
    if (changes.lastClass() >= classes) {
      throw new IllegalArgumentException(
          "logitBias: class %d is outside [0, %d)".formatted(changes.lastClass(), classes));
    }
  }

  private static void refuse(boolean isWrong, String reason) {
    if (isWrong) {
      throw new IllegalStateException(reason);
    }
  }

  static void checkDraw(SampleBatch batch, LogitChanges changes) {
    Objects.requireNonNull(batch, "batch");
    Call call = Arguments.begin(batch.rows, batch.classes);
    SampleOutputs outputs = batch.outputs;
    if (batch.input != null) {
      checkLayer(batch);
    } else {
      checkLogits(call, batch);
    }
    refuse(!outputs.samples.isGiven(), "samples: the batch has no place for them");
    checkColumn(call, "logProbabilities", outputs.logProbabilities, batch);
    checkColumn(call, "drawnLogProbabilities", outputs.drawnLogProbabilities, batch);
    Checks.apartFromRows(
        "drawnLogProbabilities",
        outputs.drawnLogProbabilities,
        "logProbabilities",
        outputs.logProbabilities,
        batch.rows);
    checkChanges(batch, changes);
    samplesApart(batch);
    call.end();
  }

  static void checkProbabilities(SampleBatch batch, LogitChanges changes) {
    Objects.requireNonNull(batch, "batch");
    Call call = Arguments.begin(batch.rows, batch.classes);
    refuse(batch.input != null, "logits: a layer does not hold those that probabilities need");
    checkLogits(call, batch);
    Matrix out = batch.probabilities;
    refuse(!out.isGiven, "probabilities: the batch has no place for them");
    Arguments.out(call, "probabilities", out.array, out.offset, out.stride);
    checkChanges(batch, changes);
    call.end();
  }

  private static void checkLogits(Call call, SampleBatch batch) {
    Matrix logits = batch.logits;
    refuse(!logits.isGiven, "logits: the batch has neither these nor a layer");
    Arguments.logits(call, logits.array, logits.offset, logits.stride);
  }

  private static void checkLayer(SampleBatch batch) {
    LinearArguments.checkLayer(batch.input, batch.weights, batch.bias);
    LinearArguments.same("input", "rows", batch.input.rows, "the batch", batch.rows);
    LinearArguments.same("weights", "classes", batch.weights.rows, "the batch", batch.classes);
  }

  /** An output with a value for each row shares no element with an input. */
  private static void checkColumn(
      Call call, String name, RowArray<float[]> values, SampleBatch batch) {
    if (values.isGiven()) {
      Checks.apartFromMatrix(name, values.array, values.offset, "logits", call.logits, call);
      apart(name, values, "input", batch.input, batch.rows);
      apart(name, values, "weights", batch.weights, batch.rows);
      apart(name, values, "bias", batch.bias, batch.rows);
    }
  }

  private static void apart(
      String name, RowArray<float[]> values, String otherName, MatrixView other, int rows) {
    if (other != null && values.array == other.array) {
      MatrixView view = MatrixView.ofColumn(values.array, values.offset, rows);
      LinearArguments.apart(name, view, otherName, other);
    }
  }

  private static void checkChanges(SampleBatch batch, LogitChanges changes) {
    boolean hasHistory = batch.history.array != null;
    if (hasHistory) {
      checkHistory(batch.history, batch.rows, batch.classes);
    }
    if (changes != null) {
      refuse(
          changes.penalize() && !hasHistory, "history: the sampler has penalties, the batch none");
      checkBiasClasses(changes, batch.classes);
    }
  }

  private static void checkHistory(History history, int rows, int classes) {
    checkPlaces("historyTo", history.to, rows, history.length);
    checkPlaces("historyFrom", history.from, rows, history.length);
    checkPlaces("generatedFrom", history.generatedFrom, rows, history.length);
    for (int r = 0; r < rows; r++) {
      checkRow(history, r, classes);
    }
  }

  /** Each row has a place in its history, or its end. */
  private static void checkPlaces(String name, RowArray<int[]> places, int rows, int length) {
    if (!places.isGiven()) {
      return;
    }
    for (int r = 0; r < rows; r++) {
      int place = places.array[places.offset + r];
      if (place < 0 || place > length) {
        throw new IllegalArgumentException(
            "%s: row %d has %d, outside [0, %d]".formatted(name, r, place, length));
      }
    }
  }

  private static void checkRow(History history, int r, int classes) {
    int start = history.start(r);
    int end = history.end(r);
    if (start > end) {
      throw new IllegalArgumentException(
          "historyFrom: row %d begins at %d, behind its end at %d".formatted(r, start, end));
    }
    for (int i = start; i < end; i++) {
      int c = history.array[i];
      if (c < 0 || c >= classes) {
        throw new IllegalArgumentException(
            "history: row %d has class %d at index %d, outside [0, %d)"
                .formatted(r, c, i, classes));
      }
    }
  }

  /** Samples are written while later rows' histories have yet to be read. */
  private static void samplesApart(SampleBatch batch) {
    History history = batch.history;
    RowArray<int[]> samples = batch.outputs.samples;
    int rows = batch.rows;
    Checks.apartFromRows("samples", samples, "historyFrom", history.from, rows);
    Checks.apartFromRows("samples", samples, "historyTo", history.to, rows);
    Checks.apartFromRows("samples", samples, "generatedFrom", history.generatedFrom, rows);
    for (int r = 0; r < rows && samples.array == history.array; r++) {
      int start = history.start(r);
      int end = history.end(r);
      if (start < end && samples.offset < end && start < samples.offset + rows) {
        throw new IllegalArgumentException(
            "samples: overlap the history of row %d (offset %d against %d to %d)"
                .formatted(r, samples.offset, start, end));
      }
    }
  }
}
