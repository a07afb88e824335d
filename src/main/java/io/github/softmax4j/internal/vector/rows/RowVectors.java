package io.github.softmax4j.internal.vector.rows;

import static io.github.softmax4j.internal.vector.math.Lanes.FLOATS;
import static io.github.softmax4j.internal.vector.math.Lanes.LANES;
import static io.github.softmax4j.internal.vector.math.Lanes.load;

import io.github.softmax4j.internal.vector.math.Compensation;
import io.github.softmax4j.internal.vector.math.Logarithm;
import io.github.softmax4j.internal.vector.math.Reduce;
import io.github.softmax4j.internal.vector.tile.Tile;
import jdk.incubator.vector.FloatVector;

/** Steps on one value of each row, a vector of rows at a time. */
final class RowVectors {

  private RowVectors() {}

  /** Computes {@link Tile#reference}, and returns whether all maxima of the vector are finite. */
  static boolean references(Tile t, int r) {
    FloatVector m = load(t.max, r);
    m.max(FloatVector.broadcast(FLOATS, -Float.MAX_VALUE)).intoArray(t.reference, r);
    return m.sub(m).eq(0).allTrue();
  }

  /** Computes {@link Tile#logSum}. */
  static void logarithms(Tile t) {
    float[] sum = t.sum;
    float[] logSum = t.logSum;
    int offset = t.exponentOffset;
    int count = t.count;
    for (int r = 0; r < count; r += LANES) {
      Logarithm.of(load(sum, r), offset).intoArray(logSum, r);
    }
  }

  /** Computes {@link Tile#factor} {@code = scale / sum} of the first rows, whole vectors. */
  static void factors(Tile t, float scale, int rows) {
    for (int r = 0; r < rows; r += LANES) {
      FloatVector s = load(t.sum, r);
      FloatVector.broadcast(FLOATS, scale).div(s).intoArray(t.factor, r);
    }
  }

  /**
   * Stores the lanes of the sum of the losses of whole vectors of rows, then those of its errors.
   */
  static void labelLosses(Tile t, int rows, float[] lanes) {
    FloatVector sum = FloatVector.zero(FLOATS);
    FloatVector errors = FloatVector.zero(FLOATS);
    for (int r = 0; r < rows; r += LANES) {
      FloatVector loss = load(t.max, r).sub(load(t.atLabel, r)).add(load(t.logSum, r));
      FloatVector next = loss.add(sum);
      errors = Compensation.lost(loss, sum, next).add(errors);
      sum = next;
    }
    FloatVector zero = FloatVector.zero(FLOATS);
    zero.add(sum).intoArray(lanes, 0);
    zero.add(errors).intoArray(lanes, LANES);
  }

  /** Reduces the lanes of the first rows together to {@link Tile#sum}; NaN if max is not finite. */
  static void sumTogether(Tile t, int rows) {
    Reduce.sums(t.lanes, rows, t.sum);
    for (int r = 0; r < rows; r += LANES) {
      FloatVector m = load(t.max, r);
      load(t.sum, r).add(m.sub(m)).intoArray(t.sum, r);
    }
  }

  /** As {@link #sumTogether}, one by one for the rows from {@code r} on. */
  static void sumOneByOne(Tile t, int r) {
    for (; r < t.count; r++) {
      t.sum[r] = Reduce.sum(t.lanes, r * LANES) + (t.max[r] - t.max[r]);
    }
  }
}
