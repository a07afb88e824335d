package io.github.softmax4j.internal.vector.backward;

import static io.github.softmax4j.internal.vector.math.Lanes.FLOATS;
import static io.github.softmax4j.internal.vector.math.Lanes.LANES;
import static io.github.softmax4j.internal.vector.math.Lanes.load;
import static jdk.incubator.vector.FloatVector.zero;

import io.github.softmax4j.internal.BackwardRow;
import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.vector.math.Compensation;
import io.github.softmax4j.internal.vector.math.Inline;
import io.github.softmax4j.internal.vector.math.Lanes;
import io.github.softmax4j.internal.vector.math.Reduce;
import io.github.softmax4j.internal.vector.math.Specialize;
import io.github.softmax4j.internal.vector.math.Width;
import io.github.softmax4j.internal.vector.tile.Sizes;
import jdk.incubator.vector.FloatVector;

/**
 * The gradients of softmax and log-softmax along the lanes. Each row takes one pass for its sum and
 * one for its results.
 *
 * <p>{@link BackwardAcross} computes rows of few classes, and rows with the class axis in the
 * middle. The choice depends on the number of classes and the axis alone.
 */
public final class Backward {

  private final Call call;

  private final BackwardAcross across;

  /** The lanes of a row's sum. */
  private final float[] lanes = new float[LANES];

  /** Makes a kernel for this call object. */
  public Backward(Call call) {
    this.call = call;
    across = new BackwardAcross(call);
  }

  /**
   * Computes {@code y * (dy - sum(dy * y))}, or {@code dy - exp(y) * sum(dy)} for log-softmax, of
   * rows with the class axis in the middle.
   */
  public void blocks(boolean ofLog) {
    across.blocks(ofLog);
  }

  /** Computes the same of rows across the lanes. */
  public void shortRows(boolean ofLog) {
    across.shortRows(ofLog);
  }

  /** Computes the same of rows along the lanes. */
  public void rows(boolean ofLog) {
    rows(call, lanes, ofLog);
  }

  /** A call of the sum pass costs 10 to 20 % with rows of 100 classes, so it is inlined. */
  @Specialize
  private static void rows(Call call, float[] lanes, boolean ofLog) {
    float[] y = call.logits.array;
    float[] dy = call.outGradient.array;
    float[] dx = call.out.array;
    int n = call.classes;
    for (int r = 0; r < call.rows; r++) {
      int yStart = call.logits.row(r);
      int dyStart = call.outGradient.row(r);
      int dxStart = call.out.row(r);
      add(y, yStart, dy, dyStart, n, lanes, ofLog);
      float sum = Reduce.sum(lanes, 0);
      if (BackwardRow.isSafeOfLongRow(sum)) {
        GradientPasses.write(y, yStart, dy, dyStart, dx, dxStart, n, null, sum, false, ofLog);
      } else {
        BackwardRow.write(call, r, ofLog, dx, dxStart, 1);
      }
    }
  }

  /** Stores the lane sums of {@code y * dy}, or of {@code dy} for log-softmax. */
  @Inline
  private static void add(
      float[] y, int yStart, float[] dy, int dyStart, int n, float[] lanes, boolean ofLog) {
    int whole = Width.wholeBeforeLast(n);
    FloatVector sum = zero(FLOATS);
    FloatVector error = zero(FLOATS);
    for (int start = 0;
        whole - start > 0;
        start += Sizes.BACKWARD_LANES_BLOCK) { // the last start may overflow
      FloatVector a = zero(FLOATS);
      FloatVector b = zero(FLOATS);
      FloatVector c = zero(FLOATS);
      FloatVector d = zero(FLOATS);
      int end = start + Math.min(Sizes.BACKWARD_LANES_BLOCK, whole - start);
      for (int i = start; i < end; i += LANES) {
        FloatVector g = load(dy, dyStart + i);
        FloatVector next = ofLog ? g.add(d) : load(y, yStart + i).fma(g, d);
        d = c;
        c = b;
        b = a;
        a = next;
      }
      FloatVector block = zero(FLOATS).add(a).add(b).add(zero(FLOATS).add(c).add(d));
      FloatVector total = block.add(sum);
      error = Compensation.lost(block, sum, total).add(error);
      sum = total;
    }
    FloatVector newLanes = load(Lanes.FRESH, n - whole);
    FloatVector g = load(dy, dyStart + n - LANES);
    FloatVector rowSum =
        ofLog ? g.fma(newLanes, error) : load(y, yStart + n - LANES).mul(newLanes).fma(g, error);
    rowSum.add(sum).intoArray(lanes, 0);
  }
}
