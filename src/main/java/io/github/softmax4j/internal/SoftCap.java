package io.github.softmax4j.internal;

import java.util.Arrays;

/**
 * The soft cap that the logits of a stage have. Its slope is a factor of their gradient. A kernel
 * may multiply the gradients of a row by it, where they would be no floats without it.
 */
public final class SoftCap {

  private float cap;

  private boolean[] isDone = {};

  /** Creates one without a cap. */
  public SoftCap() {}

  /** Sets the cap of rows none of which is done; 0 for none. */
  void begin(float cap, int rows) {
    this.cap = cap;
    if (cap != 0) {
      isDone = isDone.length < rows ? new boolean[rows] : isDone;
      Arrays.fill(isDone, 0, rows, false);
    }
  }

  /** Whether the logits have a cap. */
  public boolean isGiven() {
    return cap != 0;
  }

  /** Marks a row whose gradients have been multiplied by the slope. */
  public void setDone(int r) {
    if (isGiven()) {
      isDone[r] = true;
    }
  }

  boolean isDone(int r) {
    return isDone[r];
  }

  /**
   * The slope at a capped logit; 1 without a cap, and 0 at -infinity, where a class is left out.
   *
   * @param z the capped logits. A stage has them, so they are not where the gradients go.
   */
  public double slope(Matrix z, int r, int c) {
    if (cap == 0) {
      return 1;
    }
    double ratio = (double) z.array[z.row(r) + c * z.inner] / cap;
    return ratio == Double.NEGATIVE_INFINITY ? 0 : 1 - ratio * ratio;
  }

  /** Drops the cap. */
  void clear() {
    cap = 0;
  }
}
