package io.github.softmax4j.kernel;

import static io.github.softmax4j.kernel.Lanes.FLOATS;
import static io.github.softmax4j.kernel.Lanes.INTS;
import static io.github.softmax4j.kernel.Lanes.LANES;
import static io.github.softmax4j.kernel.Lanes.distance;
import static io.github.softmax4j.kernel.Lanes.floats;
import static io.github.softmax4j.kernel.Lanes.keys;
import static io.github.softmax4j.kernel.Lanes.load;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.zero;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * The exponential pass over rows for 16 vector registers.
 *
 * <p>C2 must not choose how many vectors it works on at once. It has no registers for the constants
 * then, and loads them again and again. So loops count up to a number with {@code !=}, which C2
 * does not unroll. A turn is four vectors with stores, as loads between the stores keep them apart.
 * Without stores C2 mixes all of a turn, so it is two. Loops count places in the array, not
 * elements of the row.
 */
final class GroupedPass {

  /**
   * As many elements are added up before their sum joins the others, and what that loses is kept.
   */
  private static final int GROUP = 16 * LANES;

  private GroupedPass() {}

  /**
   * The lane sums, the weighted distances if there are weights, and the terms if wanted.
   *
   * @param ahead whether to find the next rows' maxima too: slower where results are in L2
   */
  static void find(WideRows rows, boolean stores, boolean ahead) {
    if (rows.weights != null) {
      if (stores) {
        weightedTerms(rows);
      } else {
        weightedSums(rows);
      }
    } else if (ahead) {
      if (stores) {
        termsAhead(rows);
      } else {
        sumsAhead(rows);
      }
    } else if (stores) {
      terms(rows);
    } else {
      sums(rows);
    }
  }

  private static void sums(WideRows rows) {
    pass(rows, false, false, false, false);
  }

  private static void terms(WideRows rows) {
    pass(rows, true, false, false, true);
  }

  private static void sumsAhead(WideRows rows) {
    pass(rows, false, true, false, false);
  }

  private static void termsAhead(WideRows rows) {
    pass(rows, true, true, false, true);
  }

  private static void weightedSums(WideRows rows) {
    pass(rows, false, false, true, false);
  }

  private static void weightedTerms(WideRows rows) {
    pass(rows, true, false, true, false);
  }

