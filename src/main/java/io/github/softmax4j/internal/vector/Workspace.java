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

/** What a call on the vector path works on, made once: nothing is allocated later. */
public final class Workspace {

  private static final KernelTable TABLE = KernelTable.ofLanes(Lanes.LANES);

  private final Call call;

  public final Tile tile;
  private final Rows rows;

  private final RowKernel narrow;
  private final RowKernel blocks;
  private final RowKernel shortRows;
  private final RowKernel columns;
  private final RowKernel fewColumns;
  private final RowKernel wide;
  private final RowKernel longRows;

  public final SingleRows singleRows;
  private final SingleRowKernel singleNarrow;
  private final SingleRowKernel singleMasked;
  private final SingleRowKernel singleWide;

  public final VectorLosses losses;
  public final VectorTransform transform = new VectorTransform();
  private final Backward backward;

  public Workspace(Call call) {
    this.call = call;
    tile = new Tile(call);
    rows = new Rows(tile);
    ClassMajor copy = new ClassMajor();
    narrow = new AcrossRows(tile, copy, new ContiguousRows(tile, copy));
    blocks = new AcrossRows(tile, copy, new BlockRows(tile, copy));
    shortRows = new ShortRows(tile, new ShortPasses(tile));
    ColumnPasses columnPasses = new ColumnPasses(tile);
    columns = new ShortRows(tile, columnPasses);
    fewColumns = new ShortRows(tile, new RowwisePasses(tile, columnPasses));
    AlongRows wideRows = new AlongRows(tile);
    wide = wideRows;
    longRows = new PieceRows(tile, wideRows);
    singleRows = new SingleRows(call);
    singleNarrow = new SingleAcrossRow(call);
    singleMasked = new SingleMaskedRow(call);
    singleWide = new SingleAlongRow(rows, wideRows);
    losses = new VectorLosses(call);
    backward = new Backward(call);
  }

  /** The batch's first rows, with the kernel that serves them whatever others come with them. */
  public Rows begin(double scale) {
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
      case PIECES -> PieceRows.needsMaximaFirst(call) ? wide : longRows;
    };
  }

  /** The gradients of softmax or log-softmax with respect to logits. */
  public void backward(boolean ofLog) {
    boolean isAcross = TABLE.backwardKind(call.classes) == KernelTable.Kind.ACROSS_ROWS;
    backward.gradients(ofLog, isAcross);
  }

  /** What a few rows, or one of many classes, go through; {@code null} for others. */
  public SingleRowKernel singleRowKernel() {
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
