package io.github.softmax4j.kernel;

import static io.github.softmax4j.kernel.Lanes.FLOATS;
import static io.github.softmax4j.kernel.Lanes.INTS;
import static io.github.softmax4j.kernel.Lanes.LANES;
import static io.github.softmax4j.kernel.Lanes.distance;
import static io.github.softmax4j.kernel.Lanes.keys;
import static io.github.softmax4j.kernel.Lanes.load;
import static io.github.softmax4j.kernel.WideRows.PART;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.zero;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * The exponential pass over rows for 32 vector registers. It finds the next rows' maxima beside its
 * own work.
 *
 * <p>Four sums take turns. Each part of a row is added up by itself, and what joining the parts
 * loses is kept.
 */
final class LookAheadPass {

  private LookAheadPass() {}

  /** The lane sums, the weighted distances if there are weights, and the terms if wanted. */
  static void find(WideRows rows, boolean stores) {
    if (rows.weights != null) {
      if (stores) {
        weightedTerms(rows);
      } else {
        weightedSums(rows);
      }
    } else if (isOnePart(rows.length())) {
      if (stores) {
        termsOfOnePart(rows);
      } else {
        sumsOfOnePart(rows);
      }
    } else if (stores) {
      terms(rows);
    } else {
      sums(rows);
    }
  }

  private static void sums(WideRows rows) {
    pass(rows, false, false, false);
  }

  private static void terms(WideRows rows) {
    pass(rows, true, false, false);
  }

  /** Rows of one part: a loop over the parts of each would take up to an eighth of the time. */
  private static void sumsOfOnePart(WideRows rows) {
    pass(rows, false, false, true);
  }

  private static void termsOfOnePart(WideRows rows) {
    pass(rows, true, false, true);
  }

  private static void weightedSums(WideRows rows) {
    pass(rows, false, true, false);
  }

  private static void weightedTerms(WideRows rows) {
    pass(rows, true, true, false);
  }

  /** Whether a row of so many elements is one part. */
  static boolean isOnePart(int length) {
    return length <= PART + LANES;
  }

  /**
   * The sum of the terms of a row alone, of one part; NaN if it has no softmax. The terms go to the
   * call's results, if wanted.
   */
  static float ofOneRow(Call call, float max, int headroom, boolean stores) {
    float sum = stores ? termsOfOneRow(call, max, headroom) : sumOfOneRow(call, max, headroom);
    return sum + (max - max);
  }

  private static float termsOfOneRow(Call call, float max, int headroom) {
    return ofOneRowInline(call, max, headroom, true);
  }

  private static float sumOfOneRow(Call call, float max, int headroom) {
    return ofOneRowInline(call, max, headroom, false);
  }

  @Inline
  private static float ofOneRowInline(Call call, float max, int headroom, boolean stores) {
    int n = call.classes;
    FloatVector lanes =
        row(
            call.logits.array,
            call.logits.offset,
            call.out.array,
            call.out.offset,
            null,
            0,
            0,
            null,
            0,
            null,
            n,
            Rows.reference(max),
            Exponential.magic(headroom),
            Exponential.limits(headroom),
            load(Lanes.FRESH, n - Lanes.wholeBeforeLast(n)),
            stores,
            false,
            true,
            false);
    return Reduce.sum(lanes);
  }

  @Inline
  private static void pass(WideRows rows, boolean stores, boolean weighted, boolean onePart) {
    float[] x = rows.call.logits.array;
    int stride = rows.call.logits.stride;
    int from = rows.from();
    float[] y = rows.call.out.array;
    int yStride = rows.call.out.stride;
    int to = rows.to();
    float[] u = rows.weights;
    int weightsFrom = rows.weightsFrom();
    int n = rows.length();
    int last = Math.max(rows.ahead(), 1) - 1;
    int aheadFrom = rows.aheadFrom();
    int headroom = rows.headroom;
    float magic = Exponential.magic(headroom);
    IntVector limit = Exponential.limits(headroom);
    FloatVector fresh = load(Lanes.FRESH, n - Lanes.wholeBeforeLast(n));
    for (int r = 0; r < rows.count; r++) {
      row(
              x,
              from + r * stride,
              y,
              stores ? to + r * yStride : 0,
              u,
              weightsFrom,
              aheadFrom + Math.min(r, last) * stride,
              rows.distanceLanes,
              r * LANES,
              rows.seen,
              n,
              rows.references[r],
              magic,
              limit,
              fresh,
              stores,
              weighted,
              onePart,
              true)
          .intoArray(rows.lanes, r * LANES);
    }
  }

