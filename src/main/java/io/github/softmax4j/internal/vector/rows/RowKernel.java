package io.github.softmax4j.internal.vector.rows;

import io.github.softmax4j.internal.vector.tile.Tile;

/** The steps that depend on how rows go through the lanes. All work on the rows of a tile. */
public abstract class RowKernel {

  /** Prepares for a batch, and tells how many rows to take at once. */
  public abstract int rowsAtOnce();

  /** Finds {@link Tile#max}. */
  public abstract void maxima();

  /** As {@link #maxima}, of rows that the passes over those before them may have looked at. */
  public void nextMaxima() {
    maxima();
  }

  /** Finds {@link Tile#sum}, {@link Tile#gap} if there are weights, and the terms if wanted. */
  public abstract void terms(boolean stores);

  /** Writes {@code factor * term} to the results. */
  public abstract void scale();

  /**
   * Writes {@code factor * term - shift * weight}, with class weights from {@code at} on or none.
   *
   * <p>At a label it writes {@link Tile#labelBase} minus all other results. Where softmax is near
   * 1, softmax - 1 would lose digits.
   */
  public abstract void scaleMinusLabels(float[] weights, int at);

  /** Writes {@code (x - max) - logSum} to the results. */
  public abstract void logSoftmax();

  /** Finds {@link Tile#atLabel}. */
  public abstract void logitsAtLabels();

  /** Finds {@link Tile#gap} and {@link Tile#targetSum} of a row with targets {@code step} apart. */
  public abstract void target(int r, float[] targets, int at, int step);

  /** Turns a row's terms into {@code factor * term - scale * target}. */
  public abstract void scaleMinusTarget(int r, float[] targets, int at, int step, double scale);

  /** Writes what {@link #scaleMinusTarget} has found, where it is not written yet. */
  public void store() {
    // most find it in its place
  }
}
