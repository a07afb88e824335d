package io.github.softmax4j.internal.vector.rows;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.RowOutputs;
import io.github.softmax4j.internal.vector.math.Logarithm;
import io.github.softmax4j.internal.vector.tile.Tile;

/**
 * Operations on a few rows, one after the other, as steps over tiles cost more for few rows. The
 * operations and their order are those of {@link Rows}, so the results are equal.
 */
public final class SingleRows {

  private final Call call;

  /** The tile that kernels may use, which gives its arrays back. */
  private final Tile tile;

  /** Makes the operations of a tile's call. */
  public SingleRows(Tile tile) {
    this.tile = tile;
    call = tile.call;
  }

  /** Writes the softmax of each row. */
  public void softmax(SingleRowKernel kernel) {
    int offset = Rows.exponentOffset(call.classes, 1);
    for (int r = 0; r < call.rows; r++) {
      float sum = kernel.terms(r, kernel.max(r), offset);
      kernel.scale(r, 1 / sum);
    }
    tile.release();
  }

  /** Writes the log-softmax of each row. */
  public void logSoftmax(SingleRowKernel kernel) {
    int offset = Rows.exponentOffset(call.classes, 1);
    for (int r = 0; r < call.rows; r++) {
      float max = kernel.max(r);
      float logSum = Logarithm.of(kernel.sum(r, max, offset), offset);
      kernel.logSoftmax(r, Rows.reference(max), logSum);
    }
    tile.release();
  }

  /** Writes the log-probabilities of the picked classes of each row. */
  public void logProbabilities(SingleRowKernel kernel) {
    int offset = Rows.exponentOffset(call.classes, 1);
    for (int r = 0; r < call.rows; r++) {
      float max = kernel.max(r);
      float logSum = Logarithm.of(kernel.sum(r, max, offset), offset);
      Rows.keepPicked(call, r, Rows.reference(max), logSum);
    }
    tile.release();
  }

  /** Returns the sum of the plain losses. */
  public double loss(SingleRowKernel kernel) {
    int offset = Rows.exponentOffset(call.classes, 1);
    double total = 0;
    for (int r = 0; r < call.rows; r++) {
      float max = kernel.max(r);
      total += loss(r, max, atLabel(r), kernel.sum(r, max, offset), offset);
    }
    tile.release();
    return total;
  }

  /** Returns the sum of the plain losses, and writes their gradients. */
  public double lossAndGradient(SingleRowKernel kernel) {
    int offset = Rows.exponentOffset(call.classes, call.scale);
    double total = 0;
    for (int r = 0; r < call.rows; r++) {
      float max = kernel.max(r);
      float atLabel = atLabel(r); // the terms may overwrite the logits
      float sum = kernel.terms(r, max, offset);
      total += loss(r, max, atLabel, sum, offset);
      kernel.gradient(r, call.label(r), sum, (float) call.scale / sum);
    }
    tile.release();
    return total;
  }

  private float atLabel(int r) {
    return call.logits.array[call.logits.row(r) + call.label(r)];
  }

  private double loss(int r, float max, float atLabel, float sum, int offset) {
    return RowOutputs.keep(call, r, ((double) max - atLabel) + Logarithm.of(sum, offset));
  }
}
