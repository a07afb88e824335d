package io.github.softmax4j.kernel;

import static io.github.softmax4j.kernel.Lanes.FLOATS;
import static io.github.softmax4j.kernel.Lanes.LANES;

import jdk.incubator.vector.FloatVector;

/**
 * The gradients of softmax and log-softmax, row by row: one pass for the row's sum and one for its
 * results. Rows run along the lanes as in {@link WideRows}, those of few classes or with the class
 * axis in the middle across them, in {@link BackwardAcross}. Which of these a row takes depends on
 * the number of classes and the axis alone.
 */
final class Backward {

  /**
   * As many elements are added up in four sums that take turns before these join the others: eight
   * terms each.
   */
  private static final int PART = 32 * LANES;

  private final Call call;

  private final BackwardAcross across;

  /** The lanes of a row's sum. */
  private final float[] lanes = new float[LANES];

  Backward(Call call) {
    this.call = call;
    across = new BackwardAcross(call);
  }

  /** {@code y * (dy - sum(dy * y))}. */
  void softmax() {
    if (!isAcross(false)) {
      wideSoftmax();
    }
  }

  /** {@code dy - exp(l) * sum(dy)}. */
  void logSoftmax() {
    if (!isAcross(true)) {
      wideLogSoftmax();
    }
  }

  /** Does the rows for which a row in each lane is faster, if that is what they are. */
  private boolean isAcross(boolean ofLog) {
    if (call.inner > 1) {
      across.blocks(ofLog);
      return true;
    }
    if (call.classes < LANES || Rows.GATHERS && call.classes <= BackwardAcross.MOST_CLASSES) {
      across.shortRows(ofLog);
      return true;
    }
    return false;
  }

  private void wideSoftmax() {
    Matrix y = call.logits;
    Matrix dy = call.outGradient;
    Matrix dx = call.out;
    for (int r = 0; r < call.rows; r++) {
      int from = y.row(r);
      int upstream = dy.row(r);
      addProducts(from, upstream);
      foldLanes();
      GradientPasses.ofSoftmax(
          y.array,
          from,
          dy.array,
          upstream,
          dx.array,
          dx.row(r),
          call.classes,
          lanes,
          GradientPasses.SAME_SUM);
    }
  }

  private void wideLogSoftmax() {
    Matrix y = call.logits;
    Matrix dy = call.outGradient;
    Matrix dx = call.out;
    for (int r = 0; r < call.rows; r++) {
      int upstream = dy.row(r);
      addUpstream(upstream);
      foldLanes();
      GradientPasses.ofLogSoftmax(
          y.array,
          y.row(r),
          dy.array,
          upstream,
          dx.array,
          dx.row(r),
          call.classes,
          lanes,
          GradientPasses.SAME_SUM);
    }
  }

  /** Puts the row's sum into all lanes. */
  private void foldLanes() {
    FloatVector.broadcast(FLOATS, finite(Reduce.sum(lanes, 0))).intoArray(lanes, 0);
  }

  /** NaN in place of an infinity. */
  static float finite(float sum) {
    return sum + (sum - sum);
  }

  /**
   * Lane sums of {@code y * dy}. Terms have both signs, so what is lost in joining sums is found by
   * Knuth's two-sum, which does not ask which of the two is larger.
   */
  private void addProducts(int from, int upstream) {
    float[] y = call.logits.array;
    float[] dy = call.outGradient.array;
    int n = call.classes;
    int whole = Lanes.wholeBeforeLast(n);
    FloatVector zero = FloatVector.zero(FLOATS);
    FloatVector sum = zero;
    FloatVector lost = zero;
    for (int start = 0; start < whole; start += PART) {
      FloatVector a = zero;
      FloatVector b = zero;
      FloatVector c = zero;
      FloatVector d = zero;
      int end = Math.min(start + PART, whole);
      for (int i = start; i < end; i += LANES) {
        FloatVector p = FloatVector.fromArray(FLOATS, y, from + i);
        FloatVector next = p.fma(FloatVector.fromArray(FLOATS, dy, upstream + i), d);
        d = c;
        c = b;
        b = a;
        a = next;
      }
      FloatVector part = zero.add(a).add(b).add(zero.add(c).add(d));
      FloatVector joined = part.add(sum);
      FloatVector added = joined.sub(sum);
      FloatVector lostOfSum = joined.sub(added).sub(sum);
      lost = part.sub(added).sub(lostOfSum).add(lost);
      sum = joined;
    }
    FloatVector last = FloatVector.fromArray(FLOATS, y, from + n - LANES);
    FloatVector lastUpstream = FloatVector.fromArray(FLOATS, dy, upstream + n - LANES);
    // not by Lanes.fresh: behind the loops C2's budget for helpers may be used up
    FloatVector fresh = FloatVector.fromArray(FLOATS, Lanes.FRESH, n - whole);
    last.mul(fresh).fma(lastUpstream, lost).add(sum).intoArray(lanes, 0);
  }

  /** Lane sums of {@code dy}: a twin of {@link #addProducts}. */
  private void addUpstream(int upstream) {
    float[] dy = call.outGradient.array;
    int n = call.classes;
    int whole = Lanes.wholeBeforeLast(n);
    FloatVector zero = FloatVector.zero(FLOATS);
    FloatVector sum = zero;
    FloatVector lost = zero;
    for (int start = 0; start < whole; start += PART) {
      FloatVector a = zero;
      FloatVector b = zero;
      FloatVector c = zero;
      FloatVector d = zero;
      int end = Math.min(start + PART, whole);
      for (int i = start; i < end; i += LANES) {
        FloatVector next = FloatVector.fromArray(FLOATS, dy, upstream + i).add(d);
        d = c;
        c = b;
        b = a;
        a = next;
      }
      FloatVector part = zero.add(a).add(b).add(zero.add(c).add(d));
      FloatVector joined = part.add(sum);
      FloatVector added = joined.sub(sum);
      FloatVector lostOfSum = joined.sub(added).sub(sum);
      lost = part.sub(added).sub(lostOfSum).add(lost);
      sum = joined;
    }
    FloatVector last = FloatVector.fromArray(FLOATS, dy, upstream + n - LANES);
    FloatVector fresh = FloatVector.fromArray(FLOATS, Lanes.FRESH, n - whole);
    last.fma(fresh, lost).add(sum).intoArray(lanes, 0);
  }
}
