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
 * All objects that operations of a call use. They are made once, so operations allocate nothing.
 */
public final class Workspace {

  private static final KernelTable TABLE = KernelTable.ofLanes(Lanes.LANES);

  private final Call call;

  /** The rows in progress, which all kernels share. */
  public final Tile tile;

  private final Rows rows;

  private final RowKernel across;
  private final RowKernel blocks;
  private final RowKernel shortRows;
  private final RowKernel columns;
  private final RowKernel rowwise;
  private final RowKernel along;
  private final RowKernel pieces;

  /** The operations on few rows, one by one. */
  public final SingleRows singleRows;

  private final SingleRowKernel singleAcross;
  private final SingleRowKernel singleMasked;
  private final SingleRowKernel singleAlong;

  /** The losses with options. */
  public final VectorLosses losses;

  /** The transform of logits. */
  public final VectorTransform transform = new VectorTransform();

  private final Backward backward;

  /** Makes the kernels of one call. */
  public Workspace(Call call) {
    this.call = call;
    tile = new Tile(call);
    rows = new Rows(tile);
    ClassMajor copy = new ClassMajor();
    across = new AcrossRows(tile, copy, new ContiguousRows(tile, copy));
    blocks = new AcrossRows(tile, copy, new BlockRows(tile, copy));
    shortRows = new ShortRows(tile, new ShortPasses(tile));
    ColumnPasses columnPasses = new ColumnPasses(tile);
    columns = new ShortRows(tile, columnPasses);
    rowwise = new ShortRows(tile, new RowwisePasses(tile, columnPasses));
    AlongRows alongRows = new AlongRows(tile);
    along = alongRows;
    pieces = new PieceRows(tile, alongRows);
    singleRows = new SingleRows(call);
    singleAcross = new SingleAcrossRow(call);
    singleMasked = new SingleMaskedRow(call);
    singleAlong = new SingleAlongRow(rows, alongRows);
    losses = new VectorLosses(call);
    backward = new Backward(call);
  }

  /** Chooses the kernel, and returns the first tile of the batch with its maxima. */
  public Rows begin(double scale) {
    return rows.begin(kernel(), scale);
  }

  private RowKernel kernel() {
    if (!call.hasClassAxisLast()) {
      return blocks;
    }
    return switch (TABLE.kind(call.classes)) {
      case ACROSS_ROWS -> across;
      case MASKED, SHORT -> shortRows;
      case COLUMNS -> TABLE.isDoneOneByOne(call.rows, call.classes) ? rowwise : columns;
      case ALONG_CLASSES -> along;
      case PIECES -> PieceRows.needsMaximaFirst(call) ? along : pieces;
    };
  }

  /** Computes the gradients of softmax or log-softmax with respect to logits. */
  public void backward(boolean ofLog) {
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
      case ACROSS_ROWS -> singleAcross;
      case MASKED, SHORT -> singleMasked;
      case ALONG_CLASSES -> singleAlong;
      case COLUMNS, PIECES -> null;
    };
  }
}
