package io.github.softmax4j.internal;

import java.util.function.Function;

/**
 * The arguments of an operation. A thread has one of each kernel, {@link Kernel#call}, which it
 * fills before every operation; the public classes have checked what is in it.
 */
public final class Call {

  /** How many rows each matrix has: {@code blocks * inner}. */
  public int rows;

  /** How many blocks these are in. */
  public int blocks;

  /** How many rows lie beside each other: see {@link Matrix}. */
  public int inner;

  /** How many classes each row has. */
  public int classes;

  /** Whether these rows lie beside each other elsewhere, be it only one. */
  public boolean isOfBlock;

  /** Whether nothing is left of an earlier call. */
  private boolean isClear = true;

  /** The logits. */
  public final Matrix logits = new Matrix();

  /** What is written for every logit; it may be at the very place of the logits. */
  public final Matrix out = new Matrix();

  /** A distribution over the classes for each row. */
  public final Matrix targets = new Matrix();

  /** Of a backward operation, the gradient with respect to what the forward one gave. */
  public final Matrix outGradient = new Matrix();

  /** The class of each row. */
  public final RowArray<int[]> labels = new RowArray<>();

  /** The same, if the labels are long. */
  public final RowArray<long[]> longLabels = new RowArray<>();

  /** What is written for every row. */
  public final RowArray<float[]> perRow = new RowArray<>();

  /** What a gradient is multiplied by. */
  public double scale;

  /** What is done to the logits first, or {@code null} if nothing. */
  public LogitTransform transform;

  /** Which logits count, or {@code null} if all. */
  public LogitMask mask;

  /** What all of a row becomes that the mask leaves nothing of. */
  public float emptyRow = Float.NaN;

  /** What a loss with options has besides. */
  public final LossRequest loss = new LossRequest();

  /** Which of all classes these are. */
  public final ClassPart part = new ClassPart();

  /** What the kernel of this call keeps for it. */
  public final Object workspace;

  /**
   * A call of a kernel.
   *
   * @param workspace makes what the kernel keeps for the call
   */
  public Call(Function<Call, Object> workspace) {
    this.workspace = workspace.apply(this);
  }

  /** Starts a call with nothing but its shape, however the last one ended. */
  public void begin(int blocks, int classes, int inner) {
    if (!isClear) { // the last one was refused
      clear();
    }
    isClear = false;
    rows = blocks * inner;
    this.blocks = blocks;
    this.classes = classes;
    this.inner = inner;
    scale = 1;
  }

  /** Lets go of the arrays. */
  public void end() {
    clear();
    isClear = true;
  }

  private void clear() {
    isOfBlock = false;
    logits.clear();
    out.clear();
    targets.clear();
    outGradient.clear();
    labels.clear();
    perRow.clear();
    if (hasMore()) {
      clearMore();
    }
  }

  /** What small calls have nothing of. */
  private void clearMore() {
    longLabels.clear();
    transform = null;
    mask = null;
    emptyRow = Float.NaN;
    loss.clear();
    part.clear();
  }

  /** Takes over what there is of another call's rows from {@code first} on, but for matrices. */
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

  /** Whether it has something that a plain call has nothing of. */
  public boolean hasMore() {
    return loss.isGiven
        || longLabels.isGiven()
        || part.isGiven()
        || transform != null
        || mask != null;
  }

  /** Whether a row's classes lie one behind the other; a block's do not count, be it of one row. */
  public boolean hasClassAxisLast() {
    return !isOfBlock && logits.inner == 1 && out.inner == 1;
  }

  /** Whether rows have labels, and not targets. */
  public boolean hasLabels() {
    return labels.isGiven() || longLabels.isGiven();
  }

  public int label(int r) {
    return labels.isGiven()
        ? labels.array[labels.offset + r]
        : (int) longLabels.array[longLabels.offset + r];
  }

  /** Whether a row's label is one of the classes of this call. */
  public boolean hasLabelHere(int r) {
    return isHere(label(r));
  }

  /** Whether a class, counted from the first of all parts, is one of this call. */
  public boolean isHere(int label) {
    int c = label - part.firstClass;
    return 0 <= c && c < classes;
  }

  /** How many classes this call and those of the other parts have together. */
  public int allClasses() {
    return part.isGiven() ? part.allClasses() : classes;
  }
}
