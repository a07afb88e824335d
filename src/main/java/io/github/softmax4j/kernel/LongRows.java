package io.github.softmax4j.kernel;

import static io.github.softmax4j.kernel.Lanes.FLOATS;
import static io.github.softmax4j.kernel.Lanes.LANES;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * Rows too long for L1, one at a time, in pieces that stay there: the terms of a piece are relative
 * to the largest logit so far, and what they lack is made good once the row's maximum is known. So
 * a row comes from memory once, not once for its maximum and again for its terms, and a row alone
 * has its maximum found beside the terms, too.
 *
 * <p>The online softmax of Milakov and Gimelshein (2018), by pieces. To {@link WideRows} a piece is
 * a row, but for {@link PiecewisePass}, which goes on from piece to piece until one holds a larger
 * logit. What has the same reference is a stretch, of which a row seldom has more than a few.
 */
final class LongRows extends WideRows {

  /**
   * So long are pieces but for the last one, which is between a vector and a piece and a vector:
   * their logits, their results and the logits that come next stay in L1.
   */
  static final int PIECE = 32 * LANES;

  /** As many results are taken to go to memory, and not to the last cache. */
  private static final int MANY_RESULTS = 1 << 23;

  /** The first element after a line's start, of an array that starts 16 bytes before the next. */
  private static final int FIRST_OF_LINE = 12;

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

  /** Where in the row what is at hand starts, and how long it is. */
  private int start;

  private int length;

  /** Whether the next piece is known to hold no logit above the reference. */
  private boolean nextIsNoHigher;

  LongRows(Call call) {
    super(call);
  }

  /** Whether something needs the rows' maxima before the terms. */
  static boolean needsMaximaFirst(Call call) {
    if (!call.loss.isGiven) {
      return call.part.isGiven() || call.targets.isGiven;
    }
    boolean skipsClasses = call.loss.options.smoothing() != 0 && call.loss.options.hasZero();
    return call.part.isGiven()
        || call.targets.isGiven
        || skipsClasses
        || call.loss.wantsArgmax()
        || call.loss.entropy.isGiven();
  }

  @Override
  int atOnce() {
    int pieces = classes / PIECE + 1;
    if (referenceOf.length < pieces) {
      referenceOf = new float[pieces];
      endOf = new int[pieces];
      weightOf = new double[pieces];
    }
    Arrays.fill(weightOf, Double.NaN);
    labelsEnd = 0;
    return 1;
  }

  @Override
  int from() {
    return super.from() + start;
  }

  @Override
  int to() {
    return super.to() + start;
  }

  @Override
  int length() {
    return length;
  }

  @Override
  int weightsFrom() {
    return super.weightsFrom() + start;
  }

  /** How many classes there are from what is at hand on. */
  int left() {
    return classes - start;
  }

  /** How many of them are in pieces that are not the last one. */
  int leftBeforeLast() {
    return (classes - LANES) / PIECE * PIECE - start;
  }

  private void startPiece(int from) {
    start = from;
    length = leftBeforeLast() > 0 ? PIECE : left();
    nextIsNoHigher = false;
  }

  private boolean isLast() {
    return start + length == classes;
  }

  /** Says how far a pass has gone on beyond its piece, and whether the next one is no higher. */
  void reach(int length, boolean nextIsNoHigher) {
    this.length = length;
    this.nextIsNoHigher = nextIsNoHigher;
  }

  /**
   * The largest {@link #maxOfKey key} that does not make a pass stop: negative logits have the
   * wrong order, but {@link #maxima} has seen all of theirs.
   */
  int highestKey() {
    int key = Float.floatToRawIntBits(references[0]);
    return key >= 0 ? key : Integer.MAX_VALUE;
  }

  /** The piece at hand: only the passes over long rows look further. */
  @Override
  int aheadFrom() {
    return from();
  }

  /** Whether the results are more than caches hold. */
  private boolean areForMemory() {
    return (long) call.rows * classes >= MANY_RESULTS;
  }

  /** Of the first piece; of the row, if that holds nothing but negative logits. */
  @Override
  void maxima() {
    startPiece(0);
    super.maxima();
    if (Float.floatToRawIntBits(max[0]) < 0) {
      length = classes;
      super.maxima();
    }
  }

  @Override
  void nextMaxima() {
    maxima();
  }

  /** Of many rows at once: what comes from memory is on its way together then. */
  @Override
  void logitsAtLabels() {
    if (first >= labelsEnd) {
      labelsFrom = first;
      labelsEnd = Math.min(first + atLabels.length, call.rows);
      for (int r = labelsFrom; r < labelsEnd; r++) {
        int c = call.hasLabelHere(r) ? call.label(r) - call.part.firstClass : 0;
        atLabels[r - labelsFrom] = call.logits.array[call.logits.row(r) + c];
      }
    }
    atLabel[0] = atLabels[first - labelsFrom];
  }

  @Override
  void sums() {
    sum(false);
  }

  @Override
  void terms() {
    sum(true);
  }

  /** {@link #sum} and {@link #distance} of the pieces; the terms are stored, too, if wanted. */
  private void sum(boolean stores) {
    double total = 0;
    double distances = 0;
    stretches = 0;
    startPiece(0);
    for (; ; ) {
      findLanes(stores);
      total += total(lanes, 0);
      if (weights != null) {
        distances += total(distanceLanes, 0);
      }
      endStretch();
      if (isLast()) {
        break;
      }
      boolean isNoHigher = nextIsNoHigher;
      startPiece(start + length);
      if (!isNoHigher) {
        total *= raiseReference(total);
      }
    }
    showNaN(total);
    sum[0] = (float) total + (max[0] - max[0]);
    if (weights != null) {
      distance[0] = distances + missingDistances();
    }
  }

