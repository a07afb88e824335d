package io.github.softmax4j.internal.vector;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.vector.backward.Backward;
import io.github.softmax4j.internal.vector.math.Lanes;
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
import io.github.softmax4j.internal.vector.tile.ClassMajor;
import io.github.softmax4j.internal.vector.tile.Tile;

/**
 * All objects that operations of a call use. They are made when first needed, so later operations
 * allocate nothing.
 */
public final class Workspace {

  private static final KernelTable TABLE = KernelTable.ofLanes(Lanes.LANES);

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

  /** Makes the working memory of one call. */
  public Workspace(Call call) {
    this.call = call;
    tile = new Tile(call);
    rows = new Rows(tile);
    singleRows = new SingleRows(call);
  }

  /** Chooses the kernel, and returns the first tile of the batch with its maxima. */
  public Rows begin(double scale) {
    return rows.begin(kernel(), scale);
  }

  private RowKernel kernel() {
    if (!call.hasClassAxisLast()) {
      return blocks();
    }
    return switch (TABLE.kind(call.classes)) {
      case ACROSS_ROWS -> across();
      case MASKED, SHORT -> shortRows();
      case COLUMNS -> TABLE.isDoneOneByOne(call.rows, call.classes) ? rowwise() : columns();
      case ALONG_CLASSES -> along();
      case PIECES -> PieceRows.needsMaximaFirst(call) ? along() : pieces();
    };
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
      pieces = new PieceRows(tile, along());
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

  /** Returns the kernel for a batch of few rows, or {@code null} if tiles serve it. */
  public SingleRowKernel singleRowKernel() {
    if (call.hasMore()
        || call.targets.isGiven
        || !call.hasClassAxisLast()
        || !TABLE.isDoneOneByOne(call.rows, call.classes)) {
      return null;
    }
    return switch (TABLE.kind(call.classes)) {
      case ACROSS_ROWS -> singleAcross();
      case MASKED, SHORT -> singleMasked();
      case ALONG_CLASSES -> singleAlong();
      case COLUMNS, PIECES -> null;
    };
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
