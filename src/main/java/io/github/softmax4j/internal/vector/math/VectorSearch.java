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

/** Searches by vectors. {@link ScalarSearch} does the elements after the last whole vector. */
public final class VectorSearch extends ScalarSearch {

  /** An instance for maxima, which need no working memory. */
  public static final VectorSearch SCAN = new VectorSearch();

  /** Two vectors: a sum and its rounding errors. */
  private final float[] sumLanes = new float[2 * LANES];

  /** Makes searches for one thread at a time. */
  public VectorSearch() {}

  @Override
  public int firstAbove(float[] x, int from, int to, float bound) {
    FloatVector limit = broadcast(FLOATS, bound);
    int i = from;
    while (i <= to - LANES && load(x, i).compare(VectorOperators.LE, limit).allTrue()) {
      i += LANES;
    }
    return super.firstAbove(x, i, to, bound);
  }

  @Override
  public float max(float[] x, int from, int to) {
    FloatVector a = broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    FloatVector b = a; // two chains: no maximum waits for the one before
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
  public int firstBetween(float[] x, int from, int to, float lower, float upper) {
    FloatVector lowerBound = broadcast(FLOATS, lower);
    FloatVector upperBound = broadcast(FLOATS, upper);
    int i = from;
    while (i <= to - LANES) {
      FloatVector v = load(x, i);
      VectorMask<Float> isAboveLower = v.compare(VectorOperators.GT, lowerBound);
      if (v.compare(VectorOperators.LE, upperBound).and(isAboveLower).anyTrue()) {
        break;
      }
      i += LANES;
    }
    return super.firstBetween(x, i, to, lower, upper);
  }

  /** {@inheritDoc} The sum is in float with {@link Compensation}, not in double (C2-4). */
  @Override
  public double sumAbove(float[] x, int from, float bound, float[] p, int start, int end) {
    FloatVector limit = broadcast(FLOATS, bound);
    FloatVector a = zero(FLOATS);
    FloatVector b = zero(FLOATS); // two chains: no addition waits for the one before
    FloatVector error = zero(FLOATS);
    int i = start;
    for (; i <= end - 2 * LANES; i += 2 * LANES) {
      FloatVector firstTerm = termsAbove(limit, load(x, from + i), load(p, i));
      FloatVector nextA = firstTerm.add(a);
      error = Compensation.lost(firstTerm, a, nextA).add(error);
      a = nextA;
      FloatVector secondTerm = termsAbove(limit, load(x, from + i + LANES), load(p, i + LANES));
      FloatVector nextB = secondTerm.add(b);
      error = Compensation.lost(secondTerm, b, nextB).add(error);
      b = nextB;
    }
    FloatVector sum = zero(FLOATS).add(a).add(b);
    float[] lanes = sumLanes;
    sum.intoArray(lanes, 0);
    Compensation.lost(zero(FLOATS).add(b), a, sum).add(error).intoArray(lanes, LANES);
    double total = LaneSums.total(lanes, 0) + LaneSums.total(lanes, LANES);
    return total + super.sumAbove(x, from, bound, p, i, end);
  }

  /** {@code p}, but 0 where {@code x <= bound}. Valid for all floats, exact, one blend. */
  @Inline
  private static FloatVector termsAbove(FloatVector bound, FloatVector x, FloatVector p) {
    return p.blend(zero(FLOATS), x.compare(VectorOperators.LE, bound));
  }

  @Override
  public void zeroUpTo(float[] x, int from, float bound, float[] p, int n) {
    FloatVector limit = broadcast(FLOATS, bound);
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      termsAbove(limit, load(x, from + i), load(p, i)).intoArray(p, i);
    }
    for (; i < n; i++) {
      p[i] = x[from + i] > bound ? p[i] : 0;
    }
  }
}
