package io.github.softmax4j.internal.vector.rows;

import io.github.softmax4j.internal.vector.tile.Tile;

/** What {@link ShortRows} do with each element. All work on the rows of a tile. */
public abstract class RowPasses {

  /**
   * Finds the lanes of the largest bits as integers, whose order is wrong among negative floats.
   */
  public abstract void largestKeys();

  /** Finds the lanes of {@link Tile#gap}. */
  public abstract void weightedGaps();

  /** Finds the lanes of {@link Tile#sum}, and the terms if wanted. */
  public abstract void exponentials(boolean stores);

  /** See {@link RowKernel#scale}. */
  public abstract void scale();

  /** The same, and finds the lanes of the sum of all results but the label's. */
  public abstract void scaleAndSumOthers();

  /** Subtracts {@code shift * weight} from the results, with weights from {@code at} on. */
  public abstract void subtractWeights(float[] weights, int at);

  /** See {@link RowKernel#logSoftmax}. */
  public abstract void logSoftmax();
}
