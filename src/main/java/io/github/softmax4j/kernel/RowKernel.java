package io.github.softmax4j.kernel;

/** The steps that depend on how rows go through the lanes. All work on the rows of a tile. */
interface RowKernel {

  /** Prepares for a batch, and tells how many rows to take at once. */
  int rowsAtOnce();

  /** Finds {@link Tile#max}. */
  void maxima();

  /** As {@link #maxima}, of rows that the passes over those before them may have looked at. */
  default void nextMaxima() {
    maxima();
  }

  /** Finds {@link Tile#sum}, {@link Tile#gap} if there are weights, and the terms if wanted. */
  void terms(boolean stores);

  /** Writes {@code factor * term} to the results. */
  void scale();

  /**
   * Writes {@code factor * term - shift * weight}, with class weights from {@code at} on or none.
   *
   * <p>At a label it writes {@link Tile#labelBase} minus all other results. Where softmax is near
   * 1, softmax - 1 would lose digits.
   */
  void scaleMinusLabels(float[] weights, int at);

  /** Writes {@code (x - max) - logSum} to the results. */
  void logSoftmax();

  /** Finds {@link Tile#atLabel}. */
  void logitsAtLabels();

  /** Finds {@link Tile#gap} and {@link Tile#targetSum} of a row with targets {@code step} apart. */
  void target(int r, float[] targets, int at, int step);

  /** Turns a row's terms into {@code factor * term - scale * target}. */
  void scaleMinusTarget(int r, float[] targets, int at, int step, double scale);

  /** Writes what {@link #scaleMinusTarget} has found, where it is not written yet. */
  default void store() {
    // most find it in its place
  }
}
