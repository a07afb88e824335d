package io.github.softmax4j;

/**
 * The working memory of a {@link LinearCrossEntropy}: logits of as many rows as its budget allows,
 * and packed blocks of the operands. It grows to what the batches need, at most to the budget, and
 * is reused, so that later calls allocate nothing. The packed blocks, 1 MiB at most, are part of a
 * budget of 2 MiB or more. A kernel has some memory beside it, whose size is fixed.
 *
 * <p>Not for several threads at once. It keeps no reference to a batch's arrays after a call.
 *
 * <p>The results do not depend on the budget if it is not too small, as {@link LinearCrossEntropy}
 * states. The time does: 256 rows of logits or more are worth their memory.
 */
public final class LinearWorkspace {

  /** The budget of a batch that is given no workspace: 64 MiB. */
  public static final long DEFAULT_BYTES = 64L << 20;

  /** What the packed blocks of a product take at most. */
  static final long PACKED_BYTES = 1L << 20;

  private final long bytes;

  /** The loss that uses this memory; {@code null} if the last call threw, and before the first. */
  LinearLoss loss;

  /** All arrays of a call, one after the other. */
  float[] memory = {};

  private LinearWorkspace(long bytes) {
    this.bytes = bytes;
  }

  /**
   * A workspace of a budget.
   *
   * @param bytes the budget, 1 or more; a call throws {@link IllegalStateException} if it needs
   *     more, and says how much
   * @return an empty workspace
   * @throws IllegalArgumentException if it is not positive
   */
  public static LinearWorkspace ofBytes(long bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException("bytes: must be at least 1, is " + bytes);
    }
    return new LinearWorkspace(bytes);
  }

  /**
   * The budget.
   *
   * @return the number of bytes
   */
  public long bytes() {
    return bytes;
  }

  /** Takes the loss for one call. A call that throws does not give it back. */
  LinearLoss takeLoss() {
    LinearLoss taken = loss == null ? new LinearLoss(this) : loss;
    loss = null;
    return taken;
  }

  /** Takes the loss back. */
  void keep(LinearLoss loss) {
    this.loss = loss;
  }

  /** Makes the memory long enough. */
  void take(int floats) {
    if (memory.length < floats) {
      memory = new float[0]; // the old one can be freed
      memory = new float[floats];
    }
  }
}
