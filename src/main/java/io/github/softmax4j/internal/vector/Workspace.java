package io.github.softmax4j.internal.vector;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.vector.backward.Backward;
import io.github.softmax4j.internal.vector.math.Width;
import io.github.softmax4j.internal.vector.rows.AcrossRows;
import io.github.softmax4j.internal.vector.rows.AlongRows;
import io.github.softmax4j.internal.vector.rows.BlockRows;
import io.github.softmax4j.internal.vector.rows.ColumnPasses;
import io.github.softmax4j.internal.vector.rows.ContiguousRows;
import io.github.softmax4j.internal.vector.rows.PieceRows;
import io.github.softmax4j.internal.vector.rows.RowKernel;
import io.github.softmax4j.internal.vector.rows.Rows;
import io.github.softmax4j.internal.vector.rows.RowwisePasses;
import io.github.softmax4j.internal.vector.rows.ShortPasses;
import io.github.softmax4j.internal.vector.rows.ShortRows;
import io.github.softmax4j.internal.vector.rows.SingleAcrossRow;
import io.github.softmax4j.internal.vector.rows.SingleAlongRow;
import io.github.softmax4j.internal.vector.rows.SingleMaskedRow;
import io.github.softmax4j.internal.vector.rows.SingleRowKernel;
import io.github.softmax4j.internal.vector.rows.SingleRows;
import io.github.softmax4j.internal.vector.rows.VectorPieceLoops;
import io.github.softmax4j.internal.vector.tile.ClassMajor;
import io.github.softmax4j.internal.vector.tile.Tile;

/**
 * All objects that operations of a call use. They are made when first needed, so later operations
 * allocate nothing.
 */
public final class Workspace {

  private static final KernelTable TABLE = KernelTable.ofLanes(Width.LANES);

  /** Whether a batch that is done row by row may have as many rows as a vector has lanes. */
  private static final boolean ROWS_MAY_FILL_A_VECTOR =
      Width.LANES <= KernelTable.MAX_ROWS_ONE_BY_ONE;

  private final Call call;

  /** The rows in progress, which all kernels share. */
  public final Tile tile;

  private final Rows rows;

  /** The copies of rows, which both kernels with lanes across rows share. */
  private final ClassMajor copy = new ClassMajor();

  private RowKernel across;
  private RowKernel blocks;
  private RowKernel shortRows;
  private ColumnPasses columnPasses;
  private RowKernel columns;
  private RowKernel rowwise;
  private AlongRows along;
  private RowKernel pieces;

  /** The operations on few rows, one by one. */
  public final SingleRows singleRows;

  private SingleRowKernel singleAcross;
  private SingleRowKernel singleMasked;
  private SingleRowKernel singleAlong;

  private VectorLosses losses;
  private VectorTransform transform;
  private Backward backward;

  private Lanewise lanewise;

  /** Has vector code compiled; {@code null} if vector code serves always. */
  private final Trainer trainer;

  /** Whether the call has been counted as one of single rows. */
  private boolean isCounted;

  /** Has vector code compiled like that of a call. */
  @FunctionalInterface
  interface Trainer {
    void request(Call call, int operation, int layout);
  }

  /** Has no vector code compiled. */
  static final Trainer LANEWISE_ONLY = (call, operation, layout) -> {};

  /** Makes the working memory of a call that vector code serves, compiled or not. */
  public Workspace(Call call) {
    this(call, null);
  }

  /** Makes the working memory of a call. Lanewise code serves until vector code is compiled. */
  Workspace(Call call, Trainer trainer) {
    this.call = call;
    this.trainer = trainer;
    tile = new Tile(call);
    rows = new Rows(tile);
    singleRows = new SingleRows(call);
  }

  /** Chooses the kernel, and returns the first tile of the batch with its maxima. */
  public Rows begin(int operation, double scale) {
    rows.addsOneByOne = ROWS_MAY_FILL_A_VECTOR && hasSingleRowKernel();
    return rows.begin(kernel(operation), scale);
  }

  /** Whether a plain call for these rows, with labels, has a {@link #singleRowKernel}. */
  private boolean hasSingleRowKernel() {
    return call.hasClassAxisLast()
        && TABLE.isDoneOneByOne(call.rows, call.classes)
        && TABLE.kind(call.classes) != KernelTable.Kind.COLUMNS;
  }

  /**
   * Returns whether vector code serves an operation. If not, counts the call, and lanewise code
   * serves.
   */
  private boolean hasVectors(int operation, int layout) {
    if (Readiness.isReady(operation, layout) || trainer == null) {
      return true;
    }
    if (trainer == LANEWISE_ONLY) {
      return false;
    }
    if (Readiness.count(call, operation, layout)) {
      trainer.request(call, operation, layout);
    } else if (Readiness.isLoaded(operation, layout)) {
      make(layout); // so that the first call of vector code needs no memory
    }
    return false;
  }

  private RowKernel kernel(int operation) {
    if (!call.hasClassAxisLast()) {
      return hasVectors(operation, Readiness.BLOCKS) ? blocks() : lanewise().across();
    }
    KernelTable.Kind kind = TABLE.kind(call.classes);
    int layout = layout(kind);
    if (!hasVectorTiles(operation, layout)) {
      return lanewise().kernel(kind, layout);
    }
    return vectorKernel(kind, layout);
  }

