package io.github.softmax4j.kernel;

import static io.github.softmax4j.kernel.Lanes.FLOATS;
import static io.github.softmax4j.kernel.Lanes.LANES;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.zero;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The gradients of some elements, at least a vector of them, whose sums are known: of one long row,
 * of many short ones that lie one behind the other, or of one class of rows beside each other.
 */
final class GradientPasses {

  /** Which sum is an element's: that of all, which fills a vector. */
  static final int SAME_SUM = 0;

  /** The one that has the element's own place. */
  static final int OWN_SUM = -1;

  /** Exponentials are wanted as they are. */
  static final int NO_HEADROOM = 0;

  private GradientPasses() {}

  /**
   * {@code dx = y * (dy - sum)}. The last vector is loaded before anything is stored, as it may
   * repeat some elements and the pass may work in place.
   */
  static void ofSoftmax(
      float[] y,
      int from,
      float[] dy,
      int upstream,
      float[] dx,
      int to,
      int n,
      float[] sums,
      int which) {
    int whole = Lanes.wholeBeforeLast(n);
    FloatVector lastSum = FloatVector.fromArray(FLOATS, sums, n - LANES & which);
    FloatVector last = FloatVector.fromArray(FLOATS, y, from + n - LANES);
    FloatVector lastUpstream = FloatVector.fromArray(FLOATS, dy, upstream + n - LANES);
    for (int i = 0; i < whole; i += LANES) {
      FloatVector g = FloatVector.fromArray(FLOATS, dy, upstream + i);
      FloatVector s = FloatVector.fromArray(FLOATS, sums, i & which);
      FloatVector.fromArray(FLOATS, y, from + i).mul(g.sub(s)).intoArray(dx, to + i);
    }
    last.mul(lastUpstream.sub(lastSum)).intoArray(dx, to + n - LANES);
  }

  /**
   * {@code dx = dy - exp(l) * sum}. The exponential is written out for the reasons in {@link
   * WideRows}. It may turn a NaN into 0, so NaN is taken from the logarithm itself. The last vector
   * is done first, as three vectors kept until after the loop would not all stay in registers.
   */
  static void ofLogSoftmax(
      float[] logY,
      int from,
      float[] dy,
      int upstream,
      float[] dx,
      int to,
      int n,
      float[] sums,
      int which) {
    int whole = Lanes.wholeBeforeLast(n);
    float magic = Lanes.magicOf(NO_HEADROOM);
    IntVector limit =
        FloatVector.fromArray(FLOATS, Lanes.LIMITS, NO_HEADROOM * LANES).reinterpretAsInts();
    FloatVector log2e = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.LOG2_E);
    FloatVector low = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.LOG2_E_LOW);
    FloatVector c5 = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.C5);
    FloatVector c4 = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.C4);
    FloatVector c3 = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.C3);
    FloatVector c2 = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.C2);
    FloatVector c1 = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.C1);
    FloatVector c0 = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.C0);
    FloatVector zero = zero(FLOATS);
    FloatVector lastSum = FloatVector.fromArray(FLOATS, sums, n - LANES & which);
    FloatVector last = FloatVector.fromArray(FLOATS, logY, from + n - LANES);
    FloatVector lastUpstream = FloatVector.fromArray(FLOATS, dy, upstream + n - LANES);
    FloatVector v = zero.sub(last).reinterpretAsInts().min(limit).reinterpretAsFloats();
    FloatVector k = v.fma(log2e, broadcast(FLOATS, magic));
    FloatVector q = v.fma(low, v.fma(log2e, broadcast(FLOATS, magic).sub(k)));
    FloatVector p = q.fma(c5, c4).fma(q, c3).fma(q, c2).fma(q, c1).fma(q, c0);
    IntVector power = k.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
    FloatVector e = p.mul(power.reinterpretAsFloats());
    FloatVector lastOut =
        e.blend(last, last.compare(VectorOperators.NE, last)).fma(lastSum.neg(), lastUpstream);
    for (int i = 0; i < whole; i += LANES) {
      FloatVector l = FloatVector.fromArray(FLOATS, logY, from + i);
      v = zero.sub(l).reinterpretAsInts().min(limit).reinterpretAsFloats();
      k = v.fma(log2e, broadcast(FLOATS, magic));
      q = v.fma(low, v.fma(log2e, broadcast(FLOATS, magic).sub(k)));
      p = q.fma(c5, c4).fma(q, c3).fma(q, c2).fma(q, c1).fma(q, c0);
      power = k.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
      e = p.mul(power.reinterpretAsFloats());
      FloatVector minusSum = FloatVector.fromArray(FLOATS, sums, i & which).neg();
      e.blend(l, l.compare(VectorOperators.NE, l))
          .fma(minusSum, FloatVector.fromArray(FLOATS, dy, upstream + i))
          .intoArray(dx, to + i);
    }
    lastOut.intoArray(dx, to + n - LANES);
  }
}