  @Override
  void findLanes(boolean stores) {
    if (isLast()) {
      super.findLanes(stores);
      return;
    }
    PiecewisePass.find(this, stores);
  }

  /** What is at hand ends a stretch, or makes the last one longer. */
  private void endStretch() {
    if (stretches == 0 || referenceOf[stretches - 1] != references[0]) {
      referenceOf[stretches++] = references[0];
    }
    endOf[stretches - 1] = start + length;
  }

  private void startStretch(int stretch) {
    start = stretch == 0 ? 0 : endOf[stretch - 1];
    length = endOf[stretch] - start;
  }

  /** What the distances lack that were not found from the row's maximum. */
  private double missingDistances() {
    double missing = 0;
    for (int stretch = 0; stretch < stretches - 1; stretch++) {
      startStretch(stretch);
      missing += ((double) references[0] - referenceOf[stretch]) * weightOfStretch();
    }
    return missing;
  }

  /** Of the stretch at hand, which is not the last one. */
  private double weightOfStretch() {
    double weight = 0;
    int end = start + length;
    for (startPiece(start); start < end; startPiece(start + length)) {
      int piece = start / PIECE;
      if (Double.isNaN(weightOf[piece])) {
        weightOf[piece] = sum(weights, weightsFrom(), length);
      }
      weight += weightOf[piece];
    }
    return weight;
  }

  /** A NaN that the maximum does not show, the terms have shown, unless that is +infinity. */
  private void showNaN(double total) {
    if (Double.isNaN(total) && max[0] != Float.POSITIVE_INFINITY) {
      max[0] = Float.NaN;
    }
  }

  /** To that of the piece at hand, if its maximum is larger; what terms lack then. */
  private double raiseReference(double total) {
    showNaN(total);
    float before = max[0];
    super.maxima();
    float largest = Math.max(before, max[0]);
    boolean isNowInfinite = largest == Float.POSITIVE_INFINITY && before < largest;
    if (isNowInfinite && holdsNaN(from(), left())) { // nothing later makes a pass stop
      largest = Float.NaN;
    }
    max[0] = largest;
    float lower = references[0];
    references[0] = reference(largest);
    return ratio(lower, references[0]);
  }

  /** What terms relative to {@code from} are multiplied by to be relative to {@code to}. */
  private static double ratio(float from, float to) {
    return from == to ? 1 : Math.exp((double) from - to);
  }

  private double ratioOf(int stretch) {
    return ratio(referenceOf[stretch], references[0]);
  }

  @Override
  void scale() {
    scaleMinusWeights(null, 0);
  }

  @Override
  void scaleMinusWeights(float[] u, int at) {
    float factorOfRow = factor[0];
    for (int stretch = 0; stretch < stretches; stretch++) {
      startStretch(stretch);
      boolean lacks = referenceOf[stretch] != references[0];
      if (lacks) {
        scaleNormal((float) (factorOfRow * ratioOf(stretch)));
        factor[0] = 1;
      }
      if (u != null) {
        super.scaleMinusWeights(u, at + start);
      } else if (!lacks && areForMemory()) {
        scaleByLines();
      } else if (!lacks) {
        super.scale();
      }
      factor[0] = factorOfRow;
    }
  }

  /**
   * As {@link WideRows#scale}, but vectors start where lines of the cache do, if the array does so
   * 16 bytes before its first element: where each is in two lines, results that go to memory take a
   * twentieth longer.
   */
  private void scaleByLines() {
    float[] y = call.out.array;
    int row = to();
    int rest = length - LANES;
    FloatVector by = FloatVector.broadcast(FLOATS, factor[0]);
    FloatVector first = FloatVector.fromArray(FLOATS, y, row);
    FloatVector last = FloatVector.fromArray(FLOATS, y, row + rest);
    for (int i = FIRST_OF_LINE - row & LANES - 1; i < rest; i += LANES) {
      FloatVector.fromArray(FLOATS, y, row + i).mul(by).intoArray(y, row + i);
    }
    first.mul(by).intoArray(y, row);
    last.mul(by).intoArray(y, row + rest);
  }

  /**
   * As {@link #scale}, by less than the other pieces: so that no denormal slows the loop, here,
   * too, what is no normal number is 0.
   */
  private void scaleNormal(float factor) {
    float[] y = call.out.array;
    int row = to();
    int whole = Lanes.wholeBeforeLast(length);
    FloatVector by = FloatVector.broadcast(FLOATS, factor);
    FloatVector least = FloatVector.broadcast(FLOATS, Float.MIN_NORMAL / Math.abs(factor));
    FloatVector zero = FloatVector.zero(FLOATS);
    FloatVector last = FloatVector.fromArray(FLOATS, y, row + length - LANES);
    for (int i = 0; i < whole; i += LANES) {
      FloatVector term = FloatVector.fromArray(FLOATS, y, row + i);
      term.blend(zero, term.lt(least)).mul(by).intoArray(y, row + i);
    }
    last.blend(zero, last.lt(least)).mul(by).intoArray(y, row + length - LANES);
  }

  @Override
  float termAtLabel(int r) {
    int stretch = 0;
    while (label[r] >= endOf[stretch]) {
      stretch++;
    }
    return (float) (super.termAtLabel(r) * ratioOf(stretch));
  }

  @Override
  double sumOfTerms(int r) {
    double total = 0;
    for (int stretch = 0; stretch < stretches; stretch++) {
      startStretch(stretch);
      total += super.sumOfTerms(r) * ratioOf(stretch);
    }
    return total;
  }

  /** Of the whole row. */
  @Override
  void logSoftmax() {
    int lengthOfPiece = length;
    int startOfPiece = start;
    start = 0;
    length = classes;
    super.logSoftmax();
    start = startOfPiece;
    length = lengthOfPiece;
  }
}
