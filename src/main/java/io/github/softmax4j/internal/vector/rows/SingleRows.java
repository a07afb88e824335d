package io.github.softmax4j.internal.vector.rows;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.RowOutputs;
import io.github.softmax4j.internal.vector.math.Logarithm;

/**
 * Operations on a few rows, one after the other. They do the arithmetic of {@link Rows} step by
 * step, so a row's bits do not depend on how many others come with it. Such a call is over before
 * steps for many rows would pay.
 */
public final class SingleRows {

  private final Call call;

  public SingleRows(Call call) {
    this.call = call;
  }

  public void softmax(SingleRowKernel kernel) {
    int offset = Rows.exponentOffset(call.classes, 1);
    for (int r = 0; r < call.rows; r++) {
      float sum = kernel.terms(r, kernel.max(r), offset);
      kernel.scale(r, 1 / sum);
    }
  }

  public void logSoftmax(SingleRowKernel kernel) {
    int offset = Rows.exponentOffset(call.classes, 1);
    for (int r = 0; r < call.rows; r++) {
      float max = kernel.max(r);
      float logSum = Logarithm.of(kernel.sum(r, max, offset), offset);
      kernel.logSoftmax(r, Rows.reference(max), logSum);
    }
  }

  public double loss(SingleRowKernel kernel) {
    int offset = Rows.exponentOffset(call.classes, 1);
    double total = 0;
    for (int r = 0; r < call.rows; r++) {
      float max = kernel.max(r);
      total += loss(r, max, atLabel(r), kernel.sum(r, max, offset), offset);
    }
    return total;
  }

  public double lossAndGradient(SingleRowKernel kernel) {
    int offset = Rows.exponentOffset(call.classes, call.scale);
    double total = 0;
    for (int r = 0; r < call.rows; r++) {
      float max = kernel.max(r);
      float atLabel = atLabel(r); // before the terms, which may take the logits' place
      float sum = kernel.terms(r, max, offset);
      total += loss(r, max, atLabel, sum, offset);
      kernel.gradient(r, call.label(r), sum, (float) call.scale / sum);
    }
    return total;
  }

  private float atLabel(int r) {
    return call.logits.array[call.logits.row(r) + call.label(r)];
  }

  private double loss(int r, float max, float atLabel, float sum, int offset) {
    return RowOutputs.keep(call, r, ((double) max - atLabel) + Logarithm.of(sum, offset));
  }
}
