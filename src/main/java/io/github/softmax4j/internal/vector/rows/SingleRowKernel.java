package io.github.softmax4j.internal.vector.rows;

/** The steps of one row that depend on its layout in vectors. */
public abstract class SingleRowKernel {

  /** Returns the largest logit; not finite if the row has no softmax. */
  public abstract float max(int r);

  /** Stores the terms, and returns their sum; NaN if the row has no softmax. */
  public abstract float terms(int r, float max, int offset);

  /** Returns the sum of the terms; NaN if the row has no softmax. */
  public abstract float sum(int r, float max, int offset);

  /** Writes {@code factor * term}. */
  public abstract void scale(int r, float factor);

  /**
   * Writes {@code factor * term}, but at the label minus the sum of all others: {@code softmax - 1}
   * loses digits where softmax is near 1.
   */
  public abstract void gradient(int r, int label, float sum, float factor);

  /** Writes {@code (x - reference) - logSum}. */
  public abstract void logSoftmax(int r, float reference, float logSum);
}