  /**
   * One row: gives the lane sums. The lanes of the weighted distances and the largest keys of the
   * row at {@code aheadRow} go to {@code far} and {@code seen}, at {@code at}.
   */
  @Inline
  private static FloatVector row(
      float[] x,
      int row,
      float[] y,
      int yRow,
      float[] u,
      int weightsFrom,
      int aheadRow,
      float[] distances,
      int at,
      float[] seen,
      int n,
      float reference,
      float magic,
      IntVector limit,
      FloatVector fresh,
      boolean stores,
      boolean weighted,
      boolean onePart,
      boolean ahead) {
    int whole = Lanes.wholeBeforeLast(n);
    FloatVector zero = zero(FLOATS);
    IntVector keys = IntVector.broadcast(INTS, Integer.MIN_VALUE);
    if (ahead) {
      keys = keys(x, aheadRow);
    }
    FloatVector following = stores ? load(x, row) : zero;
    FloatVector sum = zero;
    FloatVector lost = zero;
    FloatVector far = zero;
    int start = 0;
    do {
      FloatVector a = zero;
      FloatVector b = zero;
      FloatVector c = zero;
      FloatVector d = zero;
      FloatVector farA = zero;
      FloatVector farB = zero;
      int end = onePart ? whole : Math.min(start + PART, whole);
      for (int i = start; i < end; i += LANES) {
        FloatVector v;
        if (stores) { // what follows is loaded before a store, which it may seem to depend on
          v = broadcast(FLOATS, reference).sub(following);
          int next = Math.min(i, n - 2 * LANES) + LANES;
          following = load(x, row + next);
          if (ahead) {
            keys = keys(x, aheadRow + next).max(keys);
          }
        } else {
          v = distance(reference, x, row + i);
          if (ahead) {
            keys = keys(x, aheadRow + i).max(keys);
          }
        }
        if (weighted) {
          FloatVector further = v.fma(load(u, weightsFrom + i), farB);
          farB = farA;
          farA = further;
        }
        v = Exponential.clamp(v, limit);
        FloatVector added;
        if (stores) {
          FloatVector e = Exponential.exp(v, magic, false);
          e.intoArray(y, yRow + i);
          added = e.add(d);
        } else {
          added = Exponential.addExp(v, magic, d);
        }
        d = c;
        c = b;
        b = a;
        a = added;
      }
      FloatVector part = zero(FLOATS).add(a).add(b);
      part = part.add(zero(FLOATS).add(c).add(d));
      if (onePart) {
        lost = part;
      } else {
        FloatVector joined = part.add(sum);
        lost = part.sub(joined.sub(sum)).add(lost);
        sum = joined;
      }
      if (weighted) {
        far = zero(FLOATS).add(farA).add(farB).add(far);
      }
      start += PART;
    } while (!onePart && start < whole);
    int lastAt = n - LANES;
    FloatVector last = stores ? following : load(x, row + lastAt);
    FloatVector v = broadcast(FLOATS, reference).sub(last);
    if (weighted) {
      FloatVector w = load(u, weightsFrom + lastAt).mul(fresh);
      FloatVector counted = v.blend(zero, w.eq(zero)); // an infinity must not count twice
      w.fma(counted, far).intoArray(distances, at);
    }
    FloatVector e = Exponential.exp(Exponential.clamp(v, limit), magic, false);
    if (stores) {
      e.intoArray(y, yRow + lastAt);
    }
    if (ahead) {
      IntVector most = IntVector.broadcast(INTS, Integer.MIN_VALUE);
      if (!stores) { // terms have seen all
        most = keys(x, aheadRow + lastAt);
      }
      most.max(keys).reinterpretAsFloats().intoArray(seen, at);
    }
    return onePart ? e.fma(fresh, lost) : e.fma(fresh, lost).add(sum);
  }
}
