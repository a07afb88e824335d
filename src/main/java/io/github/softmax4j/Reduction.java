package io.github.softmax4j;

/** What becomes of the losses of a batch's rows, and so how the gradient is scaled. */
public enum Reduction {
  /**
   * Each row stands for itself: the losses go to the {@code rowLosses} array and each row's
   * gradient is that of its own loss. The returned value is the sum, for monitoring.
   */
  NONE,

  /** The mean over the rows; the gradient is that of the mean. Over no rows it is NaN. */
  MEAN,

  /** The sum over the rows; the gradient is that of the sum. Over no rows it is 0. */
  SUM
}
