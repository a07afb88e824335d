package io.github.softmax4j.kernel;

import java.util.Arrays;

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

  /** Of a backward operation, the gradient with respect to what the forward one gave. */
  public final Matrix outGradient = new Matrix();

  /** Whether this is the call of an operation that has not come to its end. */
  private boolean isOpen;

  /** The class of each row, or {@code null} if there are targets. */
  public int[] labels;

  /** Where the first row's label is. */
  public int labelsOffset;

  /** The same, if the labels are long. */
  public long[] longLabels;

  /** What is written for every row, or {@code null} if that is not wanted. */
  public float[] perRow;

  /** Where the first row's value goes. */
  public int perRowOffset;

  /** What a gradient is multiplied by. */
  public double scale;

  /** What the loss is besides the plain one; {@code null} if nothing, and nothing below is set. */
  public LossOptions options;

  /** Whether these rows lie beside each other elsewhere, be it only one. */
  boolean isOfBlock;

  /** What is done to the logits first, or {@code null} if nothing. */
  public LogitTransform transform;

  /** Which logits count, or {@code null} if all. */
  public LogitMask mask;

  /** What all of a row becomes of which nothing is left. */
  public float ofNothing;

  /** Where that is done. */
  Staged staged;

  /** What the z-loss's gradient is multiplied by. */
  public double zScale;

  /** What each row's loss is multiplied by, or {@code null}. */
  public float[] rowWeights;

  /** Where the first row's weight is. */
  public int rowWeightsOffset;

  /** What each row's gradient is multiplied by, or {@code null}. */
  public float[] upstream;

  /** Where the first row's is. */
  public int upstreamOffset;

  /** Receives each row's log-sum-exp, or {@code null}. */
  public float[] logSumExp;

  /** Where the first row's goes. */
  public int logSumExpOffset;

  /** Receives each row's z-loss, or {@code null}. */
  public float[] zLosses;

  /** Where the first row's goes. */
  public int zLossesOffset;

  /** Receives each row's entropy, or {@code null}. */
  public float[] entropy;

  /** Where the first row's goes. */
  public int entropyOffset;

  /** Receives each row's most probable class, or {@code null}. */
  public int[] argmax;

  /** Where the first row's goes. */
  public int argmaxOffset;

  /** Whether to count the rows whose most probable class is their label. */
  public boolean counts;

  /** How many those were. */
  public int correct;

  /** The sum of the rows' z-losses. */
  public double zLossSum;

  /** Which of all classes is the first here, if they are divided among several calls. */
  public int firstClass;

  /** How many classes all these calls have together. */
  public int allClasses;

  /** What has been found out about the rows in all these calls, or {@code null}. */
  public float[] knownMax;

  /** Their sums of exponentials. */
  public double[] knownSum;

  /** Where the first row's are. */
  public int knownOffset;

  /** Receives what this call alone finds out about the rows. */
  public float[] foundMax;

  /** Receives the sums of exponentials. */
  public double[] foundSum;

  /** The row at hand. */
  final LossRow row = new LossRow();

  /** The sum of the weights of the classes of this call. */
  double weightOfPart;

  /** The sum of the weights of all classes. */
  double weightOfAll;

  /** What smoothing gives to each class. */
  double even;

  Call() {}

  /** Starts a call by saying how many rows and classes there are. */
  public final void begin(int blocks, int classes, int inner) {
    if (isOpen) { // the last one was refused
      end();
    }
    isOpen = true;
    rows = blocks * inner;
    this.blocks = blocks;
    this.classes = classes;
    this.inner = inner;
    allClasses = classes;
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

  /** Whether it has something that plain ones have nothing of. */
  final boolean hasMore() {
    return options != null
        || longLabels != null
        || knownMax != null
        || foundMax != null
        || transform != null
        || mask != null;
  }

  /** Lets go of the arrays. */
  public final void end() {
    isOpen = false;
    isOfBlock = false;
    logits.forget();
    out.forget();
    targets.forget();
    outGradient.forget();
    if (labels != null) {
      labels = null;
    }
    if (perRow != null) {
      perRow = null;
    }
    if (hasMore()) {
      endMore();
    }
  }

  private void endMore() {
    longLabels = null;
    knownMax = null;
    knownSum = null;
    knownOffset = 0;
    transform = null;
    mask = null;
    foundMax = null;
    foundSum = null;
    options = null;
    rowWeights = null;
    upstream = null;
    logSumExp = null;
    zLosses = null;
    entropy = null;
    argmax = null;
    counts = false;
    firstClass = 0;
  }

  /** Takes over what there is of another call's rows from {@code first} on, but for matrices. */
  final void takeRows(Call other, int first) {
    options = other.options;
    ofNothing = other.ofNothing;
    scale = other.scale;
    zScale = other.zScale;
    labels = other.labels;
    longLabels = other.longLabels;
    labelsOffset = other.labelsOffset + first;
    perRow(other.perRow, other.perRowOffset + first);
    rowWeights = other.rowWeights;
    rowWeightsOffset = other.rowWeightsOffset + first;
    upstream = other.upstream;
    upstreamOffset = other.upstreamOffset + first;
    logSumExp = other.logSumExp;
    logSumExpOffset = other.logSumExpOffset + first;
    zLosses = other.zLosses;
    zLossesOffset = other.zLossesOffset + first;
    entropy = other.entropy;
    entropyOffset = other.entropyOffset + first;
    argmax = other.argmax;
    argmaxOffset = other.argmaxOffset + first;
    counts = other.counts;
    firstClass = other.firstClass;
    allClasses = other.allClasses;
    knownMax = other.knownMax;
    knownSum = other.knownSum;
    knownOffset = other.knownOffset + first;
  }

  /** Whether a row's classes lie one behind the other; a block's do not count, be it of one row. */
  final boolean hasClassAxisLast() {
    return !isOfBlock && logits.inner == 1 && out.inner == 1;
  }

  /** Whether rows have labels, and not targets. */
  final boolean hasLabels() {
    return labels != null || longLabels != null;
  }

  final int label(int r) {
    return labels != null ? labels[labelsOffset + r] : (int) longLabels[labelsOffset + r];
  }

  /** Whether a row's label is one of the classes of this call. */
  final boolean hasLabelHere(int r) {
    int c = label(r) - firstClass;
    return 0 <= c && c < classes;
  }

  /** Of the row in all parts. */
  final float knownMax(int r) {
    return knownMax[knownOffset + r];
  }

  final double knownSum(int r) {
    return knownSum[knownOffset + r];
  }

  final void find(int r, float max, double sum) {
    foundMax[r] = max;
    foundSum[r] = max == Float.NEGATIVE_INFINITY ? 0 : sum + (max - max);
  }

  /** Whether a row counts for nothing, whatever its logits are. */
  final boolean isIgnored(int r) {
    boolean unlabelled = options.ignores() && hasLabels() && label(r) == options.ignoreIndex();
    return unlabelled || rowWeight(r) == 0;
  }

  final float rowWeight(int r) {
    return rowWeights == null ? 1 : rowWeights[rowWeightsOffset + r];
  }

  final float upstream(int r) {
    return upstream == null ? 1 : upstream[upstreamOffset + r];
  }

  /** What the mean of the losses divides by. */
  public final double sumOfWeights() {
    if (!hasLabels() || options.classWeights() == null) {
      return sumOfRowWeights();
    }
    double sum = 0;
    for (int r = 0; r < rows; r++) {
      sum += isIgnored(r) ? 0 : rowWeight(r) * options.weight(label(r));
    }
    return sum;
  }

  /** What the mean of the z-losses divides by. */
  public final double sumOfRowWeights() {
    double sum = 0;
    for (int r = 0; r < rows; r++) {
      sum += isIgnored(r) ? 0 : rowWeight(r);
    }
    return sum;
  }

  /** Sums up, before the rows, what is the same for all of them. */
  final void beginLosses() {
    weightOfAll = options.weight(0, allClasses);
    weightOfPart = options.weight(firstClass, firstClass + classes);
    even = options.smoothing() / allClasses;
    zLossSum = 0;
    correct = 0;
  }

  /** Puts a row's loss where it is wanted, and hands on what is not z-loss. */
  final double keep(int r, LossRow row) {
    keep(r, row.loss + row.zLoss);
    zLossSum += row.zLoss;
    if (zLosses != null) {
      zLosses[zLossesOffset + r] = (float) row.zLoss;
    }
    return row.loss;
  }

  final void keepLogSumExp(int r, float max, double logSum) {
    if (logSumExp != null) {
      logSumExp[logSumExpOffset + r] = Float.isFinite(max) ? (float) (max + logSum) : max;
    }
  }

  final void keepEntropy(int r, double value) {
    entropy[entropyOffset + r] = (float) value;
  }

  final boolean wantsArgmax() {
    return counts || argmax != null;
  }

  /** Of a row that is not ignored; there is none without a softmax, whose sum is NaN. */
  final void keepArgmax(int r, int c, double sum) {
    int found = c < 0 || Double.isNaN(sum) ? -1 : firstClass + c;
    if (argmax != null) {
      argmax[argmaxOffset + r] = found;
    }
    if (counts && found >= 0 && label(r) == found) {
      correct++;
    }
  }

  /** What is kept of an ignored row. */
  final void keepIgnored(int r) {
    keep(r, 0);
    if (zLosses != null) {
      zLosses[zLossesOffset + r] = 0;
    }
    if (logSumExp != null) {
      logSumExp[logSumExpOffset + r] = 0;
    }
    if (entropy != null) {
      entropy[entropyOffset + r] = 0;
    }
    if (argmax != null) {
      argmax[argmaxOffset + r] = -1;
    }
  }

  /** An ignored row's gradient. */
  final void clearOut(int r) {
    int to = out.row(r);
    if (out.inner == 1) {
      Arrays.fill(out.array, to, to + classes, 0);
      return;
    }
    for (int c = 0; c < classes; c++) {
      out.array[to + c * out.inner] = 0;
    }
  }

  /** Puts a row's value where it is wanted, and hands it on. */
  final double keep(int r, double value) {
    if (perRow != null) {
      perRow[perRowOffset + r] = (float) value;
    }
    return value;
  }
}
