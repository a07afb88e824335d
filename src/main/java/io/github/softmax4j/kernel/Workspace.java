package io.github.softmax4j.kernel;

/** What a call on the vector path works on, made once: nothing is allocated later. */
final class Workspace {

  private static final KernelTable TABLE = KernelTable.ofLanes(Lanes.LANES);

  private final Call call;

  final Tile tile;
  private final Rows rows;

  private final RowKernel narrow;
  private final RowKernel blocks;
  private final RowKernel shortRows;
  private final RowKernel columns;
  private final RowKernel fewColumns;
  private final RowKernel wide;
  private final RowKernel longRows;

  final SingleRows singleRows;
  private final SingleRowKernel singleNarrow;
  private final SingleRowKernel singleMasked;
  private final SingleRowKernel singleWide;

  final VectorLosses losses;
  final VectorTransform transform = new VectorTransform();
  private final Backward backward;

  Workspace(Call call) {
    this.call = call;
    tile = new Tile(call);
    rows = new Rows(tile);
    ClassMajor copy = new ClassMajor();
    narrow = new NarrowRows(tile, copy, new ContiguousRows(tile, copy));
    blocks = new NarrowRows(tile, copy, new BlockRows(tile, copy));
    shortRows = new ShortRows(tile, new ShortPasses(tile));
    ColumnPasses columnPasses = new ColumnPasses(tile);
    columns = new ShortRows(tile, columnPasses);
    fewColumns = new ShortRows(tile, new RowwisePasses(tile, columnPasses));
    WideRows wideRows = new WideRows(tile);
    wide = wideRows;
    longRows = new LongRows(tile, wideRows);
    singleRows = new SingleRows(call);
    singleNarrow = new SingleNarrowRow(call);
    singleMasked = new SingleMaskedRow(call);
    singleWide = new SingleWideRow(rows, wideRows);
    losses = new VectorLosses(call);
    backward = new Backward(call);
  }

  /** The batch's first rows, with the kernel that serves them whatever others come with them. */
  Rows begin(double scale) {
    return rows.begin(kernel(), scale);
  }

  private RowKernel kernel() {
    if (!call.hasClassAxisLast()) {
      return blocks;
    }
    return switch (TABLE.kind(call.classes)) {
      case ACROSS_ROWS -> narrow;
      case MASKED, SHORT -> shortRows;
      case COLUMNS -> TABLE.isDoneOneByOne(call.rows, call.classes) ? fewColumns : columns;
      case ALONG_CLASSES -> wide;
      case PIECES -> LongRows.needsMaximaFirst(call) ? wide : longRows;
    };
  }

  /** The gradients of softmax or log-softmax with respect to logits. */
  void backward(boolean ofLog) {
    boolean isAcross = TABLE.backwardKind(call.classes) == KernelTable.Kind.ACROSS_ROWS;
    backward.gradients(ofLog, isAcross);
  }

  /** What a few rows, or one of many classes, go through; {@code null} for others. */
  SingleRowKernel singleRowKernel() {
    if (call.hasMore()
        || call.targets.isGiven
        || !call.hasClassAxisLast()
        || !TABLE.isDoneOneByOne(call.rows, call.classes)) {
      return null;
    }
    return switch (TABLE.kind(call.classes)) {
      case ACROSS_ROWS -> singleNarrow;
      case MASKED, SHORT -> singleMasked;
      case ALONG_CLASSES -> singleWide;
      case COLUMNS, PIECES -> null;
    };
  }
}
