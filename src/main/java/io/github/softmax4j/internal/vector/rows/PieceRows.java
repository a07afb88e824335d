package io.github.softmax4j.internal.vector.rows;

import static io.github.softmax4j.internal.vector.math.Lanes.FLOATS;
import static io.github.softmax4j.internal.vector.math.Lanes.LANES;
import static io.github.softmax4j.internal.vector.math.Lanes.load;
import static io.github.softmax4j.internal.vector.pass.PiecewisePass.PIECE;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.vector.math.Lanes;
import io.github.softmax4j.internal.vector.math.Reduce;
import io.github.softmax4j.internal.vector.math.VectorSearch;
import io.github.softmax4j.internal.vector.pass.PiecewisePass;
import io.github.softmax4j.internal.vector.pass.ScalePass;
import io.github.softmax4j.internal.vector.tile.Tile;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * One long row at a time, by pieces that stay in L1, for 32 vector registers. Terms are relative to
 * the largest logit so far; what is relative to a smaller one is scaled up to the last one later.
 *
 * <p>The online softmax of Milakov and Gimelshein (2018), by pieces. A piece is a row to {@link
 * AlongRows}, but {@link PiecewisePass} goes on from piece to piece until one holds a larger logit.
 * Pieces with the same reference are a stretch, of which a row seldom has more than a few.
 */
public final class PieceRows extends RowKernel {

  /** As many results are taken to go to memory, and not to the last cache. */
  private static final int MANY_RESULTS = 1 << 23;

  /** The first element after a line's start, of an array that starts 16 bytes before the next. */
  private static final int FIRST_OF_LINE = 12;

  private final Tile t;
  private final AlongRows piece;

  /** Where the row and its results start, and where in the row the tile's place is. */
  private int rowFrom;

  private int rowTo;
  private int start;

  /** Where the weights of the row start. */
  private int rowWeightsAt;

  /** Of each stretch of the row at hand, what its terms are relative to, and where it ends. */
  private float[] referenceOf = {};

  private int[] endOf = {};
  private int stretches;

  /** Of each piece, the sum of the weights, or NaN as long as nothing has asked for it. */
  private double[] weightOf = {};

  /** The logits at the labels of as many rows, from one on. */
  private final float[] atLabels = new float[32];

  private int labelsFrom;
  private int labelsEnd;

  /** Whether the next piece is known to hold no logit above the reference. */
  private boolean nextIsNoHigher;

  public PieceRows(Tile tile, AlongRows piece) {
    t = tile;
    this.piece = piece;
  }

  /** Whether something needs the rows' maxima before the terms. */
  public static boolean needsMaximaFirst(Call call) {
    if (call.part.isGiven() || call.targets.isGiven) {
      return true;
    }
    if (!call.loss.isGiven) {
      return false;
    }
    boolean skipsClasses = call.loss.options.smoothing() != 0 && call.loss.options.hasZero();
    return skipsClasses || call.loss.wantsArgmax() || call.loss.entropy.isGiven();
  }

  @Override
  public int rowsAtOnce() {
    int pieces = t.classes / PIECE + 1;
    if (referenceOf.length < pieces) {
      referenceOf = new float[pieces];
      endOf = new int[pieces];
      weightOf = new double[pieces];
    }
    Arrays.fill(weightOf, Double.NaN);
    labelsEnd = 0;
    return 1;
  }

  /** Puts the tile's place at these classes of the row. */
  private void place(int start, int length) {
    this.start = start;
    t.length = length;
    t.from = rowFrom + start;
    t.to = rowTo + start;
    t.aheadFrom = t.from; // only the passes over long rows look further
    t.weightsAt = rowWeightsAt + start;
  }

  /** How many classes from a place on are in pieces that are not the last one. */
  private int beforeLast(int from) {
    return (t.classes - LANES) / PIECE * PIECE - from;
  }

  private void placePiece(int from) {
    place(from, beforeLast(from) > 0 ? PIECE : t.classes - from);
    nextIsNoHigher = false;
  }

  private void placeStretch(int stretch) {
    int from = stretch == 0 ? 0 : endOf[stretch - 1];
    place(from, endOf[stretch] - from);
  }

  private int end() {
    return start + t.length;
  }