  private RowKernel vectorKernel(KernelTable.Kind kind, int layout) {
    return switch (kind) {
      case ACROSS_ROWS -> across();
      case MASKED, SHORT -> shortRows();
      case COLUMNS -> layout == Readiness.ROWWISE ? rowwise() : columns();
      case ALONG_CLASSES -> along();
      case PIECES -> layout == Readiness.LONG_ALONG ? along() : pieces();
    };
  }

  /** Makes the objects of vector code. */
  private void make(int layout) {
    if (layout == Readiness.BLOCKS) {
      blocks();
    } else if (layout == Readiness.SINGLE_MASKED) {
      singleMasked();
    } else if (layout == Readiness.SINGLE_ALONG) {
      singleAlong();
    } else {
      vectorKernel(TABLE.kind(call.classes), layout);
    }
  }

  /** As {@link #hasVectors}. Rows whose own vector code has just been counted are not counted. */
  private boolean hasVectorTiles(int operation, int layout) {
    if (isCounted) {
      isCounted = false;
      return Readiness.isReady(operation, layout);
    }
    return hasVectors(operation, layout);
  }

  /** The layout of rows whose class axis is last. */
  private int layout(KernelTable.Kind kind) {
    return switch (kind) {
      case COLUMNS ->
          TABLE.isDoneOneByOne(call.rows, call.classes) ? Readiness.ROWWISE : kind.ordinal();
      case PIECES -> PieceRows.needsMaximaFirst(call) ? Readiness.LONG_ALONG : kind.ordinal();
      default -> kind.ordinal();
    };
  }

  private Lanewise lanewise() {
    if (lanewise == null) {
      lanewise = new Lanewise(tile);
    }
    return lanewise;
  }

  private RowKernel across() {
    if (across == null) {
      across = new AcrossRows(tile, copy, new ContiguousRows(tile, copy));
    }
    return across;
  }

  private RowKernel blocks() {
    if (blocks == null) {
      blocks = new AcrossRows(tile, copy, new BlockRows(tile, copy));
    }
    return blocks;
  }

  private RowKernel shortRows() {
    if (shortRows == null) {
      shortRows = new ShortRows(tile, new ShortPasses(tile));
    }
    return shortRows;
  }

  private ColumnPasses columnPasses() {
    if (columnPasses == null) {
      columnPasses = new ColumnPasses(tile);
    }
    return columnPasses;
  }

  private RowKernel columns() {
    if (columns == null) {
      columns = new ShortRows(tile, columnPasses());
    }
    return columns;
  }

  private RowKernel rowwise() {
    if (rowwise == null) {
      rowwise = new ShortRows(tile, new RowwisePasses(tile, columnPasses()));
    }
    return rowwise;
  }

  private AlongRows along() {
    if (along == null) {
      along = new AlongRows(tile);
    }
    return along;
  }

  private RowKernel pieces() {
    if (pieces == null) {
      pieces = new PieceRows(tile, new VectorPieceLoops(tile, along()));
    }
    return pieces;
  }

  /** The losses with options. */
  public VectorLosses losses() {
    if (losses == null) {
      losses = new VectorLosses(call);
    }
    return losses;
  }

  /** The transform of logits. */
  public VectorTransform transform() {
    if (transform == null) {
      transform = new VectorTransform();
    }
    return transform;
  }

  /** Computes the gradients of softmax or log-softmax with respect to logits. */
  public void backward(boolean ofLog) {
    if (backward == null) {
      backward = new Backward(call);
    }
    boolean isAcross = TABLE.backwardKind(call.classes) == KernelTable.Kind.ACROSS_ROWS;
    backward.gradients(ofLog, isAcross);
  }

  /**
   * Returns the kernel for a batch of few rows, or {@code null} if tiles serve it: also as long as
   * its vector code is not compiled.
   */
  public SingleRowKernel singleRowKernel(int operation) {
    if (call.hasMore()
        || call.targets.isGiven
        || !call.hasClassAxisLast()
        || !TABLE.isDoneOneByOne(call.rows, call.classes)) {
      return null;
    }
    return switch (TABLE.kind(call.classes)) {
      case ACROSS_ROWS -> singleAcross();
      case MASKED, SHORT ->
          hasVectors(operation, Readiness.SINGLE_MASKED) ? singleMasked() : counted();
      case ALONG_CLASSES ->
          hasVectors(operation, Readiness.SINGLE_ALONG) ? singleAlong() : counted();
      case COLUMNS, PIECES -> null;
    };
  }

  private SingleRowKernel counted() {
    isCounted = true;
    return null;
  }

  private SingleRowKernel singleAcross() {
    if (singleAcross == null) {
      singleAcross = new SingleAcrossRow(call);
    }
    return singleAcross;
  }

  private SingleRowKernel singleMasked() {
    if (singleMasked == null) {
      singleMasked = new SingleMaskedRow(call);
    }
    return singleMasked;
  }

  private SingleRowKernel singleAlong() {
    if (singleAlong == null) {
      singleAlong = new SingleAlongRow(rows, along());
    }
    return singleAlong;
  }
}
