package io.github.softmax4j.internal.vector.rows;

/** The loops of {@link PieceRows} over a range of its row, which the tile describes. */
public abstract class PieceLoops {

  /** See {@link RowKernel#hasVectors}. */
  public boolean hasVectors() {
    return true;
  }

  /** Computes the maximum of the range as {@link AlongRows#maxima} does. */
  public abstract void maxima();

  /** Stores the lanes of the sums of terms and weighted gaps of the range; may store the terms. */
  public abstract void findLaneSums(boolean stores);

  /** Computes pieces until one has a larger logit; see {@code PiecewisePass.find}. */
  public abstract int findPieces(int remaining, int end, int maxKey, boolean stores);

  /** Returns the maximum of some logits, NaN if one is NaN. */
  public abstract float max(int from, int to);

  /** Returns the sum of {@code n} elements, with compensation; overwrites the tile's lanes. */
  public abstract double sum(float[] values, int at, int n);

  /** Multiplies the terms of the range by the factor, and subtracts weights if there are any. */
  public abstract void scale(float[] weights, int at);

  /** As {@link #scale} without weights, for results that go to memory. */
  public void scaleToMemory() {
    scale(null, 0);
  }

  /** As {@link #scale} without weights, but results below the normal numbers become 0. */
  public abstract void scaleWithoutDenormals(float factor);

  /** Computes {@link RowKernel#logSoftmax} of the range. */
  public abstract void logSoftmax();
}
