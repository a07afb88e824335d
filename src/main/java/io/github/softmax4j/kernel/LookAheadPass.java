package io.github.softmax4j.kernel;

import static io.github.softmax4j.kernel.Lanes.FLOATS;
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
    int count = rows.count;
    int ahead = rows.ahead();
    int aheadFrom = rows.aheadFrom();
    int whole = Lanes.wholeBeforeLast(n);
    float magic = Exponential.magic(rows.headroom);
    IntVector limit = Exponential.limits(rows.headroom);
    FloatVector fresh = load(Lanes.FRESH, n - whole);
    FloatVector zero = zero(FLOATS);
    for (int r = 0; r < count; r++) {
      int row = from + r * stride;
      int yRow = to + r * yStride;
      int aheadRow = aheadFrom + Math.min(r, Math.max(ahead, 1) - 1) * stride;
      float reference = rows.references[r];
      IntVector keys = keys(x, aheadRow);
      FloatVector following = load(x, row);
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
            keys = keys(x, aheadRow + next).max(keys);
          } else {
            v = distance(reference, x, row + i);
            keys = keys(x, aheadRow + i).max(keys);
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
        w.fma(counted, far).intoArray(rows.distanceLanes, r * LANES);
      }
      FloatVector e = Exponential.exp(Exponential.clamp(v, limit), magic, false);
      if (stores) {
        e.intoArray(y, yRow + lastAt);
      }
      FloatVector total = e.fma(fresh, lost);
      if (!onePart) {
        total = total.add(sum);
      }
      total.intoArray(rows.lanes, r * LANES);
      keys(x, aheadRow + lastAt).max(keys).reinterpretAsFloats().intoArray(rows.seen, r * LANES);
    }
  }
}
