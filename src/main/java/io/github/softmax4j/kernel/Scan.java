package io.github.softmax4j.kernel;

import static io.github.softmax4j.kernel.Lanes.FLOATS;
import static io.github.softmax4j.kernel.Lanes.LANES;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** Looks for the few elements of a long row that matter. */
final class Scan {

  private static final VectorSpecies<Double> DOUBLES =
      VectorSpecies.of(double.class, FLOATS.vectorShape());

  private static final int HALF = DOUBLES.length();

  /** Of fewer, the vector of as many floats would become an object. */
  private static final int FEWEST_DOUBLES = 4;

  /** As many floats as there are doubles in a vector. */
  private static final VectorSpecies<Float> HALVES =
      VectorSpecies.of(float.class, VectorShape.forBitSize(FLOATS.vectorBitSize() / 2));

  private Scan() {}

  /** See {@link Kernel#above}. */
  static int above(float[] x, int from, int to, float bound) {
    FloatVector most = FloatVector.broadcast(FLOATS, bound);
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
    FloatVector none = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    FloatVector a = none;
    FloatVector b = none; // a maximum need not wait for the one before it
    int i = from;
    for (; i <= to - 2 * LANES; i += 2 * LANES) {
      a = FloatVector.fromArray(FLOATS, x, i).max(a);
      b = FloatVector.fromArray(FLOATS, x, i + LANES).max(b);
    }
    float most = none.max(a).max(none.max(b)).reduceLanes(VectorOperators.MAX);
    for (; i < to; i++) {
      most = Math.max(most, x[i]);
    }
    return most;
  }

  /** See {@link Kernel#between}. */
  static int between(float[] x, int from, int to, float above, float most) {
    FloatVector lower = FloatVector.broadcast(FLOATS, above);
    FloatVector upper = FloatVector.broadcast(FLOATS, most);
    int i = from;
    while (i <= to - LANES && !anyBetween(FloatVector.fromArray(FLOATS, x, i), lower, upper)) {
      i += LANES;
    }
    while (i < to && !(x[i] > above && x[i] <= most)) {
      i++;
    }
    return i;
  }

  private static boolean anyBetween(FloatVector x, FloatVector lower, FloatVector upper) {
    VectorMask<Float> above = x.compare(VectorOperators.GT, lower);
    return x.compare(VectorOperators.LE, upper).and(above).anyTrue();
  }

  /** See {@link Kernel#sumAbove}. */
  static double sumAbove(float[] x, int from, float bound, float[] p, int start, int end) {
    if (HALF < FEWEST_DOUBLES) {
      return ScalarKernel.sumOneByOne(x, from, bound, p, start, end);
    }
    FloatVector most = FloatVector.broadcast(HALVES, bound);
    DoubleVector zero = DoubleVector.zero(DOUBLES);
    DoubleVector a = zero;
    DoubleVector b = zero; // an addition need not wait for the one before it
    int i = start;
    for (; i <= end - 2 * HALF; i += 2 * HALF) {
      FloatVector first = FloatVector.fromArray(HALVES, p, i);
      FloatVector second = FloatVector.fromArray(HALVES, p, i + HALF);
      FloatVector x1 = FloatVector.fromArray(HALVES, x, from + i);
      FloatVector x2 = FloatVector.fromArray(HALVES, x, from + i + HALF);
      first = first.blend(0, x1.compare(VectorOperators.LE, most));
      second = second.blend(0, x2.compare(VectorOperators.LE, most));
      a = ((DoubleVector) first.castShape(DOUBLES, 0)).add(a);
      b = ((DoubleVector) second.castShape(DOUBLES, 0)).add(b);
    }
    double sum = zero.add(a).add(zero.add(b)).reduceLanes(VectorOperators.ADD);
    return sum + ScalarKernel.sumOneByOne(x, from, bound, p, i, end);
  }

  /** See {@link Kernel#dropUpTo}. */
  static void dropUpTo(float[] x, int from, float bound, float[] p, int n) {
    FloatVector most = FloatVector.broadcast(FLOATS, bound);
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
