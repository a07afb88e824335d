package io.github.softmax4j.internal.vector.rows;

import static io.github.softmax4j.internal.vector.math.Width.LANES;
import static io.github.softmax4j.internal.vector.tile.Sizes.PIECE;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.vector.math.LaneSums;
import io.github.softmax4j.internal.vector.tile.Sizes;
import io.github.softmax4j.internal.vector.tile.Tile;
import java.util.Arrays;

/**
 * Long rows, one at a time, in pieces that stay in L1. It needs 32 vector registers.
 *
 * <p>Terms are relative to the largest logit so far. When the last reference is known, earlier
 * terms are scaled to it. This is the online softmax of Milakov and Gimelshein (2018), applied to
 * pieces.
 *
 * <p>{@link PieceLoops#findPieces} processes pieces until the next one has a larger logit.
 * Successive pieces with the same reference are a stretch. {@link PieceLoops} process ranges of the
 * row.
 */
public final class PieceRows extends RowKernel {

  /** The minimum size of a batch whose results are assumed to go to memory. */
  private static final int MIN_RESULTS_IN_MEMORY = 1 << 23;

  private final Tile t;
  private final PieceLoops loops;

  /** The index of the row's first logit. */
  private int rowStart;

  /** The index of the row's first result. */
  private int resultStart;

  /** The first class of the range of the row that the tile describes. */
  private int start;

  /** The index of the row's first class weight. */
  private int weightsStart;

  /** The reference of each stretch. */
  private float[] stretchReference = {};

  /** The end of each stretch. */
  private int[] stretchEnd = {};

  private int stretchCount;

  /** The sum of the class weights of each piece, or NaN if it is not computed yet. */
  private double[] pieceWeight = {};

  /** The logits at the labels of several rows, which are loaded together. */
  private final float[] labelLogits = new float[32];

  private int firstLabelRow;
  private int endLabelRow;

  /** Whether the next piece is known to have no logit larger than the reference. */
  private boolean nextHasNoLarger;

  /** Makes the kernel of a tile. */
  public PieceRows(Tile tile, PieceLoops loops) {
    t = tile;
    this.loops = loops;
  }

  /** Returns whether an operation needs the rows' maxima before the terms. */
  public static boolean needsMaximaFirst(Call call) {
    if (call.part.isGiven() || call.targets.isGiven) {
      return true;
    }
    return call.loss.options.smoothing() != 0 && call.loss.options.skipsClasses();
  }

  @Override
  public boolean hasVectors() {
    return loops.hasVectors();
  }

  @Override
  public int rowsAtOnce() {
    int pieces = t.classes / PIECE + 1;
    if (stretchReference.length < pieces) {
      stretchReference = new float[pieces];
      stretchEnd = new int[pieces];
      pieceWeight = new double[pieces];
    }
    Arrays.fill(pieceWeight, Double.NaN);
    endLabelRow = 0;
    return 1;
  }

  /** Makes the tile describe a range of the row's classes. */
  private void select(int start, int length) {
    this.start = start;
    t.length = length;
    t.from = rowStart + start;
    t.to = resultStart + start;
    t.aheadFrom = t.from; // looking ahead is left to findPieces
    t.weightsAt = weightsStart + start;
  }

  /** Returns the number of classes from {@code from} up to the last piece. */
  private int lengthBeforeLast(int from) {
    return (t.classes - LANES) / PIECE * PIECE - from;
  }

  /** Selects the piece that starts at {@code from}. */
  private void selectPiece(int from) {
    select(from, lengthBeforeLast(from) > 0 ? PIECE : t.classes - from);
    nextHasNoLarger = false;
  }

  private void selectStretch(int stretch) {
    int from = stretch == 0 ? 0 : stretchEnd[stretch - 1];
    select(from, stretchEnd[stretch] - from);
  }

  /** Returns the end of the selected range. */
  private int end() {
    return start + t.length;
  }

  /** Returns whether the results are larger than the caches. */
  private boolean exceedsCaches() {
    return (long) t.call.rows * t.classes >= MIN_RESULTS_IN_MEMORY;
  }

