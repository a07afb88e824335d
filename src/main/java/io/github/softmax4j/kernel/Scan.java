package io.github.softmax4j.kernel;

import static io.github.softmax4j.kernel.Lanes.FLOATS;
import static io.github.softmax4j.kernel.Lanes.LANES;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.zero;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** Looks for the few elements of a long row that matter. */
final class Scan {

  private Scan() {}

  /** See {@link Kernel#above}. */
  static int above(float[] x, int from, int to, float bound) {
    FloatVector most = broadcast(FLOATS, bound);
    int i = from;
    while (i <= to - LANES
        && FloatVector.fromArray(FLOATS, x, i).compare(VectorOperators.LE, most).allTrue()) {
      i += LANES;
    }
    while (i < to && x[i] <= bound) {
      i++;
    }
    return i;
  }

  /** See {@link Kernel#most}. */
  static float most(float[] x, int from, int to) {
    FloatVector none = broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    FloatVector a = none;
    FloatVector b = none; // a maximum need not wait for the one before it
    int i = from;
    for (; i <= to - 2 * LANES; i += 2 * LANES) {
      a = FloatVector.fromArray(FLOATS, x, i).max(a);
      b = FloatVector.fromArray(FLOATS, x, i + LANES).max(b);
    }
    float most =
        broadcast(FLOATS, Float.NEGATIVE_INFINITY).max(a).max(b).reduceLanes(VectorOperators.MAX);
    for (; i < to; i++) {
      most = Math.max(most, x[i]);
    }
    return most;
  }

  /** See {@link Kernel#between}. */
  static int between(float[] x, int from, int to, float above, float most) {
    FloatVector lower = broadcast(FLOATS, above);
    FloatVector upper = broadcast(FLOATS, most);
    int i = from;
    while (i <= to - LANES) { // not in a method of its own: vectors that C2 hands over are objects
      FloatVector v = FloatVector.fromArray(FLOATS, x, i);
      VectorMask<Float> isAbove = v.compare(VectorOperators.GT, lower);
      if (v.compare(VectorOperators.LE, upper).and(isAbove).anyTrue()) {
        break;
      }
      i += LANES;
    }
    while (i < to && !(x[i] > above && x[i] <= most)) {
      i++;
    }
    return i;
  }

  /**
   * See {@link Kernel#sumAbove}. In float, with every addition's error kept (Knuth's two-sum):
   * vectors of double would take as many floats from one of half the width, and C2, which learns
   * from all callers together what vectors the Vector API's own methods get, may make objects of
   * vectors anywhere once it has seen two widths.
   *
   * @param lanes has room for two vectors
   */
  static double sumAbove(
      float[] x, int from, float bound, float[] p, int start, int end, float[] lanes) {
    FloatVector most = broadcast(FLOATS, bound);
    FloatVector zero = zero(FLOATS);
    FloatVector a = zero;
    FloatVector b = zero; // an addition need not wait for the one before it
    FloatVector lost = zero;
    int i = start;
    for (; i <= end - 2 * LANES; i += 2 * LANES) {
      FloatVector x1 = FloatVector.fromArray(FLOATS, x, from + i);
      FloatVector p1 = FloatVector.fromArray(FLOATS, p, i);
      p1 = p1.blend(zero, x1.compare(VectorOperators.LE, most));
      FloatVector nextA = p1.add(a);
      FloatVector added1 = nextA.sub(a);
      FloatVector lostOfA = nextA.sub(added1).sub(a);
      lost = p1.sub(added1).sub(lostOfA).add(lost);
      a = nextA;
      FloatVector x2 = FloatVector.fromArray(FLOATS, x, from + i + LANES);
      FloatVector p2 = FloatVector.fromArray(FLOATS, p, i + LANES);
      p2 = p2.blend(zero, x2.compare(VectorOperators.LE, most));
      FloatVector nextB = p2.add(b);
      FloatVector added2 = nextB.sub(b);
      FloatVector lostOfB = nextB.sub(added2).sub(b);
      lost = p2.sub(added2).sub(lostOfB).add(lost);
      b = nextB;
    }
    FloatVector sum = zero(FLOATS).add(a).add(b);
    FloatVector added = sum.sub(a);
    FloatVector lostOfA = sum.sub(added).sub(a);
    sum.intoArray(lanes, 0);
    zero(FLOATS).add(b).sub(added).sub(lostOfA).add(lost).intoArray(lanes, LANES);
    double total = WideRows.total(lanes, 0) + WideRows.total(lanes, LANES);
    return total + ScalarKernel.sumOneByOne(x, from, bound, p, i, end);
  }

  /** See {@link Kernel#dropUpTo}. */
  static void dropUpTo(float[] x, int from, float bound, float[] p, int n) {
    FloatVector most = broadcast(FLOATS, bound);
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector kept = FloatVector.fromArray(FLOATS, p, i);
      FloatVector by = FloatVector.fromArray(FLOATS, x, from + i);
      kept.blend(0, by.compare(VectorOperators.LE, most)).intoArray(p, i);
    }
    for (; i < n; i++) {
      p[i] = x[from + i] > bound ? p[i] : 0;
    }
  }
}
