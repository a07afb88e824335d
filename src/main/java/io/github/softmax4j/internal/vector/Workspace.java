package io.github.softmax4j.internal.vector;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.LogitTransform;
import io.github.softmax4j.internal.vector.backward.Backward;
import io.github.softmax4j.internal.vector.lanewise.LanewiseBackward;
import io.github.softmax4j.internal.vector.lanewise.LanewiseTransform;
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
import io.github.softmax4j.internal.vector.tile.Sizes;
import io.github.softmax4j.internal.vector.tile.Tile;

/**
 * All objects that operations of a call use. They are made when first needed, so later operations
 * allocate nothing.
 */
public final class Workspace {

  private static final KernelTable TABLE = KernelTable.ofLanes(Width.LANES);

  private static final int ACROSS = KernelTable.Kind.ACROSS_ROWS.ordinal();
  private static final int MASKED = KernelTable.Kind.MASKED.ordinal();
  private static final int SHORT = KernelTable.Kind.SHORT.ordinal();
  private static final int COLUMNS = KernelTable.Kind.COLUMNS.ordinal();
  private static final int ALONG = KernelTable.Kind.ALONG_CLASSES.ordinal();
  private static final int PIECES = KernelTable.Kind.PIECES.ordinal();

  /** Whether a batch that is done row by row may have as many rows as a vector has lanes. */
  private static final boolean ROWS_MAY_FILL_A_VECTOR =
      Width.LANES <= KernelTable.MAX_ROWS_ONE_BY_ONE;

  private final Call call;

  /** The rows in progress, which all kernels share. */
  public final Tile tile;

  private final Rows rows;

  /** The copies of rows, which both kernels with lanes across rows share. */
  private final ClassMajor copy = new ClassMajor();

  /** The vector code of each layout of {@link Readiness}. */
  private final RowKernel[] kernels = new RowKernel[Readiness.LAYOUTS];

  private ColumnPasses columnPasses;
  private AlongRows along;

  /** The operations on few rows, one by one. */
  public final SingleRows singleRows;