  /** Computes the maximum of the first piece, or of the row if those logits are all negative. */
  @Override
  public void maxima() {
    rowStart = t.from;
    resultStart = t.to;
    weightsStart = 0;
    selectPiece(0);
    loops.maxima();
    if (Float.floatToRawIntBits(t.max[0]) < 0) {
      select(0, t.classes);
      loops.maxima();
    }
  }

  @Override
  public boolean knowsMaxima() {
    return false;
  }

  /** Loads the logits of several rows together, so that their memory accesses overlap. */
  @Override
  public void logitsAtLabels() {
    Call call = t.call;
    if (t.first >= endLabelRow) {
      firstLabelRow = t.first;
      endLabelRow = Math.min(t.first + labelLogits.length, call.rows);
      for (int r = firstLabelRow; r < endLabelRow; r++) {
        int c = call.hasLabelHere(r) ? call.label(r) - call.part.firstClass : 0;
        labelLogits[r - firstLabelRow] = call.logits.array[call.logits.row(r) + c];
      }
    }
    t.atLabel[0] = labelLogits[t.first - firstLabelRow];
  }

  @Override
  public void terms(boolean stores) {
    boolean weighted = t.weights != null;
    double total = 0;
    double gap = 0;
    stretchCount = 0;
    weightsStart = t.weightsAt;
    selectPiece(0);
    while (true) {
      boolean isWide = weighted && RowSteps.hasWideGaps(t.reference[0]);
      gap += isWide ? gapOfPiece() : 0;
      findLaneSums(stores, isWide);
      total += LaneSums.total(t.lanes, 0);
      gap += weighted && !isWide ? LaneSums.total(t.gapLanes, 0) : 0;
      extendStretch();
      if (end() == t.classes) {
        break;
      }
      boolean hasNoLarger = nextHasNoLarger;
      selectPiece(end());
      if (!hasNoLarger) {
        total *= raiseReference(total);
      }
    }
    propagateNaN(total);
    t.sum[0] = (float) total + (t.max[0] - t.max[0]);
    if (weighted) {
      t.gap[0] = gap + missingGap();
    }
    select(0, t.classes);
  }

  /** Returns the weighted gaps of the selected piece in double. */
  private double gapOfPiece() {
    float reference = t.reference[0];
    return RowSteps.weightedGaps(t.x, t.from, 1, t.weights, t.weightsAt, t.length, reference);
  }

  /** Finds the lanes of the sums of the selected piece and of pieces after it. */
  private void findLaneSums(boolean stores, boolean ofOnePiece) {
    if (end() == t.classes) {
      loops.findLaneSums(stores);
      return;
    }
    int key = Float.floatToRawIntBits(t.reference[0]);
    int maxKey = key >= 0 ? key : Integer.MAX_VALUE; // a negative reference is the row's maximum
    int mostClasses = ofOnePiece ? PIECE : Sizes.MAX_SUMMED;
    int left = lengthBeforeLast(start);
    boolean reachesLast = left <= mostClasses;
    int end = reachesLast ? left : mostClasses;
    int remaining = reachesLast ? t.classes - start : end + PIECE;
    int reached = loops.findPieces(remaining, end, maxKey, stores);
    t.length = Math.abs(reached);
    nextHasNoLarger = reached > 0;
  }

  /** Adds the selected range to the last stretch, or begins a stretch if the reference differs. */
  private void extendStretch() {
    if (stretchCount == 0 || stretchReference[stretchCount - 1] != t.reference[0]) {
      stretchReference[stretchCount++] = t.reference[0];
    }
    stretchEnd[stretchCount - 1] = end();
  }

  /** Returns the correction of the gap for the stretches with a lower reference. */
  private double missingGap() {
    double missing = 0;
    for (int stretch = 0; stretch < stretchCount - 1; stretch++) {
      selectStretch(stretch);
      missing += ((double) t.reference[0] - stretchReference[stretch]) * weightOfRange();
    }
    return missing;
  }

