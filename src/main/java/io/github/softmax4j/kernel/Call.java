package io.github.softmax4j.kernel;

/**
 * The arguments of an operation. A thread has one of each kernel, {@link Kernel#call}, which it
 * fills before every operation; the public classes have checked what is in it.
 */
public class Call {

  /** How many rows each matrix has: {@code blocks * inner}. */
  public int rows;

  /** How many blocks these are in. */
  public int blocks;

  /** How many rows lie beside each other: see {@link Matrix}. */
  public int inner;

  /** How many classes each row has. */
  public int classes;

  /** The logits. */
  public final Matrix logits = new Matrix();

  /** What is written for every logit; it may be at the very place of the logits. */
  public final Matrix out = new Matrix();

  /** A distribution over the classes for each row. */
  public final Matrix targets = new Matrix();

  /** The class of each row, or {@code null} if there are targets. */
  public int[] labels;

  /** Where the first row's label is. */
  public int labelsOffset;

  /** What is written for every row, or {@code null} if that is not wanted. */
  public float[] perRow;

  /** Where the first row's value goes. */
  public int perRowOffset;

  /** What a gradient is multiplied by. */
  public double scale;

  Call() {}

  /** Says how many rows and classes there are. */
  public final void size(int blocks, int classes, int inner) {
    rows = blocks * inner;
    this.blocks = blocks;
    this.classes = classes;
    this.inner = inner;
  }

  /** Says where each row's label is. */
  public final void labels(int[] labels, int offset) {
    this.labels = labels;
    labelsOffset = offset;
  }

  /** Says where each row's value goes. */
  public final void perRow(float[] perRow, int offset) {
    this.perRow = perRow;
    perRowOffset = offset;
  }

  /** Lets go of the arrays: a thread that calls no more shall not keep them from being freed. */
  public final void forget() {
    logits.array = null;
    out.array = null;
    targets.array = null;
    labels = null;
    perRow = null;
  }

  final int label(int r) {
    return labels[labelsOffset + r];
  }

  /** Puts a row's value where it is wanted, and hands it on. */
  final double keep(int r, double value) {
    if (perRow != null) {
      perRow[perRowOffset + r] = (float) value;
    }
    return value;
  }
}
