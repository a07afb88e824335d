package io.github.softmax4j.kernel;

/**
 * A thread's call on the vector path, with what it needs beside arguments: nothing is allocated.
 */
final class Scratch extends Call {

  private static final KernelTable TABLE = KernelTable.ofLanes(Lanes.LANES);

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
    return switch (TABLE.kind(classes)) {
      case ACROSS_ROWS -> narrow;
      case MASKED, SHORT -> shortRows;
      case COLUMNS -> TABLE.isDoneOneByOne(rows, classes) ? few : columns;
      case ALONG_CLASSES -> wide;
      case PIECES -> LongRows.needsMaximaFirst(this) ? wide : longRows;
    };
  }

  /** What a few rows, or one of many classes, go through; {@code null} for others. */
  LoneRows loneRows() {
    if (hasMore()
        || targets.isGiven
        || !hasClassAxisLast()
        || !TABLE.isDoneOneByOne(rows, classes)) {
      return null;
    }
    return switch (TABLE.kind(classes)) {
      case ACROSS_ROWS -> loneNarrow;
      case MASKED, SHORT -> loneMasked;
      case ALONG_CLASSES -> loneWide;
      case COLUMNS, PIECES -> null;
    };
  }
}