  /** The kernels of single rows of each layout. */
  private final SingleRowKernel[] singles = new SingleRowKernel[Readiness.ALONG];

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
    singleRows = new SingleRows(tile);
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
    if (Readiness.count(call, operation, layout)) {
      trainer.request(call, operation, layout);
    } else if (Readiness.isLoaded(operation, layout)) {
      make(operation, layout); // so that the first call of vector code needs no memory
    }
    return false;
  }

  private RowKernel kernel(int operation) {
    int layout = layout();
    RowKernel kernel = kernels[layout];
    return kernel != null && Readiness.isReady(operation, layout)
        ? kernel
        : kernel(operation, layout);
  }

  /** The layout of rows. */
  private int layout() {
    if (!call.hasClassAxisLast()) {
      return Readiness.BLOCKS;
    }
    int kind = TABLE.kind(call.classes).ordinal();
    return kind == ALONG ? layoutAlong() : kind == MASKED ? kind : layoutOf(kind);
  }

  private int layoutAlong() {
    int variant = Readiness.variant(call.classes);
    boolean isLarge =
        !Width.MANY_REGISTERS && (long) call.rows * call.classes > Sizes.ELEMENTS_IN_L2;
    return (isLarge ? Readiness.LARGE_ALONG : Readiness.ALONG) + variant;
  }

  private int layoutOf(int kind) {
    if (kind == COLUMNS) {
      return TABLE.isDoneOneByOne(call.rows, call.classes) ? Readiness.ROWWISE : kind;
    }
    if (kind == PIECES) {
      return PieceRows.needsMaximaFirst(call) ? Readiness.LONG_ALONG : kind;
    }
    if (kind == SHORT) {
      return call.classes == Width.LANES ? Readiness.ONE_VECTOR : kind;
    }
    return call.classes <= ClassMajor.FEW_CLASSES ? Readiness.FEW_ACROSS : kind;
  }

  /** The kernel that is not made yet, or whose code is not compiled. */
  private RowKernel kernel(int operation, int layout) {
    if (isCounted) {
      isCounted = false;
      return lanewise().kernel(layout);
    }
    return hasVectors(operation, layout) ? make(layout) : lanewise().kernel(layout);
  }

  private RowKernel make(int layout) {
    if (kernels[layout] == null) {
      kernels[layout] = newKernel(layout);
    }
    return kernels[layout];
  }

  private RowKernel newKernel(int layout) {
    if (layout >= Readiness.ALONG) {
      return along();
    }
    return switch (layout) {
      case Readiness.BLOCKS -> new AcrossRows(tile, copy, new BlockRows(tile, copy));
      case Readiness.ROWWISE -> new ShortRows(tile, new RowwisePasses(tile, columnPasses()));
      case Readiness.LONG_ALONG -> along();
      case Readiness.ONE_VECTOR -> newKernel(KernelTable.Kind.SHORT);
      case Readiness.FEW_ACROSS -> newKernel(KernelTable.Kind.ACROSS_ROWS);
      default -> newKernel(KernelTable.KINDS.get(layout));
    };
  }

  private RowKernel newKernel(KernelTable.Kind kind) {
    return switch (kind) {
      case ACROSS_ROWS -> new AcrossRows(tile, copy, new ContiguousRows(tile, copy));
      case MASKED, SHORT -> new ShortRows(tile, new ShortPasses(tile));
      case COLUMNS -> new ShortRows(tile, columnPasses());
      case ALONG_CLASSES -> along();
      case PIECES -> new PieceRows(tile, new VectorPieceLoops(tile, along()));
    };
  }

  /** Makes the objects of vector code. */
  private void make(int operation, int layout) {
    if (operation == Readiness.TRANSFORM) {
      transform();
    } else if (Readiness.isBackward(operation)) {
      backward();
    } else if (layout == Readiness.SINGLE_MASKED
        || layout >= Readiness.SINGLE_ALONG && layout < Readiness.ALONG) {
      single(layout);
    } else {
      make(layout);
    }
  }

  private Lanewise lanewise() {
    if (lanewise == null) {
      lanewise = new Lanewise(tile);
    }
    return lanewise;
  }

  private ColumnPasses columnPasses() {
    if (columnPasses == null) {
      columnPasses = new ColumnPasses(tile);
    }
    return columnPasses;
  }

  private AlongRows along() {
    if (along == null) {
      along = new AlongRows(tile);
    }
    return along;
  }

  /** The losses with options. */
  public VectorLosses losses() {
    if (losses == null) {
      losses = new VectorLosses(call);
    }
    return losses;
  }

  /** Stores the transformed {@code x} in {@code z}. */
  public void transform(LogitTransform t, float[] x, int from, float[] z, int to, int n) {
    int layout = t.cap() == 0 ? Readiness.BY_SCALE : Readiness.BY_CAP;
    if (hasVectors(Readiness.TRANSFORM, layout)) {
      transform().apply(t, x, from, z, to, n);
    } else {
      LanewiseTransform.apply(t, x, from, z, to, n);
    }
  }

  /** Multiplies the gradients {@code g} by the slope of the transform, given its results z. */
  public void chain(LogitTransform t, float[] z, int from, float[] g, int to, int n) {
    if (hasVectors(Readiness.TRANSFORM, Readiness.BY_SLOPE)) {
      transform().chain(t, z, from, g, to, n);
    } else {
      LanewiseTransform.chain(t, z, from, g, to, n);
    }
  }

  private VectorTransform transform() {
    if (transform == null) {
      transform = new VectorTransform();
    }
    return transform;
  }

  /** Computes the gradients of softmax or log-softmax with respect to logits. */
  public void backward(boolean ofLog) {
    int operation = ofLog ? Readiness.LOG_SOFTMAX_BACKWARD : Readiness.SOFTMAX_BACKWARD;
    int layout = call.inner > 1 ? Readiness.BLOCKS : TABLE.backwardKind(call.classes).ordinal();
    if (hasVectors(operation, layout)) {
      vectorBackward(ofLog, layout);
    } else {
      lanewiseBackward(ofLog, layout);
    }
  }

  private void vectorBackward(boolean ofLog, int layout) {
    if (layout == Readiness.BLOCKS) {
      backward().blocks(ofLog);
    } else if (layout == ACROSS) {
      backward().shortRows(ofLog);
    } else {
      backward().rows(ofLog);
    }
  }

  private void lanewiseBackward(boolean ofLog, int layout) {
    LanewiseBackward plain = lanewise().backward();
    if (layout == Readiness.BLOCKS) {
      plain.blocks(ofLog);
    } else if (layout == ACROSS) {
      plain.shortRows(ofLog);
    } else {
      plain.rows(ofLog);
    }
  }

  private Backward backward() {
    if (backward == null) {
      backward = new Backward(call);
    }
    return backward;
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
      case ACROSS_ROWS -> single(ACROSS);
      case MASKED, SHORT -> compiledSingle(operation, Readiness.SINGLE_MASKED);
      case ALONG_CLASSES ->
          compiledSingle(operation, Readiness.SINGLE_ALONG + Readiness.variant(call.classes));
      case COLUMNS, PIECES -> null;
    };
  }

  private SingleRowKernel compiledSingle(int operation, int layout) {
    return hasVectors(operation, layout) ? single(layout) : counted();
  }

  /** Returns the kernel of single rows, in few instructions once it is made (C2-44). */
  private SingleRowKernel single(int layout) {
    SingleRowKernel single = singles[layout];
    return single != null ? single : makeSingle(layout);
  }

  private SingleRowKernel makeSingle(int layout) {
    singles[layout] =
        layout == ACROSS
            ? new SingleAcrossRow(call)
            : layout == Readiness.SINGLE_MASKED
                ? new SingleMaskedRow(call)
                : new SingleAlongRow(rows, along());
    return singles[layout];
  }

  private SingleRowKernel counted() {
    isCounted = true;
    return null;
  }
}
