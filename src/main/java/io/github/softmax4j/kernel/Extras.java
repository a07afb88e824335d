package io.github.softmax4j.kernel;

import static io.github.softmax4j.kernel.Lanes.FLOATS;
import static io.github.softmax4j.kernel.Lanes.LANES;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.zero;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** What can be told of a row beside its loss, from the logits where they lie. */
final class Extras {

  /** As many vectors are added up in float before their sum joins the others in double. */
  private static final int BLOCK = 16;

  private Extras() {}

  /** The first class of the largest logit; -1 if there is none. */
  static int argmax(Call call, int row, float max) {
    Matrix x = call.logits;
    int from = x.row(row);
    int c = call.hasClassAxisLast() ? vectorsWithout(x.array, from, call.classes, max) : 0;
    for (; c < call.classes; c++) {
      if (x.array[from + c * x.inner] == max) {
        return c;
      }
    }
    return -1;
  }

  /** How many elements there are in whole vectors before the first that holds the value. */
  private static int vectorsWithout(float[] x, int from, int n, float value) {
    int i = 0;
    while (i + LANES <= n) {
      VectorMask<Float> found = FloatVector.fromArray(FLOATS, x, from + i).eq(value);
      if (found.anyTrue()) {
        break;
      }
      i += LANES;
    }
    return i;
  }

  /**
   * The sum of the terms, each times how far its logit is below the reference.
   *
   * @param lanes room for a vector
   */
  static double distanceOfTerms(Call call, int row, float reference, int headroom, float[] lanes) {
    Matrix x = call.logits;
    int from = x.row(row);
    int c = 0;
    double total = 0;
    if (call.hasClassAxisLast()) {
      for (int whole = call.classes / LANES * LANES; c < whole; ) {
        int size = Math.min(whole - c, BLOCK * LANES);
        distanceOfTerms(x.array, from + c, size, reference, headroom, lanes);
        total += Reduce.sum(lanes, 0);
        c += size;
      }
    }
    float magic = Lanes.magicOf(headroom);
    int limit = Lanes.limitOf(headroom);
    for (; c < call.classes; c++) {
      float distance = reference - x.array[from + c * x.inner];
      float e = Lanes.exp(distance, magic, limit);
      total += e == 0 ? 0 : (double) e * distance;
    }
    return total;
  }

  /** Lane sums. The exponential is written out. */
  private static void distanceOfTerms(
      float[] x, int from, int n, float reference, int headroom, float[] lanes) {
    float magic = Lanes.magicOf(headroom);
    IntVector limit =
        FloatVector.fromArray(FLOATS, Lanes.LIMITS, headroom * LANES).reinterpretAsInts();
    FloatVector log2e = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.LOG2_E);
    FloatVector low = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.LOG2_E_LOW);
    FloatVector c5 = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.C5);
    FloatVector c4 = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.C4);
    FloatVector c3 = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.C3);
    FloatVector c2 = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.C2);
    FloatVector c1 = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.C1);
    FloatVector c0 = FloatVector.fromArray(FLOATS, Lanes.CONSTANTS, Lanes.C0);
    FloatVector zero = zero(FLOATS);
    FloatVector sum = zero;
    for (int i = 0; i < n; i += LANES) {
      FloatVector v = broadcast(FLOATS, reference).sub(FloatVector.fromArray(FLOATS, x, from + i));
      v = v.reinterpretAsInts().min(limit).reinterpretAsFloats(); // finite: 0 times it is 0
      FloatVector k = v.fma(log2e, broadcast(FLOATS, magic));
      FloatVector q = v.fma(low, v.fma(log2e, broadcast(FLOATS, magic).sub(k)));
      FloatVector p = q.fma(c5, c4).fma(q, c3).fma(q, c2).fma(q, c1).fma(q, c0);
      IntVector power = k.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
      FloatVector e = p.mul(power.reinterpretAsFloats());
      sum = e.mul(v).add(sum);
    }
    zero(FLOATS).add(sum).intoArray(lanes, 0);
  }
}
