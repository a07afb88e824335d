package io.github.softmax4j.internal;

/** Which logits of a row count. */
public interface LogitMask {

  /**
   * How many classes of a row there are to look at, of {@code classes}; those behind are dropped.
   */
  default int end(int row, int classes) {
    return classes;
  }

  /** Drops, of a row's first {@code n} logits, those that do not count, and biases the others. */
  default void apply(int row, float[] logits, int at, int n, int classes) {
    // what is before the end counts
  }
}
