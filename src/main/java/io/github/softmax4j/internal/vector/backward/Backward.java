package io.github.softmax4j.internal.vector.backward;

import static io.github.softmax4j.internal.vector.math.Lanes.FLOATS;
import static io.github.softmax4j.internal.vector.math.Lanes.LANES;
import static io.github.softmax4j.internal.vector.math.Lanes.load;
import static jdk.incubator.vector.FloatVector.zero;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.vector.math.Compensation;
import io.github.softmax4j.internal.vector.math.Inline;
import io.github.softmax4j.internal.vector.math.Lanes;
import io.github.softmax4j.internal.vector.math.Reduce;
import io.github.softmax4j.internal.vector.math.Specialize;
import jdk.incubator.vector.FloatVector;

/**
 * The gradients of softmax and log-softmax. Each row takes one pass for its sum and one for its
 * results.
 *
 * <p>Rows run along the lanes. Those of few classes, or with the class axis in the middle, run
 * across them in {@link BackwardAcross}. The choice depends on the number of classes and the axis
 * alone.
 */
public final class Backward {

  /** So many elements, eight terms for each lane of four sums, are added up by themselves. */
  private static final int PART = 32 * LANES;

  private final Call call;

  private final BackwardAcross across;

  /** The lanes of a row's sum. */
  private final float[] lanes = new float[LANES];

  public Backward(Call call) {
    this.call = call;
    across = new BackwardAcross(call);
  }

  /**
   * {@code y * (dy - sum(dy * y))}, or {@code dy - exp(l) * sum(dy)} of a log-softmax.
   *
   * @param acrossRows whether short rows go across the lanes
   */
  public void gradients(boolean ofLog, boolean acrossRows) {
    if (call.inner > 1) {
      across.blocks(ofLog);
    } else if (acrossRows) {
      across.shortRows(ofLog);
    } else {
      rows(call, lanes, ofLog);
    }
  }

  /** The sum pass is inlined: a call would cost 10 to 20 % of rows of 100 classes. */
  @Specialize
  private static void rows(Call call, float[] lanes, boolean ofLog) {
    float[] y = call.logits.array;
    float[] dy = call.outGradient.array;
    float[] dx = call.out.array;
    int n = call.classes;
    for (int r = 0; r < call.rows; r++) {
      int from = call.logits.row(r);
      int upstream = call.outGradient.row(r);
      int to = call.out.row(r);
      add(y, from, dy, upstream, n, lanes, ofLog);
      float sum = GradientPasses.finite(Reduce.sum(lanes, 0));
      GradientPasses.write(y, from, dy, upstream, dx, to, n, null, sum, false, ofLog);
    }
  }

  /** Lane sums of {@code y * dy}, or of {@code dy} for log-softmax. */
  @Inline
  private static void add(
      float[] y, int from, float[] dy, int upstream, int n, float[] lanes, boolean ofLog) {
    int whole = Lanes.wholeBeforeLast(n);
    FloatVector sum = zero(FLOATS);
    FloatVector lost = zero(FLOATS);
    for (int start = 0; start < whole; start += PART) {
      FloatVector a = zero(FLOATS);
      FloatVector b = zero(FLOATS);
      FloatVector c = zero(FLOATS);
      FloatVector d = zero(FLOATS);
      int end = Math.min(start + PART, whole);
      for (int i = start; i < end; i += LANES) {
        FloatVector g = load(dy, upstream + i);
        FloatVector next = ofLog ? g.add(d) : load(y, from + i).fma(g, d);
        d = c;
        c = b;
        b = a;
        a = next;
      }
      FloatVector part = zero(FLOATS).add(a).add(b).add(zero(FLOATS).add(c).add(d));
      FloatVector joined = part.add(sum);
      lost = Compensation.lost(part, sum, joined).add(lost);
      sum = joined;
    }
    FloatVector fresh = load(Lanes.FRESH, n - whole);
    FloatVector g = load(dy, upstream + n - LANES);
    FloatVector total =
        ofLog ? g.fma(fresh, lost) : load(y, from + n - LANES).mul(fresh).fma(g, lost);
    total.add(sum).intoArray(lanes, 0);
  }
}
