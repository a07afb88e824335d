package io.github.softmax4j.kernel;

import static io.github.softmax4j.kernel.Lanes.FLOATS;
import static io.github.softmax4j.kernel.Lanes.LANES;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * Some rows of the batch on their way through the steps of an operation, few enough to stay in L1:
 * a thread's scratch. What there is of each row, once, stands in arrays over the rows, so that
 * logarithms and divisions are done for many rows at once.
 */
abstract sealed class Rows permits NarrowRows, ShortRows, WideRows {

  /** Vectors of less than 256 bits have no gather everywhere, and little to win from it. */
  static final boolean GATHERS = LANES >= 8;

  /** The most rows at once. */
  static final int MOST = 256;

  /** Up to so many rows, a scalar loop over what there is of each is faster. */
  private static final int FEW = 32;

  private static final int FEW_LOGARITHMS = 4;

  /** The largest logit; not finite if the row has no softmax. */
  final float[] max = new float[MOST];

  /** What exponentials are relative to: of nothing but -inf they are then 0, and not NaN. */
  final float[] references = new float[MOST];

  /** The sum of the terms; NaN if the row has no softmax. */
  final float[] sum = new float[MOST];

  /** {@code ln(sum(exp(x - max)))}. */
  final float[] logSum = new float[MOST];

  /** What the terms are to be multiplied by. */
  final float[] factor = new float[MOST];

  /** What is to be subtracted for a class weight of 1. */
  final float[] shift = new float[MOST];

  /** What the gradient at the label is besides minus that of the others. */
  final float[] beyond = new float[MOST];

  /** The labels, or -1, and the logits there. */
  final int[] label = new int[MOST];

  final float[] atLabel = new float[MOST];

  /** Of a row with targets: {@code sum(t * (max - x))} and {@code sum(t)}. */
  final double[] distance = new double[MOST];

  final double[] mass = new double[MOST];

  /** The sum of the terms, each times how far its logit is below the maximum. */
  final double[] distanceOfTerms = new double[MOST];

  /**
   * Weights of the classes, from {@link #weightsAt} on, whose {@link #distance} the terms and sums
   * find, or {@code null}.
   */
  float[] weights;

  int weightsAt;

  private final float[] lanesOfSum = new float[2 * LANES];

  final Call call;
  int classes;
  int headroom;

  /** The rows at hand: how many, and which of the batch is the first. */
  int count;

  int first;

  /** As many rows are taken at once. */
  private int most;

  Rows(Call call) {
    this.call = call;
  }

  /**
   * Starts an operation whose results are {@code scale * softmax}, with the batch's first rows and
   * their {@link #max}.
   */
  final Rows begin(double scale) {
    classes = call.classes;
    headroom = headroom(classes, scale);
    most = atOnce();
    take(0, false);
    return this;
  }

  /** By how many bits terms are kept small whose {@code scale}d share no denormal is to be. */
  static int headroom(int classes, double scale) {
    int below1 = Math.max(0, -Math.getExponent(scale));
    return Math.min(Lanes.headroom(classes) + below1, Exponential.MOST_HEADROOM);
  }

  static float reference(float max) {
    return Math.max(max, -Float.MAX_VALUE);
  }

  /** Goes on to the next rows and their {@link #max}; there are none if {@link #count} is 0. */
  final void advance() {
    take(first + count, true);
  }

  /** As {@link #advance}, of rows none of which has been looked at yet. */
  final void skip() {
    take(first + count, false);
  }

  private void take(int from, boolean wereSeen) {
    first = from;
    count = Math.min(most, call.rows - first);
    if (count > 0) {
      if (wereSeen) {
        nextMaxima();
      } else {
        maxima();
      }
      refer();
    }
  }

  /** Takes the call's only row, whose maximum is known. */
  final void takeLone(float max, int headroom) {
    classes = call.classes;
    this.headroom = headroom;
    most = 1;
    first = 0;
    count = 1;
    references[0] = reference(max);
  }

  private void refer() {
    if (call.part.isGiven()) {
      for (int r = 0; r < count; r++) {
        max[r] = call.part.max(first + r);
      }
    }
    if (count <= FEW) { // a vector would have to wait for the maxima, stored one by one
      referOneByOne(0, count);
      return;
    }
    FloatVector lowest = FloatVector.broadcast(FLOATS, -Float.MAX_VALUE);
    for (int r = 0; r < count; r += LANES) {
      FloatVector m = FloatVector.fromArray(FLOATS, max, r);
      m.max(lowest).intoArray(references, r);
      if (!m.sub(m).eq(0).allTrue()) {
        referOneByOne(r, Math.min(r + LANES, count));
      }
    }
  }

