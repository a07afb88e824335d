package io.github.softmax4j.internal.vector.rows;

import io.github.softmax4j.internal.vector.tile.Tile;

/** The steps that depend on the layout of rows in vectors. Each processes the rows of a tile. */
public abstract class RowKernel {

  /** Returns whether the steps are vector code. If not, those of {@link Rows} are not either. */
  public boolean hasVectors() {
    return true;
  }

  /** Prepares for a batch, and returns the number of rows in a tile. */
  public abstract int rowsAtOnce();

  /** Computes {@link Tile#max}. */
  public abstract void maxima();

  /** As {@link #maxima}, but uses maxima that passes over the previous tile have found. */
  public void nextMaxima() {
    maxima();
  }

  /** Returns whether {@link Tile#max} is known before the terms. */
  public boolean knowsMaxima() {
    return true;
  }

  /** Computes {@link Tile#sum}, and {@link Tile#gap} if there are weights; may store the terms. */
  public abstract void terms(boolean stores);

  /** Writes {@code factor * term} to the results. */
  public abstract void scale();

  /**
   * Writes {@code factor * term - shift * weight}. The class weights start at {@code at}, or are
   * null.
   *
   * <p>At a label it writes {@link Tile#labelBase} minus {@code factor * term} of all other
   * classes: {@code softmax - 1} loses digits where softmax is near 1.
   */
  public abstract void scaleMinusLabels(float[] weights, int at);

  /** Writes {@code (x - max) - logSum} to the results. */
  public abstract void logSoftmax();

  /** Loads {@link Tile#atLabel}. */
  public abstract void logitsAtLabels();

  /**
   * Computes {@link Tile#gap} and {@link Tile#targetSum} of a row. Its targets are {@code step}
   * apart.
   */
  public void target(Tile t, int r, float[] targets, int at, int step) {
    RowSteps.target(t, r, targets, at, step);
  }

  /** Computes the same of all rows, from the call's targets. */
  public void targets(Tile t) {
    RowSteps.targets(t); // C2-38
  }

  /** Replaces a row's terms by {@code factor * term - scale * target}. */
  public abstract void scaleMinusTarget(int r, float[] targets, int at, int step, double scale);

  /** Writes the results of {@link #scaleMinusTarget}, if they are in a copy. */
  public void store() {
    // only AcrossRows has a copy
  }
}
