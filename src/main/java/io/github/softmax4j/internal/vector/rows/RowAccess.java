package io.github.softmax4j.internal.vector.rows;

import io.github.softmax4j.internal.vector.tile.ClassMajor;
import io.github.softmax4j.internal.vector.tile.Tile;

/** How rows get from where they lie to {@link ClassMajor}, and results back. */
public abstract class RowAccess {

  /** How many rows of so many classes to take at once. */
  public abstract int rowsAtOnce(int classes);

  /** Copies the logits of the rows at hand. */
  public abstract void take();

  /** Writes what has taken their place to the results. */
  public abstract void give();

  /** Writes {@code factor * term} straight to the results, or tells that it does not. */
  public boolean scale() {
    return false;
  }

  /** Whether {@link #scaleExceptLabels} is there. */
  public boolean scalesExceptLabels() {
    return false;
  }

  /** Writes {@code factor * term} straight to the results, and {@link Tile#sum} at the labels. */
  public void scaleExceptLabels() {
    throw new UnsupportedOperationException();
  }

  /** Writes {@code (x - max) - logSum} straight to the results, or tells that it does not. */
  public boolean logSoftmax() {
    return false;
  }
}
