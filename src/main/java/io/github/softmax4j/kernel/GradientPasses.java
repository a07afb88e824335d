package io.github.softmax4j.kernel;

import static io.github.softmax4j.kernel.Lanes.FLOATS;
import static io.github.softmax4j.kernel.Lanes.LANES;
import static io.github.softmax4j.kernel.Lanes.load;
import static jdk.incubator.vector.FloatVector.zero;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The gradients of softmax and log-softmax from the output, the upstream gradient and row sums.
 *
 * <p>The elements are those of one long row, of many short rows one behind the other, or of one
 * class in rows beside each other. There is at least a vector of them.
 */
final class GradientPasses {

  private static final int NO_HEADROOM = 0;

  private GradientPasses() {}

  /** The gradients of {@code n} elements, each of which has its own sum. */
  static void find(
      float[] y,
      int from,
      float[] dy,
      int upstream,
      float[] dx,
      int to,
      int n,
      float[] sums,
      boolean ofLog) {
    if (ofLog) {
      ofLogSoftmax(y, from, dy, upstream, dx, to, n, sums);
    } else {
      ofSoftmax(y, from, dy, upstream, dx, to, n, sums);
    }
  }

  private static void ofSoftmax(
      float[] y, int from, float[] dy, int upstream, float[] dx, int to, int n, float[] sums) {
    pass(y, from, dy, upstream, dx, to, n, sums, false);
  }

  private static void ofLogSoftmax(
      float[] y, int from, float[] dy, int upstream, float[] dx, int to, int n, float[] sums) {
    pass(y, from, dy, upstream, dx, to, n, sums, true);
  }

  /**
   * The same, perhaps in place of an input: the last vector is found before any is stored, as it
   * may repeat elements of the one before.
   *
   * @param sums with the sum of all elements in each of a vector, unless they have their own
   */
  @Inline
  static void pass(
      float[] y,
      int from,
      float[] dy,
      int upstream,
      float[] dx,
      int to,
      int n,
      float[] sums,
      boolean ofLog) {
    int own = sums.length > LANES ? -1 : 0; // a mask of indices
    int lastAt = n - LANES;
    FloatVector last = gradient(y, from + lastAt, dy, upstream + lastAt, sums, lastAt & own, ofLog);
    int whole = Lanes.wholeBeforeLast(n);
    for (int i = 0; i < whole; i += LANES) {
      gradient(y, from + i, dy, upstream + i, sums, i & own, ofLog).intoArray(dx, to + i);
    }
    last.intoArray(dx, to + lastAt);
  }

  /** {@code y * (dy - sum)}, or {@code dy - exp(y) * sum} of a logarithm. */
  @Inline
  private static FloatVector gradient(
      float[] y, int from, float[] dy, int upstream, float[] sums, int sum, boolean ofLog) {
    if (!ofLog) {
      return load(y, from).mul(load(dy, upstream).sub(load(sums, sum)));
    }
    FloatVector l = load(y, from);
    float magic = Exponential.magic(NO_HEADROOM);
    FloatVector p = Exponential.of(zero(FLOATS).sub(l), magic, NO_HEADROOM);
    FloatVector minusSum = load(sums, sum).neg();
    // the exponential turns some NaN into 0
    return p.blend(l, l.compare(VectorOperators.NE, l)).fma(minusSum, load(dy, upstream));
  }

  /** The same of one element, to the bit. */
  static float gradient(float y, float dy, float sum, boolean ofLog) {
    if (!ofLog) {
      return y * (dy - sum);
    }
    float p = y != y ? y : Exponential.of(0 - y, NO_HEADROOM);
    return Math.fma(p, -sum, dy);
  }
}
