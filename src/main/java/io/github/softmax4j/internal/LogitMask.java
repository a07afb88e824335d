package io.github.softmax4j.internal;

/** Drops logits of a row, by setting them to -infinity, or adds a bias to them. */
public interface LogitMask {

  /**
   * Number of classes of a row before the end, of {@code classes}. All classes from the end on are
   * dropped.
   */
  default int end(int row, int classes) {
    return classes;
  }

  /** Whether logits may become larger. */
  default boolean hasBias() {
    return false;
  }

  /** What is added to a logit before the end: its bias, or -infinity if it is dropped. */
  default double bias(int row, int c, int classes) {
    return 0;
  }

  /** Drops or biases the first {@code n} logits of a row, which start at index {@code at}. */
  default void apply(int row, float[] logits, int at, int n, int classes) {
    // all logits before the end count
  }
}