  /** A maximum that is not finite does not show a NaN whose sign bit is set. */
  private void referOneByOne(int begin, int end) {
    for (int r = begin; r < end; r++) {
      if (!Float.isFinite(max[r]) && holdsNaN(call.logits.row(first + r), classes)) {
        max[r] = Float.NaN;
      }
      references[r] = reference(max[r]);
    }
  }

  /** Whether there is any NaN among so many logits of a row. */
  final boolean holdsNaN(int from, int n) {
    float[] x = call.logits.array;
    int step = call.logits.inner;
    if (step == 1) { // as in rows of which all is masked
      return Float.isNaN(Scan.SCAN.max(x, from, from + n));
    }
    for (int c = 0; c < n; c++) {
      if (Float.isNaN(x[from + c * step])) {
        return true;
      }
    }
    return false;
  }

  /** {@link #sum} of the first rows, by whole vectors of rows; NaN without a softmax. */
  final void foldTogether(float[] lanes, int rows) {
    Reduce.sums(lanes, rows, sum);
    for (int r = 0; r < rows; r += LANES) {
      FloatVector m = FloatVector.fromArray(FLOATS, max, r);
      FloatVector s = FloatVector.fromArray(FLOATS, sum, r);
      s.add(m.sub(m)).intoArray(sum, r);
    }
  }

  /** {@link #sum} from {@code r} on, of the lanes of each row. */
  final void foldOneByOne(float[] lanes, int r) {
    for (; r < count; r++) {
      sum[r] = Reduce.sum(lanes, r * LANES) + (max[r] - max[r]);
    }
  }

  /** How many rows come after these, of those that will be at hand then. */
  final int ahead() {
    return Math.min(most, call.rows - first - count);
  }

  /** How many rows to take at once. */
  abstract int atOnce();

  abstract void maxima();

  /** As {@link #maxima}, of rows that the passes over those before them have seen. */
  abstract void nextMaxima();

  /** Finds {@link #sum}, of which only logarithms are wanted. */
  abstract void sums();

  /** Finds {@link #sum} and the terms {@code 2^-headroom exp(x - max)}. */
  abstract void terms();

  /** Puts the sums of all parts of the rows in the place of this part's, if they are known. */
  final void takeKnownSums() {
    if (call.part.isGiven()) {
      for (int r = 0; r < count; r++) {
        sum[r] = (float) Math.scalb(call.part.sum(first + r), -headroom) + (max[r] - max[r]);
      }
    }
  }

  /** Writes the terms times {@link #factor} to {@link Call#out}. */
  abstract void scale();

  /**
   * Writes {@code factor * term - shift * weight}, the class weights being those from {@code at}
   * on, or none. But at the label, if there is one, {@link #beyond} minus all other {@code factor *
   * term}: where softmax is near 1, softmax - 1 would lose digits.
   */
  abstract void scaleMinusLabels(float[] weights, int at);

  final void nothingBeyondLabels() {
    Arrays.fill(beyond, 0, count, 0);
  }

  /** Writes the terms that {@link #scaleMinusTarget} has changed, if they are not there yet. */
  abstract void store();

  /** Writes {@code (x - max) - logSum} to {@link Call#out}. */
  abstract void logSoftmax();

  /** Finds {@link #distance} and {@link #mass}; before the terms take the logits' place. */
  final void targets() {
    Matrix t = call.targets;
    for (int r = 0; r < count; r++) {
      target(r, t.array, t.row(first + r), t.inner);
    }
  }

  /**
   * {@link #distance} and {@link #mass} of one row, whose targets are {@code step} from each other.
   */
  void target(int r, float[] t, int target, int step) {
    float[] x = call.logits.array;
    int row = call.logits.row(first + r);
    double distances = 0;
    double masses = 0;
    for (int c = 0; c < classes; c++) {
      float weight = t[target + c * step];
      masses += weight;
      if (weight != 0) {
        distances += weight * ((double) max[r] - x[row + c * call.logits.inner]);
      }
    }
    distance[r] = distances;
    mass[r] = masses;
  }

  /** Writes {@code term * factor - target * scale}. */
  final void scaleMinusTargets() {
    Matrix t = call.targets;
    for (int r = 0; r < count; r++) {
      scaleMinusTarget(r, t.array, t.row(first + r), t.inner, call.scale);
    }
    store();
  }

