package io.github.softmax4j.benchmarks;

import io.github.softmax4j.cli.Operation;

/**
 * A task of a library that computes in double, a row at a time. Its own memory is rows of doubles;
 * from heap to heap, floats are converted and back.
 */
public final class DoubleTask extends NativeTask {
  private final boolean givesMatrix;
  private final Batch batch;
  private final Row ofRow;
  private final double[][] logits;
  private final double[][] results;

  /** Takes the logits of a row, leaves the result in their place. */
  @FunctionalInterface
  public interface Row {
    /**
     * Does it for one row.
     *
     * @return the loss of the row, or anything where there is none
     */
    double run(int index, double[] row);
  }

  /** With the logits of the batch. */
  public DoubleTask(Operation operation, Batch batch, Row ofRow) {
    givesMatrix = operation.hasMatrix();
    this.batch = batch;
    this.ofRow = ofRow;
    logits = new double[batch.rows()][batch.classes()];
    results = new double[batch.rows()][batch.classes()];
    send();
  }

  @Override
  protected void send() {
    for (int row = 0; row < logits.length; row++) {
      int from = row * batch.classes();
      for (int c = 0; c < batch.classes(); c++) {
        logits[row][c] = batch.logits()[from + c];
      }
    }
  }

  @Override
  public double run() {
    double sum = 0;
    for (int row = 0; row < logits.length; row++) {
      System.arraycopy(logits[row], 0, results[row], 0, batch.classes());
      sum += ofRow.run(row, results[row]);
    }
    return sum / logits.length;
  }

  @Override
  public void fetch() {
    for (int row = 0; givesMatrix && row < results.length; row++) {
      int from = row * batch.classes();
      for (int c = 0; c < batch.classes(); c++) {
        batch.output()[from + c] = (float) results[row][c];
      }
    }
  }
}
