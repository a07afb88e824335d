package io.github.softmax4j.kernel;

/** What a call on the vector path needs beside arguments: nothing is allocated. */
final class Scratch {

  private static final KernelTable TABLE = KernelTable.ofLanes(Lanes.LANES);

  private final Call call;

  private final LoneRows loneNarrow;
  private final LoneRows loneMasked;
  private final Rows narrow;
  private final Rows blocks;
  private final Rows shortRows;
  private final Rows columns;
  private final Rows few;
  private final WideRows wide;
  private final Rows longRows;

  private final LoneRows loneWide;

  private final VectorLosses losses;

  private final VectorTransform transform = new VectorTransform();

  private final Backward backward;

  Scratch(Call call) {
    this.call = call;
    loneNarrow = new LoneNarrowRows(call);
    loneMasked = new LoneMaskedRows(call);
    narrow = new NarrowRows(call);
    blocks = new BlockRows(call);
    shortRows = new ShortRows(call);
    columns = new ColumnRows(call);
    few = new FewRows(call);
    wide = new WideRows(call);
    longRows = new LongRows(call);
    loneWide = new LoneWideRows(call, wide);
    losses = new VectorLosses(call, this);
    backward = new Backward(call);
  }

  Backward backward() {
    return backward;
  }

  VectorTransform transform() {
    return transform;
  }

  /** The losses that have options. */
  VectorLosses losses() {
    return losses;
  }

  /** What the rows go through. A row's result does not depend on how many others come with it. */
  Rows rows() {
    if (!call.hasClassAxisLast()) {
      return blocks;
    }
    return switch (TABLE.kind(call.classes)) {
      case ACROSS_ROWS -> narrow;
      case MASKED, SHORT -> shortRows;
      case COLUMNS -> TABLE.isDoneOneByOne(call.rows, call.classes) ? few : columns;
      case ALONG_CLASSES -> wide;
      case PIECES -> LongRows.needsMaximaFirst(call) ? wide : longRows;
    };
  }

  /** What a few rows, or one of many classes, go through; {@code null} for others. */
  LoneRows loneRows() {
    if (call.hasMore()
        || call.targets.isGiven
        || !call.hasClassAxisLast()
        || !TABLE.isDoneOneByOne(call.rows, call.classes)) {
      return null;
    }
    return switch (TABLE.kind(call.classes)) {
      case ACROSS_ROWS -> loneNarrow;
      case MASKED, SHORT -> loneMasked;
      case ALONG_CLASSES -> loneWide;
      case COLUMNS, PIECES -> null;
    };
  }
}
