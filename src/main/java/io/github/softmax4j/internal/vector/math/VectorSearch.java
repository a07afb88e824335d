package io.github.softmax4j.internal.vector.math;

import static io.github.softmax4j.internal.vector.math.Lanes.FLOATS;
import static io.github.softmax4j.internal.vector.math.Lanes.LANES;
import static io.github.softmax4j.internal.vector.math.Lanes.load;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.zero;

import io.github.softmax4j.internal.ScalarSearch;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** With vectors; what is left at the end is searched as on the scalar path. */
public final class VectorSearch extends ScalarSearch {

  public static final VectorSearch SCAN = new VectorSearch();

  /** Room for two vectors. */
  private static final ThreadLocal<float[]> SUMS =
      ThreadLocal.withInitial(() -> new float[2 * LANES]);

  private VectorSearch() {}

  @Override
  public int firstAbove(float[] x, int from, int to, float bound) {
    FloatVector most = broadcast(FLOATS, bound);
    int i = from;
    while (i <= to - LANES && load(x, i).compare(VectorOperators.LE, most).allTrue()) {
      i += LANES;
    }
    return super.firstAbove(x, i, to, bound);
  }

  @Override
  public float max(float[] x, int from, int to) {
    FloatVector a = broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    FloatVector b = a; // a maximum need not wait for the one before it
    int i = from;
    for (; i <= to - 2 * LANES; i += 2 * LANES) {
      a = load(x, i).max(a);
      b = load(x, i + LANES).max(b);
    }
    float max =
        broadcast(FLOATS, Float.NEGATIVE_INFINITY).max(a).max(b).reduceLanes(VectorOperators.MAX);
    return Math.max(max, super.max(x, i, to));
  }

  @Override
  public int firstBetween(float[] x, int from, int to, float above, float most) {
    FloatVector lower = broadcast(FLOATS, above);
    FloatVector upper = broadcast(FLOATS, most);
    int i = from;
    while (i <= to - LANES) {
      FloatVector v = load(x, i);
      VectorMask<Float> isAbove = v.compare(VectorOperators.GT, lower);
      if (v.compare(VectorOperators.LE, upper).and(isAbove).anyTrue()) {
        break;
      }
      i += LANES;
    }
    return super.firstBetween(x, i, to, above, most);
  }

  /**
   * {@inheritDoc} The sum is in float with {@link Compensation}.
   *
   * <p>Vectors of double would need floats from vectors of half the width. C2 learns from all
   * callers together which vectors the Vector API gets. Once it has seen two widths, it may make
   * objects of vectors anywhere.
   */
  @Override
  public double sumAbove(float[] x, int from, float bound, float[] p, int start, int end) {
    FloatVector most = broadcast(FLOATS, bound);
    FloatVector a = zero(FLOATS);
    FloatVector b = zero(FLOATS); // an addition need not wait for the one before it
    FloatVector lost = zero(FLOATS);
    int i = start;
    for (; i <= end - 2 * LANES; i += 2 * LANES) {
      FloatVector p1 = above(most, load(x, from + i), load(p, i));
      FloatVector nextA = p1.add(a);
      lost = Compensation.lost(p1, a, nextA).add(lost);
      a = nextA;
      FloatVector p2 = above(most, load(x, from + i + LANES), load(p, i + LANES));
      FloatVector nextB = p2.add(b);
      lost = Compensation.lost(p2, b, nextB).add(lost);
      b = nextB;
    }
    FloatVector sum = zero(FLOATS).add(a).add(b);
    float[] lanes = SUMS.get();
    sum.intoArray(lanes, 0);
    Compensation.lost(zero(FLOATS).add(b), a, sum).add(lost).intoArray(lanes, LANES);
    double total = Reduce.total(lanes, 0) + Reduce.total(lanes, LANES);
    return total + super.sumAbove(x, from, bound, p, i, end);
  }

  /** What {@code p} holds where {@code x} is above the bound, and 0 elsewhere. */
  @Inline
  private static FloatVector above(FloatVector bound, FloatVector x, FloatVector p) {
    return p.blend(zero(FLOATS), x.compare(VectorOperators.LE, bound));
  }

  @Override
  public void zeroUpTo(float[] x, int from, float bound, float[] p, int n) {
    FloatVector most = broadcast(FLOATS, bound);
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      above(most, load(x, from + i), load(p, i)).intoArray(p, i);
    }
    for (; i < n; i++) {
      p[i] = x[from + i] > bound ? p[i] : 0;
    }
  }
}
