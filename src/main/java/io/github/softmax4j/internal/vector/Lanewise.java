package io.github.softmax4j.internal.vector;

import io.github.softmax4j.internal.vector.lanewise.LanewiseAcross;
import io.github.softmax4j.internal.vector.lanewise.LanewiseAlong;
import io.github.softmax4j.internal.vector.lanewise.LanewiseBackward;
import io.github.softmax4j.internal.vector.lanewise.LanewisePieceLoops;
import io.github.softmax4j.internal.vector.lanewise.LanewiseShort;
import io.github.softmax4j.internal.vector.rows.PieceRows;
import io.github.softmax4j.internal.vector.rows.RowKernel;
import io.github.softmax4j.internal.vector.tile.Tile;

/** The kernels without vectors of a call. */
final class Lanewise {

  private final Tile tile;

  private RowKernel across;
  private RowKernel shortRows;
  private RowKernel along;
  private RowKernel pieces;
  private LanewiseBackward backward;

  Lanewise(Tile tile) {
    this.tile = tile;
  }

  /** The kernel of a layout of {@link Readiness}. */
  RowKernel kernel(int layout) {
    if (layout >= Readiness.ALONG) {
      return along();
    }
    return switch (layout) {
      case Readiness.BLOCKS, Readiness.FEW_ACROSS -> across();
      case Readiness.ROWWISE, Readiness.ONE_VECTOR -> shortRows();
      case Readiness.LONG_ALONG -> along();
      default -> kernel(KernelTable.KINDS.get(layout));
    };
  }

  private RowKernel kernel(KernelTable.Kind kind) {
    return switch (kind) {
      case ACROSS_ROWS -> across();
      case MASKED, SHORT, COLUMNS -> shortRows();
      case ALONG_CLASSES -> along();
      case PIECES -> pieces();
    };
  }

  LanewiseBackward backward() {
    if (backward == null) {
      backward = new LanewiseBackward(tile.call);
    }
    return backward;
  }

  private RowKernel across() {
    if (across == null) {
      across = new LanewiseAcross(tile);
    }
    return across;
  }

  private RowKernel shortRows() {
    if (shortRows == null) {
      shortRows = new LanewiseShort(tile);
    }
    return shortRows;
  }

  private RowKernel along() {
    if (along == null) {
      along = new LanewiseAlong(tile);
    }
    return along;
  }

  private RowKernel pieces() {
    if (pieces == null) {
      pieces = new PieceRows(tile, new LanewisePieceLoops(tile));
    }
    return pieces;
  }
}
