package io.github.softmax4j;

import io.github.softmax4j.internal.Matrix;
import io.github.softmax4j.internal.RowArray;

/** What is written for each row that a class is drawn from. */
final class SampleOutputs {

  /** The class of a row without a softmax. */
  static final int NONE = -1;

  final RowArray<int[]> samples = new RowArray<>();

  /** Log-probabilities by the logits as they are; perhaps not given. */
  final Matrix logProbabilities = new Matrix();

  /** Log-probabilities among what the filters leave; perhaps not given. */
  final Matrix drawnLogProbabilities = new Matrix();

  /** Writes the class of a row. */
  void write(int r, int drawn) {
    samples.array[samples.offset + r] = drawn;
  }

  /** Writes a value of a row. Rounding may have made a log-probability positive. */
  static void write(Matrix column, int r, double logProbability) {
    column.array[column.row(r)] = (float) Math.min(logProbability, 0);
  }
}
