package io.github.softmax4j.internal.vector.backward;

import static io.github.softmax4j.internal.vector.math.Lanes.FLOATS;
import static io.github.softmax4j.internal.vector.math.Lanes.LANES;
import static io.github.softmax4j.internal.vector.math.Lanes.load;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.zero;

import io.github.softmax4j.internal.vector.math.Exponential;
import io.github.softmax4j.internal.vector.math.Inline;
import io.github.softmax4j.internal.vector.math.Specialize;
import io.github.softmax4j.internal.vector.math.Width;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The gradients of softmax and log-softmax from the output, the upstream gradient and row sums.
 *
 * <p>The elements of one long row have one sum. Elements of many short rows, or of one class in
 * adjacent rows, have a sum each. There is at least one vector of elements.
 */
public final class GradientPasses {

  private static final int NO_OFFSET = 0;

  private GradientPasses() {}

  /**
   * Writes {@code n} gradients, which may replace an input.
   *
   * <p>The last vector may repeat elements of the vector before. It is computed before the first
   * store (C2-7).
   *
   * @param sums the sums if each element has one, in an array whose length is a power of 2
   * @param sum the sum of all elements otherwise
   */
  @Specialize
  public static void write(
      float[] y,
      int yStart,
      float[] dy,
      int dyStart,
      float[] dx,
      int dxStart,
      int n,
      float[] sums,
      float sum,
      boolean ownSums,
      boolean ofLog) {
    float signedSum = ofLog ? -sum : sum;
    // a range check costs 6 to 9 % at 256 bits: C2 loads less in advance
    int mask = ownSums ? sums.length - 1 : 0;
    int last = n - LANES;
    FloatVector lastOut =
        gradient(
            y, yStart + last, dy, dyStart + last, sums, last & mask, signedSum, ownSums, ofLog);
    int whole = Width.wholeBeforeLast(n);
    for (int i = 0; i < whole; i += LANES) {
      gradient(y, yStart + i, dy, dyStart + i, sums, i & mask, signedSum, ownSums, ofLog)
          .intoArray(dx, dxStart + i);
    }
    lastOut.intoArray(dx, dxStart + last);
  }

  /**
   * {@code y * (dy - sum)}, or {@code dy - exp(y) * sum} for log-softmax.
   *
   * <p>Valid for all floats; NaN gives NaN. Softmax takes two roundings. Log-softmax takes one,
   * after {@link Exponential}: {@code fma} is one instruction.
   *
   * @param signedSum the sum of all elements, negated for log-softmax
   */
  @Inline
  private static FloatVector gradient(
      float[] y,
      int yStart,
      float[] dy,
      int dyStart,
      float[] sums,
      int sumsStart,
      float signedSum,
      boolean ownSums,
      boolean ofLog) {
    FloatVector output = load(y, yStart);
    if (!ofLog) {
      return output.mul(
          load(dy, dyStart).sub(ownSums ? load(sums, sumsStart) : broadcast(FLOATS, signedSum)));
    }
    float magic = Exponential.magic(NO_OFFSET);
    FloatVector p = Exponential.of(zero(FLOATS).sub(output), magic, NO_OFFSET);
    FloatVector minusSum = ownSums ? load(sums, sumsStart).neg() : broadcast(FLOATS, signedSum);
    // the exponential of some NaN is 0
    return p.blend(output, output.compare(VectorOperators.NE, output))
        .fma(minusSum, load(dy, dyStart));
  }
}
