package io.github.softmax4j.internal.vector;

import static io.github.softmax4j.internal.vector.math.Lanes.FLOATS;
import static io.github.softmax4j.internal.vector.math.Lanes.LANES;
import static io.github.softmax4j.internal.vector.math.Lanes.gap;
import static io.github.softmax4j.internal.vector.math.Lanes.load;
import static jdk.incubator.vector.FloatVector.zero;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.Matrix;
import io.github.softmax4j.internal.vector.math.Exponential;
import io.github.softmax4j.internal.vector.math.Reduce;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** What a loss can report of a row besides, found from the logits where they lie. */
public final class ExtraOutputs {

  /** So many vectors are added up in float before their sum joins the others in double. */
  private static final int BLOCK = 16;

  private ExtraOutputs() {}

  /** The first class of the largest logit; -1 if there is none. */
  public static int argmax(Call call, int row, float max) {
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

  /** The elements of the whole vectors before the first that holds the value. */
  private static int vectorsWithout(float[] x, int from, int n, float value) {
    int i = 0;
    while (i + LANES <= n && !load(x, from + i).eq(value).anyTrue()) {
      i += LANES;
    }
    return i;
  }

  /**
   * The sum of the terms, each multiplied by the gap of its logit below the reference.
   *
   * @param lanes room for a vector
   */
  public static double gapOfTerms(Call call, int row, float reference, int offset, float[] lanes) {
    Matrix x = call.logits;
    int from = x.row(row);
    int c = 0;
    double total = 0;
    if (call.hasClassAxisLast()) {
      for (int whole = call.classes / LANES * LANES; c < whole; ) {
        int size = Math.min(whole - c, BLOCK * LANES);
        gapOfTerms(x.array, from + c, size, reference, offset, lanes);
        total += Reduce.sum(lanes, 0);
        c += size;
      }
    }
    for (; c < call.classes; c++) {
      float gap = reference - x.array[from + c * x.inner];
      float e = Exponential.of(gap, offset);
      total += e == 0 ? 0 : (double) e * gap;
    }
    return total;
  }

  /** Lane sums of the same. */
  private static void gapOfTerms(
      float[] x, int from, int n, float reference, int offset, float[] lanes) {
    float magic = Exponential.magic(offset);
    IntVector limit = Exponential.limits(offset);
    FloatVector sum = zero(FLOATS);
    for (int i = 0; i < n; i += LANES) {
      // clamped gaps are finite, so 0 times one of them is 0
      FloatVector y = Exponential.clamp(gap(reference, x, from + i), limit);
      sum = Exponential.exp(y, magic, false).mul(y).add(sum);
    }
    zero(FLOATS).add(sum).intoArray(lanes, 0);
  }
}