  /** That is what terms of one row become. */
  abstract void scaleMinusTarget(int r, float[] t, int target, int step, double scale);

  /** {@link #factor} {@code = scale / sum}. */
  final void factors(float scale) {
    int whole = count / LANES * LANES;
    for (int r = 0; r < whole; r += LANES) {
      FloatVector s = FloatVector.fromArray(FLOATS, sum, r);
      FloatVector.broadcast(FLOATS, scale).div(s).intoArray(factor, r);
    }
    for (int r = whole; r < count; r++) {
      factor[r] = scale / sum[r];
    }
  }

  /** {@link #factor} {@code = scale * mass / sum}. */
  final void massFactors(double scale) {
    for (int r = 0; r < count; r++) {
      factor[r] = (float) (scale * mass[r] / sum[r]);
    }
  }

  /** Takes the rows' {@link #label} and {@link #atLabel}. */
  final void labels() {
    for (int r = 0; r < count; r++) {
      label[r] = call.label(first + r);
    }
    logitsAtLabels();
  }

  abstract void logitsAtLabels();

  /**
   * {@link #atLabel} from where class {@code c} of row {@code r} is at {@code from + r * rowStep +
   * c * classStep}. One by one: a gather of 16 takes up to a fifth longer (Zen 4), one of eight as
   * long (Zen 3), and now and then C2 leaves it to Java code that makes objects.
   */
  final void takeAtLabels(float[] x, int from, int rowStep, int classStep) {
    for (int r = 0; r < count; r++) {
      atLabel[r] = x[from + r * rowStep + label[r] * classStep];
    }
  }

  /** The sum of the losses {@code (max - atLabel) + logSum}, which are kept for each row, too. */
  final double losses() {
    int whole = count / LANES * LANES;
    double total = whole > 0 ? losses(whole) : 0;
    if (!Double.isFinite(total)) { // perhaps in float alone
      whole = 0;
      total = 0;
    }
    for (int r = whole; r < count; r++) {
      total += loss(r);
    }
    if (call.perRow.isGiven()) {
      for (int r = 0; r < count; r++) {
        RowOutputs.keep(call, first + r, loss(r));
      }
    }
    return total;
  }

  private double loss(int r) {
    return ((double) max[r] - atLabel[r]) + logSum[r];
  }

  /**
   * As many rows at once as there are lanes: in float, since conversions to double vectors are not
   * always kept in registers, with {@link Compensation}.
   */
  private double losses(int rows) {
    FloatVector sum = FloatVector.zero(FLOATS);
    FloatVector errors = FloatVector.zero(FLOATS);
    for (int r = 0; r < rows; r += LANES) {
      FloatVector m = FloatVector.fromArray(FLOATS, max, r);
      FloatVector distance = m.sub(FloatVector.fromArray(FLOATS, atLabel, r));
      FloatVector loss = distance.add(FloatVector.fromArray(FLOATS, logSum, r));
      FloatVector next = loss.add(sum);
      errors = Compensation.lost(loss, sum, next).add(errors);
      sum = next;
    }
    FloatVector zero = FloatVector.zero(FLOATS);
    zero.add(sum).intoArray(lanesOfSum, 0);
    zero.add(errors).intoArray(lanesOfSum, LANES);
    double total = 0;
    for (float lane : lanesOfSum) {
      total += lane;
    }
    return total;
  }

  /** The sum of the losses {@code distance + mass * logSum}. */
  final double targetLosses() {
    double total = 0;
    for (int r = 0; r < count; r++) {
      total += RowOutputs.keep(call, first + r, distance[r] + mass[r] * logSum[r]);
    }
    return total;
  }

  /** What is kept for each row is {@code max + logSum}. */
  final void logSumExp() {
    for (int r = 0; r < count; r++) {
      double value = (double) max[r] + logSum[r];
      RowOutputs.keep(call, first + r, Float.isFinite(max[r]) ? value : max[r]);
    }
  }

  /** {@link #logSum} from {@link #sum}. */
  final void logarithms() {
    if (count <= FEW_LOGARITHMS) {
      for (int r = 0; r < count; r++) {
        logSum[r] = Logarithm.of(sum[r], headroom);
      }
      return;
    }
    int headroom = this.headroom;
    for (int r = 0; r < count; r += LANES) {
      Logarithm.of(Lanes.load(sum, r), headroom).intoArray(logSum, r);
    }
  }
}
