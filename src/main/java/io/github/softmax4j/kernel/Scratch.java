package io.github.softmax4j.kernel;

/** A thread's call on the vector path, with all that it works on: nothing is allocated. */
final class Scratch extends Call {

  private static final KernelTable TABLE = KernelTable.ofLanes(Lanes.LANES);

  private static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

  final Tile tile = new Tile(this);
  private final ClassMajor copy = new ClassMajor();

  private final RowKernel narrow = new NarrowRows(tile, copy, new ContiguousRows(tile, copy));
  private final RowKernel blocks = new NarrowRows(tile, copy, new BlockRows(tile, copy));
  private final RowKernel shortRows = new ShortRows(tile, new ShortPasses(tile));
  private final ColumnPasses columnPasses = new ColumnPasses(tile);
  private final RowKernel columns = new ShortRows(tile, columnPasses);
  private final RowKernel fewColumns = new ShortRows(tile, new RowwisePasses(tile, columnPasses));
  private final WideRows wide = new WideRows(tile);
  private final RowKernel longRows = new LongRows(tile, wide);

  private final Rows batch = new Rows(tile);

  private final SingleRowKernel singleNarrow = new SingleNarrowRow(this);
  private final SingleRowKernel singleMasked = new SingleMaskedRow(this);
  private final SingleRowKernel singleWide = new SingleWideRow(batch, wide);

  final SingleRows singleRows = new SingleRows(this);

  final VectorLosses losses = new VectorLosses(this);
  final VectorTransform transform = new VectorTransform();
  final Backward backward = new Backward(this, TABLE);

  /** Room for two vectors. */
  final float[] lanes = new float[2 * Lanes.LANES];

  Scratch() {}

  static Scratch ofThread() {
    return OF_THREAD.get();
  }

  /** The batch's first rows, with the kernel that serves them whatever others come with them. */
  Rows begin(double scale) {
    return batch.begin(kernel(), scale);
  }

  private RowKernel kernel() {
    if (!hasClassAxisLast()) {
      return blocks;
    }
    return switch (TABLE.kind(classes)) {
      case ACROSS_ROWS -> narrow;
      case MASKED, SHORT -> shortRows;
      case COLUMNS -> TABLE.isDoneOneByOne(rows, classes) ? fewColumns : columns;
      case ALONG_CLASSES -> wide;
      case PIECES -> LongRows.needsMaximaFirst(this) ? wide : longRows;
    };
  }

  /** What a few rows, or one of many classes, go through; {@code null} for others. */
  SingleRowKernel singleRowKernel() {
    if (hasMore()
        || targets.isGiven
        || !hasClassAxisLast()
        || !TABLE.isDoneOneByOne(rows, classes)) {
      return null;
    }
    return switch (TABLE.kind(classes)) {
      case ACROSS_ROWS -> singleNarrow;
      case MASKED, SHORT -> singleMasked;
      case ALONG_CLASSES -> singleWide;
      case COLUMNS, PIECES -> null;
    };
  }
}
