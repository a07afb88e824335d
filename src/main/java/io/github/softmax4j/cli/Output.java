package io.github.softmax4j.cli;

/** What an operation writes for a batch; what it does not write stays 0. */
final class Output {

  /** Probabilities, log-probabilities or the gradient, laid out as the batch's logits are. */
  final float[] matrix;

  /** Log-sum-exp or loss of each row. */
  final float[] perRow;

  /** The sum of the rows' losses. */
  double total;

  Output(Batch batch) {
    matrix = new float[batch.logits().length];
    perRow = new float[batch.rows()];
  }
}