  /** Whether the results are more than caches hold. */
  private boolean areForMemory() {
    return (long) t.call.rows * t.classes >= MANY_RESULTS;
  }

  /** Of the first piece; of the row, if that holds nothing but negative logits. */
  @Override
  public void maxima() {
    rowFrom = t.from;
    rowTo = t.to;
    rowWeightsAt = 0;
    placePiece(0);
    piece.maxima();
    if (Float.floatToRawIntBits(t.max[0]) < 0) {
      place(0, t.classes);
      piece.maxima();
    }
  }

  /** Of many rows at once: what comes from memory is on its way together then. */
  @Override
  public void logitsAtLabels() {
    Call call = t.call;
    if (t.first >= labelsEnd) {
      labelsFrom = t.first;
      labelsEnd = Math.min(t.first + atLabels.length, call.rows);
      for (int r = labelsFrom; r < labelsEnd; r++) {
        int c = call.hasLabelHere(r) ? call.label(r) - call.part.firstClass : 0;
        atLabels[r - labelsFrom] = call.logits.array[call.logits.row(r) + c];
      }
    }
    t.atLabel[0] = atLabels[t.first - labelsFrom];
  }

  @Override
  public void terms(boolean stores) {
    boolean weighted = t.weights != null;
    double total = 0;
    double gap = 0;
    stretches = 0;
    rowWeightsAt = t.weightsAt;
    placePiece(0);
    while (true) {
      findLanes(stores);
      total += Reduce.total(t.lanes, 0);
      gap += weighted ? Reduce.total(t.gapLanes, 0) : 0;
      endStretch();
      if (end() == t.classes) {
        break;
      }
      boolean isNoHigher = nextIsNoHigher;
      placePiece(end());
      if (!isNoHigher) {
        total *= raiseReference(total);
      }
    }
    showNaN(total);
    t.sum[0] = (float) total + (t.max[0] - t.max[0]);
    if (weighted) {
      t.gap[0] = gap + missingGap();
    }
    place(0, t.classes);
  }

  private void findLanes(boolean stores) {
    if (end() == t.classes) {
      piece.findLanes(stores);
      return;
    }
    int key = Float.floatToRawIntBits(t.reference[0]);
    int highest = key >= 0 ? key : Integer.MAX_VALUE; // all negative logits were looked at
    int reached = PiecewisePass.find(t, t.classes - start, beforeLast(start), highest, stores);
    t.length = Math.abs(reached);
    nextIsNoHigher = reached > 0;
  }

  /** What is at hand ends a stretch, or makes the last one longer. */
  private void endStretch() {
    if (stretches == 0 || referenceOf[stretches - 1] != t.reference[0]) {
      referenceOf[stretches++] = t.reference[0];
    }
    endOf[stretches - 1] = end();
  }

  /** What the gap lacks of those that were not found from the row's maximum. */
  private double missingGap() {
    double missing = 0;
    for (int stretch = 0; stretch < stretches - 1; stretch++) {
      placeStretch(stretch);
      missing += ((double) t.reference[0] - referenceOf[stretch]) * weightOfPlace();
    }
    return missing;
  }

  /** Of the classes at hand, which are whole pieces. */
  private double weightOfPlace() {
    double weight = 0;
    int end = end();
    for (placePiece(start); start < end; placePiece(end())) {
      int i = start / PIECE;
      if (Double.isNaN(weightOf[i])) {
        AlongRows.sum(t.weights, t.weightsAt, t.length, t.lanes);
        weightOf[i] = Reduce.total(t.lanes, 0);
      }
      weight += weightOf[i];
    }
    return weight;
  }

  /** A NaN that the maximum does not show, the terms have shown, unless that is +infinity. */
  private void showNaN(double total) {
    if (Double.isNaN(total) && t.max[0] != Float.POSITIVE_INFINITY) {
      t.max[0] = Float.NaN;
    }
  }

  /** To that of the piece at hand, if its maximum is larger; what terms lack then. */
  private double raiseReference(double total) {
    showNaN(total);
    float before = t.max[0];
    piece.maxima();
    float largest = Math.max(before, t.max[0]);
    boolean isNowInfinite = largest == Float.POSITIVE_INFINITY && before < largest;
    int endOfRow = t.from + t.classes - start;
    if (isNowInfinite && Float.isNaN(VectorSearch.SCAN.max(t.x, t.from, endOfRow))) {
      largest = Float.NaN; // nothing later makes a pass stop
    }
    t.max[0] = largest;
    float lower = t.reference[0];
    t.reference[0] = Rows.reference(largest);
    return ratio(lower, t.reference[0]);
  }

