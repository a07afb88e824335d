package io.github.softmax4j;

import io.github.softmax4j.internal.RowArray;

/** What is written for each row that a class is drawn from. */
final class SampleOutputs {

  /** The class of a row without a softmax. */
  static final int NONE = -1;

  final RowArray<int[]> samples = new RowArray<>();

  /** Log-probabilities by the logits as they are; perhaps not given. */
  final RowArray<float[]> logProbabilities = new RowArray<>();

  /** Log-probabilities among what the filters leave; perhaps not given. */
  final RowArray<float[]> drawnLogProbabilities = new RowArray<>();

  /** Writes the class of a row. */
  void write(int r, int drawn) {
    samples.array[samples.offset + r] = drawn;
  }

  /** Writes a value of a row. Rounding may have made a log-probability positive. */
  static void write(RowArray<float[]> values, int r, double logProbability) {
    values.array[values.offset + r] = (float) Math.min(logProbability, 0);
  }
}