  /**
   * What is carried from turn to turn must be no receiver, and no register may be wasted. So sums
   * carry bits, which cost nothing. With stores between, the bits would take a register beside the
   * floats; an addition of 0 costs less there.
   *
   * <p>What follows is loaded before a store, which it may seem to depend on. It is carried as the
   * bits of its distance, or as logits where weights want the distance itself.
   *
   * @param sparing whether {@link Exponential#exp} is to leave a constant in memory
   */
  @Inline
  private static void pass(
      WideRows rows, boolean stores, boolean ahead, boolean weighted, boolean sparing) {
    float[] x = rows.call.logits.array;
    int stride = rows.call.logits.stride;
    int from = rows.from();
    float[] y = rows.call.out.array;
    int yStride = rows.call.out.stride;
    int to = rows.to();
    float[] u = rows.weights;
    int weightsFrom = rows.weightsFrom();
    int aheadRows = Math.max(rows.ahead(), 1);
    int aheadFrom = rows.aheadFrom();
    int n = rows.length();
    int count = rows.count;
    int whole = Lanes.wholeBeforeLast(n);
    float magic = Exponential.magic(rows.headroom);
    int limit = stores ? Exponential.limit(rows.headroom) : 0;
    IntVector limits = stores ? IntVector.zero(INTS) : Exponential.limits(rows.headroom);
    FloatVector fresh = load(Lanes.FRESH, n - whole);
    for (int r = 0; r < count; r++) {
      int row = from + r * stride;
      int apart = stores ? to + r * yStride - row : 0;
      int toWeights = weighted ? weightsFrom - row : 0;
      int toAhead = ahead ? aheadFrom + Math.min(r, aheadRows - 1) * stride - row : 0;
      int stop = row + whole;
      int lastAt = row + n - LANES;
      float reference = rows.references[r];
      IntVector keys = ahead ? keys(x, row + toAhead) : IntVector.zero(INTS);
      FloatVector logits = stores && weighted ? load(x, row) : zero(FLOATS);
      IntVector following =
          stores && !weighted
              ? distance(reference, x, row).reinterpretAsInts()
              : IntVector.zero(INTS);
      FloatVector sum = zero(FLOATS);
      FloatVector lost = zero(FLOATS);
      FloatVector farA = zero(FLOATS);
      FloatVector farB = zero(FLOATS);
      for (int at = row; at != stop; ) {
        int end = Math.min(at + GROUP, stop);
        FloatVector group = zero(FLOATS);
        IntVector bits = IntVector.zero(INTS);
        FloatVector far = zero(FLOATS);
        if (stores) {
          int fours = at + Lanes.wholeGroups(end - at, 4 * LANES);
          while (at != fours) {
            if (ahead) {
              keys = keys(x, at + toAhead).max(keys);
            }
            FloatVector vA;
            if (weighted) {
              FloatVector dA = broadcast(FLOATS, reference).sub(logits);
              far = dA.fma(load(u, at + toWeights), far);
              vA = Exponential.clamp(dA, limit);
            } else {
              vA = Exponential.clamp(following, limit);
            }
            FloatVector dB = distance(reference, x, at + LANES);
            if (weighted) {
              far = dB.fma(load(u, at + toWeights + LANES), far);
            }
            FloatVector vB = Exponential.clamp(dB, limit);
            FloatVector e = Exponential.exp(vA, magic, sparing);
            e.intoArray(y, at + apart);
            group = e.add(group);
            if (ahead) {
              keys = keys(x, at + toAhead + LANES).max(keys);
            }
            FloatVector dC = distance(reference, x, at + 2 * LANES);
            if (weighted) {
              far = dC.fma(load(u, at + toWeights + 2 * LANES), far);
            }
            FloatVector vC = Exponential.clamp(dC, limit);
            e = Exponential.exp(vB, magic, sparing);
            e.intoArray(y, at + apart + LANES);
            group = e.add(group);
            if (ahead) {
              keys = keys(x, at + toAhead + 2 * LANES).max(keys);
            }
            FloatVector dD = distance(reference, x, at + 3 * LANES);
            if (weighted) {
              far = dD.fma(load(u, at + toWeights + 3 * LANES), far);
            }
            FloatVector vD = Exponential.clamp(dD, limit);
            e = Exponential.exp(vC, magic, sparing);
            e.intoArray(y, at + apart + 2 * LANES);
            group = e.add(group);
            if (ahead) {
              keys = keys(x, at + toAhead + 3 * LANES).max(keys);
            }
            int next = Math.min(at + 4 * LANES, lastAt);
            if (weighted) {
              logits = load(x, next);
            } else {
              following = distance(reference, x, next).reinterpretAsInts();
            }
            e = Exponential.exp(vD, magic, sparing);
            e.intoArray(y, at + apart + 3 * LANES);
            group = e.add(group);
            at += 4 * LANES;
          }
        } else if (!weighted) { // two weighted vectors a turn are no faster
          int pairs = at + Lanes.wholeGroups(end - at, 2 * LANES);
          while (at != pairs) {
            if (ahead) {
              keys = keys(x, at + toAhead).max(keys);
              keys = keys(x, at + toAhead + LANES).max(keys);
            }
            FloatVector v = Exponential.clamp(distance(reference, x, at), limits);
            bits = Exponential.addExp(v, magic, floats(bits)).reinterpretAsInts();
            v = Exponential.clamp(distance(reference, x, at + LANES), limits);
            bits = Exponential.addExp(v, magic, floats(bits)).reinterpretAsInts();
            at += 2 * LANES;
          }
        }
        while (at != end) {
          if (ahead) {
            keys = keys(x, at + toAhead).max(keys);
          }
          FloatVector v;
          if (stores && !weighted) {
            v = Exponential.clamp(following, limit);
          } else {
            FloatVector d =
                stores ? broadcast(FLOATS, reference).sub(logits) : distance(reference, x, at);
            if (weighted) {
              far = d.fma(load(u, at + toWeights), far);
            }
            v = stores ? Exponential.clamp(d, limit) : Exponential.clamp(d, limits);
          }
          if (stores) {
            int next = Math.min(at + LANES, lastAt);
            if (weighted) {
              logits = load(x, next);
            } else {
              following = distance(reference, x, next).reinterpretAsInts();
            }
            FloatVector e = Exponential.exp(v, magic, sparing);
            e.intoArray(y, at + apart);
            group = e.add(group);
          } else {
            bits = Exponential.addExp(v, magic, floats(bits)).reinterpretAsInts();
          }
          at += LANES;
        }
        FloatVector part = stores ? zero(FLOATS).add(group) : floats(bits);
        FloatVector joined = part.add(sum);
        lost = part.sub(joined.sub(sum)).add(lost);
        sum = joined;
        if (weighted) {
          FloatVector further = zero(FLOATS).add(far).add(farB);
          farB = farA;
          farA = further;
        }
      }
      FloatVector v;
      if (stores && !weighted) {
        v = Exponential.clamp(following, limit);
      } else {
        FloatVector d =
            stores
                ? broadcast(FLOATS, reference).sub(logits)
                : distance(reference, x, row + n - LANES);
        if (weighted) {
          FloatVector w = load(u, lastAt + toWeights).mul(fresh);
          FloatVector counted = d.blend(zero(FLOATS), w.eq(zero(FLOATS))); // no infinity twice
          FloatVector far = zero(FLOATS).add(farA).add(farB);
          w.fma(counted, far).intoArray(rows.distanceLanes, r * LANES);
        }
        v = stores ? Exponential.clamp(d, limit) : Exponential.clamp(d, limits);
      }
      FloatVector e = Exponential.exp(v, magic, sparing);
      if (stores) {
        e.intoArray(y, lastAt + apart);
      }
      e.fma(fresh, lost).add(sum).intoArray(rows.lanes, r * LANES);
      if (ahead) {
        keys(x, row + toAhead + n - LANES)
            .max(keys)
            .reinterpretAsFloats()
            .intoArray(rows.seen, r * LANES);
      }
    }
  }
}