  /** What terms relative to {@code from} are multiplied by to be relative to {@code to}. */
  private static double ratio(float from, float to) {
    return from == to ? 1 : Math.exp((double) from - to);
  }

  private double ratioOf(int stretch) {
    return ratio(referenceOf[stretch], t.reference[0]);
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
      t.y[rowTo + label] = Math.fma(-t.factor[0], others, t.labelBase[0]);
    }
  }

  private void scaleMinusWeights(float[] weights, int at) {
    float factorOfRow = t.factor[0];
    for (int stretch = 0; stretch < stretches; stretch++) {
      placeStretch(stretch);
      boolean lacks = referenceOf[stretch] != t.reference[0];
      if (lacks) {
        scaleNormal((float) (factorOfRow * ratioOf(stretch)));
        t.factor[0] = 1;
      }
      if (weights != null) {
        ScalePass.scale(t, weights, at + start, true, false);
      } else if (!lacks && areForMemory()) {
        scaleByLines();
      } else if (!lacks) {
        ScalePass.scale(t, null, 0, false, false);
      }
      t.factor[0] = factorOfRow;
    }
  }

  /**
   * As {@link #scale}, but vectors start where lines of the cache do, if the array does so 16 bytes
   * before its first element: where each is in two lines, results that go to memory take a
   * twentieth longer.
   */
  private void scaleByLines() {
    float[] y = t.y;
    int row = t.to;
    int rest = t.length - LANES;
    FloatVector by = FloatVector.broadcast(FLOATS, t.factor[0]);
    FloatVector first = load(y, row);
    FloatVector last = load(y, row + rest);
    for (int i = FIRST_OF_LINE - row & LANES - 1; i < rest; i += LANES) {
      load(y, row + i).mul(by).intoArray(y, row + i);
    }
    first.mul(by).intoArray(y, row);
    last.mul(by).intoArray(y, row + rest);
  }

  /**
   * As {@link #scale}, by less than the other pieces: so that no denormal slows the loop, here,
   * too, what is no normal number is 0.
   */
  private void scaleNormal(float factor) {
    float[] y = t.y;
    int row = t.to;
    int n = t.length;
    int whole = Lanes.wholeBeforeLast(n);
    FloatVector by = FloatVector.broadcast(FLOATS, factor);
    FloatVector least = FloatVector.broadcast(FLOATS, Float.MIN_NORMAL / Math.abs(factor));
    FloatVector zero = FloatVector.zero(FLOATS);
    FloatVector last = load(y, row + n - LANES);
    for (int i = 0; i < whole; i += LANES) {
      FloatVector term = load(y, row + i);
      term.blend(zero, term.lt(least)).mul(by).intoArray(y, row + i);
    }
    last.blend(zero, last.lt(least)).mul(by).intoArray(y, row + n - LANES);
  }

  /** The terms but the label's, added up where subtracting that would lose digits. */
  private float sumOfOthers(int label) {
    int stretch = 0;
    while (label >= endOf[stretch]) {
      stretch++;
    }
    float term = (float) (t.y[rowTo + label] * ratioOf(stretch));
    float others = t.sum[0] - term;
    if (!(others < term)) {
      return others; // perhaps NaN
    }
    t.y[rowTo + label] = 0;
    return (float) sumOfTerms();
  }

  private double sumOfTerms() {
    double total = 0;
    for (int stretch = 0; stretch < stretches; stretch++) {
      placeStretch(stretch);
      total += AlongRows.sumOfTerms(t, t.to) * ratioOf(stretch);
    }
    return total;
  }

  @Override
  public void logSoftmax() {
    piece.logSoftmax();
  }

  @Override
  public void target(int r, float[] targets, int at, int step) {
    throw new UnsupportedOperationException("targets need the maxima first");
  }

  @Override
  public void scaleMinusTarget(int r, float[] targets, int at, int step, double scale) {
    throw new UnsupportedOperationException("targets need the maxima first");
  }
}
