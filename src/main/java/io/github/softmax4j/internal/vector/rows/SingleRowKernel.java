package io.github.softmax4j.internal.vector.rows;

/** The steps of one row that depend on how it goes through the lanes. */
public abstract class SingleRowKernel {

  /** The largest logit; not finite if the row has no softmax. */
  public abstract float max(int r);

  /** Finds the terms, and gives their sum; NaN if the row has no softmax. */
  public abstract float terms(int r, float max, int offset);

  /** The same sum alone. */
  public abstract float sum(int r, float max, int offset);

  /** Writes the terms times {@code factor}. */
  public abstract void scale(int r, float factor);

  /** The same, but minus all others at the label: softmax - 1 would lose digits near 1. */
  public abstract void gradient(int r, int label, float sum, float factor);

  /** Writes {@code (x - reference) - logSum}. */
  public abstract void logSoftmax(int r, float reference, float logSum);
}
