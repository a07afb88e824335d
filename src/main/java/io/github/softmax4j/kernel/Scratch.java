package io.github.softmax4j.kernel;

/**
 * A thread's call on the vector path, with what it needs beside arguments: nothing is allocated.
 */
final class Scratch extends Call {

  private static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

  private final LoneRows loneNarrow = new LoneNarrowRows(this);
  private final LoneRows loneMasked = new LoneMaskedRows(this);
  private final Rows narrow = new NarrowRows(this);
  private final Rows blocks = new BlockRows(this);
  private final Rows shortRows = new ShortRows(this);
  private final Rows columns = new ColumnRows(this);
  private final Rows few = new FewRows(this);
  private final WideRows wide = new WideRows(this);
  private final Rows longRows = new LongRows(this);

  private final LoneRows loneWide = new LoneWideRows(this, wide);

  private final VectorLosses losses = new VectorLosses(this);

  private final VectorTransform transform = new VectorTransform();

  Scratch() {}

  private final Backward backward = new Backward(this);

  private final float[] lanes = new float[2 * Lanes.LANES];

  Backward backward() {
    return backward;
  }

  VectorTransform transform() {
    return transform;
  }

  /** Room for two vectors. */
  float[] lanes() {
    return lanes;
  }

  /** The losses that have options. */
  VectorLosses losses() {
    return losses;
  }

  static Scratch ofThread() {
    return OF_THREAD.get();
  }

  /** What the rows go through. A row's result does not depend on how many others come with it. */
  Rows rows() {
    if (!hasClassAxisLast()) {
      return blocks;
    }
    if (NarrowRows.fits(classes)) {
      return narrow;
    }
    if (ShortRows.fits(classes)) {
      return shortRows;
    }
    if (ColumnRows.fits(classes)) {
      return FewRows.fit(rows) ? few : columns;
    }
    return LongRows.fit(this) ? longRows : wide;
  }

  /** What a few rows, or one of many classes, go through; {@code null} for others. */
  LoneRows loneRows() {
    LoneRows lone =
        NarrowRows.fits(classes)
            ? loneNarrow
            : LoneMaskedRows.fit(classes)
                ? loneMasked
                : LoneWideRows.fit(classes) ? loneWide : null;
    return lone != null && lone.fit() ? lone : null;
  }
}
