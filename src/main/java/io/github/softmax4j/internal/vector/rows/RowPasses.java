package io.github.softmax4j.internal.vector.rows;

import io.github.softmax4j.internal.vector.tile.Tile;

/** The loops of {@link ShortRows} over the elements of a tile. */
public abstract class RowPasses {

  /** Stores each row's largest keys by lane. The order of keys is reversed for negative floats. */
  public abstract void largestKeys();

  /** Stores the sums of {@link Tile#gap} by lane. */
  public abstract void weightedGaps();

  /** Stores the sums of {@link Tile#sum} by lane, and the terms if {@code stores}. */
  public abstract void exponentials(boolean stores);

  /** Computes {@link RowKernel#scale}. */
  public abstract void scale();

  /** As {@link #scale}, and stores the sums of all results except the label's by lane. */
  public abstract void scaleAndSumOthers();

  /** Subtracts {@code shift * weight} from the results. The weights start at {@code at}. */
  public abstract void subtractWeights(float[] weights, int at);

  /** Computes {@link RowKernel#logSoftmax}. */
  public abstract void logSoftmax();
}
