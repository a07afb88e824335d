package io.github.softmax4j.kernel;

/** How rows get from where they lie to {@link ClassMajor}, and results back. */
interface RowAccess {

  /** How many rows of so many classes to take at once. */
  int rowsAtOnce(int classes);

  /** Copies the logits of the rows at hand. */
  void take();

  /** Writes what has taken their place to the results. */
  void give();

  /** Writes {@code factor * term} straight to the results, or tells that it does not. */
  default boolean scale() {
    return false;
  }

  /** Whether {@link #scaleExceptLabels} is there. */
  default boolean scalesExceptLabels() {
    return false;
  }

  /** Writes {@code factor * term} straight to the results, and {@link Tile#sum} at the labels. */
  default void scaleExceptLabels() {
    throw new UnsupportedOperationException();
  }

  /** Writes {@code (x - max) - logSum} straight to the results, or tells that it does not. */
  default boolean logSoftmax() {
    return false;
  }
}
