package io.github.softmax4j.internal.vector.rows;

/** The copying of logits from the caller's array to {@code ClassMajor}, and of results back. */
public abstract class RowAccess {

  /** Returns the number of rows in a tile. */
  public abstract int rowsAtOnce(int classes);

  /** Copies the logits of the tile's rows. */
  public abstract void copyLogits();

  /** Copies the results, which have replaced the logits in the copy, to the caller's array. */
  public abstract void writeResults();

  /** Writes {@code factor * term} to the results, or returns false and writes nothing. */
  public boolean scale() {
    return false;
  }

  /** Returns whether {@link #scaleExceptLabels} is supported. */
  public boolean scalesExceptLabels() {
    return false;
  }

  /** Writes {@code factor * term} to the results, but {@code Tile.sum} at the labels. */
  public void scaleExceptLabels() {
    throw new UnsupportedOperationException();
  }

  /** Writes {@code (x - max) - logSum} to the results, or returns false and writes nothing. */
  public boolean logSoftmax() {
    return false;
  }
}
