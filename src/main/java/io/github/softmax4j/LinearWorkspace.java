package io.github.softmax4j;

/**
 * The working memory of a {@link LinearCrossEntropy}: logits of as many rows as its budget allows,
 * and packed blocks of the operands. It grows to what the batches need, at most to the budget, and
 * is reused, so that later calls allocate nothing.
 *
 * <p>Not for several threads at once. It keeps no reference to a batch's arrays after a call.
 *
 * <p>The results do not depend on the budget while all classes of a row fit in it, as {@link
 * LinearCrossEntropy} states. The time does: 256 rows of logits or more are worth their memory.
 */
public final class LinearWorkspace {

  /** The budget of a batch that is given no workspace: 64 MB. */
  public static final long DEFAULT_BYTES = 64L << 20;

  /** What the product's packed blocks take at most. */
  static final long RESERVED_BYTES = 1L << 20;

  private final long bytes;

  /** The loss that uses this memory. */
  final LinearLoss loss = new LinearLoss(this);

  /** Logits, then their gradient. */
  float[] logits = {};

  /** Inputs of rows that are not beside each other. */
  float[] input = {};

  /** The gradient with respect to these. */
  float[] inputGradient = {};

  /** Losses and z-losses of rows whose batch has no place for them. */
  float[] rowValues = {};

  /** A group's share of some classes of a compensated weight gradient. */
  float[] group = {};

  /** Rounding errors of the weight gradient, if it is compensated. */
  float[] lost = {};

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

  static float[] atLeast(float[] array, long length) {
    return array.length >= length ? array : new float[Math.toIntExact(length)];
  }
}
