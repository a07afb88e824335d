package io.github.softmax4j.kernel;

import static io.github.softmax4j.kernel.Lanes.FLOATS;
import static io.github.softmax4j.kernel.Lanes.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Looks for the few elements of a long row that matter. */
final class Scan {

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
}
