package io.github.softmax4j.internal;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * The arguments of one operation of a {@link Kernel}, and its working memory. The public classes
 * take a call from the kernel, check the arguments and fill it in. The kernels read it. {@link
 * #end} gives it back.
 */
public final class Call {

  /** Number of rows of each matrix: {@code blocks * inner}. */
  public int rows;

  /** Number of blocks of rows; see {@link Matrix}. */
  public int blocks;

  /** Number of rows in a block; 1 if the class axis is last. */
  public int inner;

  /** Number of classes of each row. */
  public int classes;

  /**
   * The rows are a staged block of a matrix with the class axis in the middle, also if it is one
   * row.
   */
  public boolean isStagedBlock;

  /** Whether {@link #end} has cleared the arguments of the previous operation. */
  private boolean isClear = true;

  /** Number of operations that use this call: 0 or 1. A new call is in use. */
  private final AtomicInteger users = new AtomicInteger(1);

  /** The thread that uses the call, or was the last to use it. */
  private long user;

  /** The logits. */
  public final Matrix logits = new Matrix();

  /** The output of each logit. It may be the same memory as the logits. */
  public final Matrix out = new Matrix();

  /** The targets: a distribution over the classes for each row. */
  public final Matrix targets = new Matrix();

  /** The logits whose softmax is the targets. */
  public final Matrix teacher = new Matrix();

  /** The input of a backward operation: the gradient with respect to the softmax or log-softmax. */
  public final Matrix outGradient = new Matrix();

  /** The label of each row, counted from the first of all classes. */
  public final RowArray<int[]> labels = new RowArray<>();

  /** The labels if they are of type long. */
  public final RowArray<long[]> longLabels = new RowArray<>();

  /** The output of each row: its loss or log-sum-exp. */
  public final RowArray<float[]> perRow = new RowArray<>();

  /** Factor of the gradient. */
  public double scale;

  /** The transform applied to the logits first, or {@code null}. */
  public LogitTransform transform;

  /** The mask that drops logits, or {@code null} if all logits count. */
  public LogitMask mask;

  /** The output of all classes of a row whose logits the mask drops entirely. */
  public float emptyRow = Float.NaN;

  /** The attention sinks, or {@code null}: a further logit of groups of rows. */
  public float[] sinks;

  /** The number of rows, one after the other, that share a sink. */
  public int rowsOfSink;

  /** The further arguments of a loss with options. */
  public final LossRequest loss = new LossRequest();

  /** The part of the classes that this call has. */
  public final ClassPart part = new ClassPart();

  /** The soft cap of the logits of a stage. */
  public final SoftCap softCap = new SoftCap();

  /** The classes of each row whose log-probabilities are wanted, and no others. */
  public final PickedClasses picked = new PickedClasses();

  /** The rows of a stage that are beyond float. */
  public final WideRows wide = new WideRows();

  /** The working memory of the kernel for this call. */
  public final Object workspace;

  /** The working memory of {@code Staged} for this call; {@code null} before it is needed. */
  public Object stage;

  /**
   * Creates a call of a kernel.
   *
   * @param workspace creates the kernel's working memory for this call
   */
  public Call(Function<Call, Object> workspace) {
    this.workspace = workspace.apply(this);
  }

  /** Sets the shape of a new call and clears all other arguments. */
  public void begin(int blocks, int classes, int inner) {
    if (!isClear) { // the previous operation threw, or had no end
      clear();
    }
    isClear = false;
    rows = blocks * inner;
    this.blocks = blocks;
    this.classes = classes;
    this.inner = inner;
    scale = 1;
  }

  /** Clears the arguments, so that large arrays can be freed, and gives the call back. */
  public void end() {
    clear();
    isClear = true;
    users.lazySet(0);
  }

  /** Takes the call for one operation of a thread, if no other uses it. */
  boolean tryUse(long thread) {
    boolean isTaken = users.compareAndSet(0, 1);
    if (isTaken) {
      user = thread;
    }
    return isTaken;
  }

  /** Sets the thread of a new call. */
  void setUser(long thread) {
    user = thread;
  }

  /** Whether an operation of a thread has thrown and left this call in use. */
  boolean isLeftBy(long thread) {
    return user == thread && users.get() != 0;
  }

  private void clear() {
    isStagedBlock = false;
    logits.clear();
    out.clear();
    targets.clear();
    outGradient.clear();
    labels.clear();
    perRow.clear();
    softCap.clear();
    if (picked.isGiven) {
      picked.clear();
    }
    if (hasMore()) {
      clearMore();
    }
  }

  /** Clears the arguments that plain calls do not set. */
  private void clearMore() {
    longLabels.clear();
    teacher.clear();
    transform = null;
    mask = null;
    sinks = null;
    emptyRow = Float.NaN;
    loss.clear();
    part.clear();
    wide.clear();
  }

  /**
   * Takes another call's scale, output of empty rows and values of the rows from {@code first} on.
   * The caller sets the matrices.
   */
  public void takeRows(Call other, int first) {
    scale = other.scale;
    emptyRow = other.emptyRow;
    labels.takeRows(other.labels, first);
    longLabels.takeRows(other.longLabels, first);
    perRow.takeRows(other.perRow, first);
    if (other.loss.isGiven) {
      loss.takeRows(other.loss, first);
    }
  }

  /** Whether the call has an argument that plain calls do not set. */
  public boolean hasMore() {
    return loss.isGiven
        || longLabels.isGiven()
        || part.isGiven()
        || wide.isGiven()
        || teacher.isGiven
        || sinks != null
        || transform != null
        || mask != null;
  }

  /** Whether the target of a class is NaN. */
  boolean isTargetNan(int r, int c) {
    return targets.isGiven && Float.isNaN(targets.array[targets.row(r) + c * targets.inner]);
  }

  /** The sink of row {@code r}. */
  public float sink(int r) {
    return sinks[r / rowsOfSink % sinks.length];
  }

  /** Whether the class axis is last. A staged block counts as class axis in the middle. */
  public boolean hasClassAxisLast() {
    return !isStagedBlock && logits.inner == 1 && out.inner == 1;
  }

  /** Whether the rows have labels instead of targets. */
  public boolean hasLabels() {
    return labels.isGiven() || longLabels.isGiven();
  }

  /** The label of row {@code r}. The row must not be ignored: then it may be any number. */
  public int label(int r) {
    return (int) longLabel(r);
  }

  /** The label of row {@code r}, or the ignore index. */
  public long longLabel(int r) {
    return labels.isGiven()
        ? labels.array[labels.offset + r]
        : longLabels.array[longLabels.offset + r];
  }

  /** Copies the labels of {@code count} rows from {@code first} on. */
  public void copyLabels(int first, int count, int[] to) {
    if (labels.isGiven()) {
      System.arraycopy(labels.array, labels.offset + first, to, 0, count);
      return;
    }
    for (int r = 0; r < count; r++) {
      to[r] = label(first + r);
    }
  }

  /** Whether the label of row {@code r} is in this call's part of the classes. */
  public boolean hasLabelHere(int r) {
    return isHere(label(r));
  }

  /** Whether a label, counted from the first of all classes, is in this call's part. */
  public boolean isHere(int label) {
    int c = label - part.firstClass;
    return 0 <= c && c < classes;
  }

  /** Number of classes of all parts together. */
  public int allClasses() {
    return part.isGiven() ? part.allClasses() : classes;
  }
}
