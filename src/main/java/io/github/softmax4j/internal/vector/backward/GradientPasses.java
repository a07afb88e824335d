package io.github.softmax4j.internal.vector.backward;

import static io.github.softmax4j.internal.vector.math.Lanes.FLOATS;
import static io.github.softmax4j.internal.vector.math.Lanes.LANES;
import static io.github.softmax4j.internal.vector.math.Lanes.load;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.zero;

import io.github.softmax4j.internal.vector.math.Exponential;
import io.github.softmax4j.internal.vector.math.Inline;
import io.github.softmax4j.internal.vector.math.Lanes;
import io.github.softmax4j.internal.vector.math.Specialize;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The gradients of softmax and log-softmax from the output, the upstream gradient and row sums.
 *
 * <p>The elements are those of one long row, which have one sum, or those of many short rows or of
 * one class in rows beside each other, which have a sum each. There is at least a vector of them.
 */
public final class GradientPasses {

  private static final int NO_OFFSET = 0;

  private GradientPasses() {}

  /**
   * Writes {@code n} gradients, perhaps in place of an input.
   *
   * <p>The last vector may repeat elements of the one before. So it is found before any is stored.
   *
   * @param sums of the elements if they have their own, in an array whose length is a power of two
   * @param sum of all elements otherwise
   */
  @Specialize
  public static void write(
      float[] y,
      int from,
      float[] dy,
      int upstream,
      float[] dx,
      int to,
      int n,
      float[] sums,
      float sum,
      boolean ownSums,
      boolean ofLog) {
    float signed = ofLog ? -sum : sum;
    // C2 loads less in advance where a check of bounds remains: 6 to 9 % at 256 bits
    int mask = ownSums ? sums.length - 1 : 0;
    int last = n - LANES;
    FloatVector lastOut =
        gradient(y, from + last, dy, upstream + last, sums, last & mask, signed, ownSums, ofLog);
    int whole = Lanes.wholeBeforeLast(n);
    for (int i = 0; i < whole; i += LANES) {
      gradient(y, from + i, dy, upstream + i, sums, i & mask, signed, ownSums, ofLog)
          .intoArray(dx, to + i);
    }
    lastOut.intoArray(dx, to + last);
  }

  /**
   * {@code y * (dy - sum)}, or {@code dy - exp(y) * sum} for log-softmax.
   *
   * @param signed the sum unless elements have their own, with its sign changed for log-softmax
   */
  @Inline
  private static FloatVector gradient(
      float[] y,
      int from,
      float[] dy,
      int upstream,
      float[] sums,
      int at,
      float signed,
      boolean ownSums,
      boolean ofLog) {
    FloatVector v = load(y, from);
    if (!ofLog) {
      return v.mul(load(dy, upstream).sub(ownSums ? load(sums, at) : broadcast(FLOATS, signed)));
    }
    float magic = Exponential.magic(NO_OFFSET);
    FloatVector p = Exponential.of(zero(FLOATS).sub(v), magic, NO_OFFSET);
    FloatVector minusSum = ownSums ? load(sums, at).neg() : broadcast(FLOATS, signed);
    // the exponential turns some NaN into 0
    return p.blend(v, v.compare(VectorOperators.NE, v)).fma(minusSum, load(dy, upstream));
  }

  /** NaN in place of an infinity. */
  public static float finite(float sum) {
    return sum + (sum - sum);
  }

  /** The gradient of one element, to the bit as in vectors. */
  public static float gradient(float y, float dy, float sum, boolean ofLog) {
    if (!ofLog) {
      return y * (dy - sum);
    }
    float p = y != y ? y : Exponential.of(0 - y, NO_OFFSET);
    return Math.fma(p, -sum, dy);
  }
}