  /** Returns the sum of the class weights of the selected range, which is whole pieces. */
  private double weightOfRange() {
    double weight = 0;
    int end = end();
    for (selectPiece(start); start < end; selectPiece(end())) {
      int i = start / PIECE;
      if (Double.isNaN(pieceWeight[i])) {
        pieceWeight[i] = loops.sum(t.weights, t.weightsAt, t.length);
      }
      weight += pieceWeight[i];
    }
    return weight;
  }

  /** Sets the maximum to NaN if the sum of terms is NaN and the maximum is not +infinity. */
  private void propagateNaN(double total) {
    if (Double.isNaN(total) && t.max[0] != Float.POSITIVE_INFINITY) {
      t.max[0] = Float.NaN;
    }
  }

  /**
   * Raises the reference to the maximum of the selected piece, if that is larger. Returns the ratio
   * that scales earlier terms to the new reference.
   */
  private double raiseReference(double total) {
    propagateNaN(total);
    float previous = t.max[0];
    loops.maxima();
    float largest = Math.max(previous, t.max[0]);
    boolean isNowInfinite = largest == Float.POSITIVE_INFINITY && previous < largest;
    int endOfRow = t.from + t.classes - start;
    if (isNowInfinite && Float.isNaN(loops.max(t.from, endOfRow))) {
      largest = Float.NaN; // no later piece raises the reference
    }
    t.max[0] = largest;
    float lower = t.reference[0];
    t.reference[0] = Rows.reference(largest);
    return ratio(lower, t.reference[0]);
  }

  /** Returns the ratio that scales terms from one reference to another. */
  private static double ratio(float from, float to) {
    return from == to ? 1 : Math.exp((double) from - to);
  }

  private double ratioOf(int stretch) {
    return ratio(stretchReference[stretch], t.reference[0]);
  }

  @Override
  public void scale() {
    scaleMinusWeights(null, 0);
  }

  @Override
  public void scaleMinusLabels(float[] weights, int at) {
    int label = t.label[0];
    float others = label >= 0 ? sumOfOthers(label) : 0;
    scaleMinusWeights(weights, at);
    if (label >= 0) {
      t.y[resultStart + label] = Math.fma(-t.factor[0], others, t.labelBase[0]);
    }
  }

  private void scaleMinusWeights(float[] weights, int at) {
    float factorOfRow = t.factor[0];
    for (int stretch = 0; stretch < stretchCount; stretch++) {
      selectStretch(stretch);
      boolean hasLowerReference = stretchReference[stretch] != t.reference[0];
      if (hasLowerReference) {
        loops.scaleWithoutDenormals((float) (factorOfRow * ratioOf(stretch)));
        t.factor[0] = 1;
      }
      if (weights != null) {
        loops.scale(weights, at + start);
      } else if (!hasLowerReference && exceedsCaches()) {
        loops.scaleToMemory();
      } else if (!hasLowerReference) {
        loops.scale(null, 0);
      }
      t.factor[0] = factorOfRow;
    }
  }

  /**
   * Returns the sum of all terms except the label's, added up if a subtraction would lose digits.
   */
  private float sumOfOthers(int label) {
    int stretch = 0;
    while (label >= stretchEnd[stretch]) {
      stretch++;
    }
    float term = (float) (t.y[resultStart + label] * ratioOf(stretch));
    float others = t.sum[0] - term;
    if (!(others < term)) {
      return others; // may be NaN
    }
    t.y[resultStart + label] = 0;
    return (float) sumOfTerms();
  }

  /** Returns the sum of the row's terms, scaled to the last reference. */
  private double sumOfTerms() {
    double total = 0;
    for (int stretch = 0; stretch < stretchCount; stretch++) {
      selectStretch(stretch);
      total += loops.sum(t.y, t.to, t.length) * ratioOf(stretch);
    }
    return total;
  }

  @Override
  public void logSoftmax() {
    loops.logSoftmax();
  }

  @Override
  public void scaleMinusTarget(int r, float[] targets, int at, int step, double scale) {
    throw new UnsupportedOperationException("targets need the maxima first");
  }
}
