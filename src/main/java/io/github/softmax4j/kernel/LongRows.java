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
 * a row.
 */
final class LongRows extends WideRows {

  /** About as long is a piece: its logits, its results and the logits that come next stay in L1. */
  private static final int PIECE = 4096;

  /** Up to as many classes, a second look at the logits in L2 costs less than the pieces. */
  private static final int FROM = 2 * PIECE;

  /** As many logits are taken to be in memory, and not in the last cache. */
  private static final int MANY_LOGITS = 1 << 23;

  /** Of each piece of the row at hand, what its terms are relative to. */
  private float[] referenceOf = {};

  /** Of each piece, the sum of the weights, or NaN as long as nothing has asked for it. */
  private double[] weightOf = {};

  /** How long pieces are, and how long the last one is, which is no shorter. */
  private int usual;

  private int longest;

  /** Where in the row the piece at hand starts, and how long it is. */
  private int start;

  private int length;

  LongRows(Call call) {
    super(call);
  }

  /** Whether the rows are such, and nothing needs their maximum before the terms. */
  static boolean fit(Call call) {
    return call.classes > FROM
        && call.knownMax == null
        && !call.targets.isGiven
        && (call.options == null || !needsMaximaFirst(call));
  }

  private static boolean needsMaximaFirst(Call call) {
    boolean skipsClasses = call.options.smoothing() != 0 && call.options.hasZero();
    return skipsClasses || call.wantsArgmax() || call.entropy != null;
  }

  @Override
  int atOnce() {
    int pieces = (classes + PIECE - 1) / PIECE;
    usual = classes / pieces / LANES * LANES;
    longest = classes - (pieces - 1) * usual;
    if (referenceOf.length < pieces) {
      referenceOf = new float[pieces];
      weightOf = new double[pieces];
    }
    Arrays.fill(weightOf, Double.NaN);
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

  private void startRow() {
    start = 0;
    length = usual;
  }

  private void startNextPiece() {
    start += length;
    length = start + longest == classes ? longest : usual;
  }

  private boolean isLast() {
    return start + length == classes;
  }

  /** The piece that comes next, of this row or the next one. */
  @Override
  int aheadFrom() {
    if (isLast()) {
      return ahead() > 0 ? super.from() + call.logits.stride : from();
    }
    return from() + length;
  }

  @Override
  boolean areFromMemory() {
    return (long) call.rows * classes >= MANY_LOGITS;
  }

  /** Of as much of the row as the last piece of the row before looks ahead to. */
  @Override
  void maxima() {
    start = 0;
    length = longest;
    super.maxima();
    startRow();
  }

  @Override
  void nextMaxima() {
    start = 0;
    length = longest;
    super.nextMaxima();
    startRow();
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
    for (int piece = 0; ; piece++) {
      findLanes(stores);
      total += total(lanes, 0);
      distances += total(distanceLanes, 0);
      referenceOf[piece] = references[0];
      if (isLast()) {
        break;
      }
      startNextPiece();
      total *= raiseReference(total);
    }
    showNaN(total);
    sum[0] = (float) total + (max[0] - max[0]);
    if (weights != null) {
      distance[0] = distances + missingDistances();
    }
  }

  /** What the distances lack that were not found from the row's maximum. */
  private double missingDistances() {
    double missing = 0;
    startRow();
    for (int piece = 0; !isLast(); piece++) {
      if (referenceOf[piece] != references[0]) {
        missing += ((double) references[0] - referenceOf[piece]) * weightOf(piece);
      }
      startNextPiece();
    }
    return missing;
  }

  /** Of the piece at hand. */
  private double weightOf(int piece) {
    if (Double.isNaN(weightOf[piece])) {
      weightOf[piece] = sum(weights, weightsFrom(), length);
    }
    return weightOf[piece];
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
    float largest = max[0];
    super.nextMaxima();
    largest = Math.max(largest, max[0]);
    if (LOOKS_AHEAD && length > usual) {
      findMaximumOfUnseen();
      largest = Math.max(largest, max[0]);
    }
    if (largest == Float.POSITIVE_INFINITY && holdsNaN(from(), length)) {
      largest = Float.NaN;
    }
    max[0] = largest;
    float lower = references[0];
    references[0] = reference(largest);
    return ratio(lower, references[0]);
  }

  /** Of the last piece, what the one before has not looked ahead to. */
  private void findMaximumOfUnseen() {
    int seen = Math.min(usual, longest - LANES);
    start += seen;
    length -= seen;
    super.maxima();
    start -= seen;
    length += seen;
  }

  /** What terms relative to {@code from} are multiplied by to be relative to {@code to}. */
  private static double ratio(float from, float to) {
    return from == to ? 1 : Math.exp((double) from - to);
  }

  private double ratioOf(int piece) {
    return ratio(referenceOf[piece], references[0]);
  }

  @Override
  void scale() {
    scaleMinusWeights(null, 0);
  }

  @Override
  void scaleMinusWeights(float[] u, int at) {
    float factorOfRow = factor[0];
    startRow();
    for (int piece = 0; ; piece++) {
      boolean lacks = referenceOf[piece] != references[0];
      if (lacks) {
        scaleNormal((float) (factorOfRow * ratioOf(piece)));
        factor[0] = 1;
      }
      if (u != null) {
        super.scaleMinusWeights(u, at + start);
      } else if (!lacks) {
        super.scale();
      }
      factor[0] = factorOfRow;
      if (isLast()) {
        return;
      }
      startNextPiece();
    }
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
    for (int i = row; i < row + whole; i += LANES) {
      FloatVector term = FloatVector.fromArray(FLOATS, y, i);
      term.blend(zero, term.lt(least)).mul(by).intoArray(y, i);
    }
    last.blend(zero, last.lt(least)).mul(by).intoArray(y, row + length - LANES);
  }

  @Override
  float termAtLabel(int r) {
    int piece = 0;
    startRow();
    while (label[r] >= start + length) {
      startNextPiece();
      piece++;
    }
    return (float) (super.termAtLabel(r) * ratioOf(piece));
  }

  @Override
  double sumOfTerms(int r) {
    double total = 0;
    startRow();
    for (int piece = 0; ; piece++) {
      total += super.sumOfTerms(r) * ratioOf(piece);
      if (isLast()) {
        return total;
      }
      startNextPiece();
    }
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
