package io.github.softmax4j.internal.vector.pass;

import static io.github.softmax4j.internal.vector.math.Lanes.FLOATS;
import static io.github.softmax4j.internal.vector.math.Lanes.INTS;
import static io.github.softmax4j.internal.vector.math.Lanes.LANES;
import static io.github.softmax4j.internal.vector.math.Lanes.floats;
import static io.github.softmax4j.internal.vector.math.Lanes.gap;
import static io.github.softmax4j.internal.vector.math.Lanes.keys;
import static io.github.softmax4j.internal.vector.math.Lanes.load;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.zero;

import io.github.softmax4j.internal.vector.math.Compensation;
import io.github.softmax4j.internal.vector.math.Exponential;
import io.github.softmax4j.internal.vector.math.Lanes;
import io.github.softmax4j.internal.vector.math.Specialize;
import io.github.softmax4j.internal.vector.tile.Tile;
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
public final class ExponentialPass16 {

  /**
   * As many elements are added up before their sum joins the others, and what that loses is kept.
   */
  private static final int BLOCK = 16 * LANES;

  private ExponentialPass16() {}

  /**
   * Finds the lanes of the sums, those of the gaps if there are weights, and terms if wanted.
   *
   * @param ahead whether to find the next rows' maxima too: slower where results are in L2
   */
  public static void find(Tile t, boolean stores, boolean ahead) {
    pass(t, stores, ahead, t.weights != null);
  }

  /**
   * What is carried from turn to turn must be no receiver, and no register may be wasted. So sums
   * carry bits, which cost nothing. With stores between, the bits would take a register beside the
   * floats; an addition of 0 costs less there.
   *
   * <p>What follows is loaded before a store, which it may seem to depend on. It is carried as the
   * bits of its gap, or as logits where weights want the gap itself.
   */
  @Specialize
  private static void pass(Tile t, boolean stores, boolean ahead, boolean weighted) {
    float[] x = t.x;
    int stride = t.stride;
    int from = t.from;
    float[] y = t.y;
    int yStride = t.yStride;
    int to = t.to;
    float[] weights = t.weights;
    int weightsAt = t.weightsAt;
    int n = t.length;
    int count = t.count;
    int whole = Lanes.wholeBeforeLast(n);
    float magic = Exponential.magic(t.exponentOffset);
    int limit = stores ? Exponential.limit(t.exponentOffset) : 0;
    IntVector limits = stores ? IntVector.zero(INTS) : Exponential.limits(t.exponentOffset);
    FloatVector fresh = load(Lanes.FRESH, n - whole);
    for (int r = 0; r < count; r++) {
      int row = from + r * stride;
      int apart = stores ? to + r * yStride - row : 0;
      int toWeights = weighted ? weightsAt - row : 0;
      int toAhead = ahead ? t.aheadOf(r) - row : 0;
      int stop = row + whole;
      int lastAt = row + n - LANES;
      float reference = t.reference[r];
      IntVector keys = ahead ? keys(x, row + toAhead) : IntVector.zero(INTS);
      FloatVector logits = stores && weighted ? load(x, row) : zero(FLOATS);
      IntVector following =
          stores && !weighted ? gap(reference, x, row).reinterpretAsInts() : IntVector.zero(INTS);
      FloatVector sum = zero(FLOATS);
      FloatVector lost = zero(FLOATS);
      FloatVector gapA = zero(FLOATS);
      FloatVector gapB = zero(FLOATS);
      for (int at = row; at != stop; ) {
        int end = Math.min(at + BLOCK, stop);
        FloatVector terms = zero(FLOATS);
        IntVector bits = IntVector.zero(INTS);
        FloatVector gap = zero(FLOATS);
        if (stores) {
          int fours = at + Lanes.wholeGroups(end - at, 4 * LANES);
          while (at != fours) {
            if (ahead) {
              keys = keys(x, at + toAhead).max(keys);
            }
            FloatVector vA;
            if (weighted) {
              FloatVector dA = broadcast(FLOATS, reference).sub(logits);
              gap = dA.fma(load(weights, at + toWeights), gap);
              vA = Exponential.clamp(dA, limit);
            } else {
              vA = Exponential.clamp(following, limit);
            }
            FloatVector dB = gap(reference, x, at + LANES);
            if (weighted) {
              gap = dB.fma(load(weights, at + toWeights + LANES), gap);
            }
            FloatVector vB = Exponential.clamp(dB, limit);
            FloatVector e = Exponential.exp(vA, magic, stores && !weighted);
            e.intoArray(y, at + apart);
            terms = e.add(terms);
            if (ahead) {
              keys = keys(x, at + toAhead + LANES).max(keys);
            }
            FloatVector dC = gap(reference, x, at + 2 * LANES);
            if (weighted) {
              gap = dC.fma(load(weights, at + toWeights + 2 * LANES), gap);
            }
            FloatVector vC = Exponential.clamp(dC, limit);
            e = Exponential.exp(vB, magic, stores && !weighted);
            e.intoArray(y, at + apart + LANES);
            terms = e.add(terms);
            if (ahead) {
              keys = keys(x, at + toAhead + 2 * LANES).max(keys);
            }
            FloatVector dD = gap(reference, x, at + 3 * LANES);
            if (weighted) {
              gap = dD.fma(load(weights, at + toWeights + 3 * LANES), gap);
            }
            FloatVector vD = Exponential.clamp(dD, limit);
            e = Exponential.exp(vC, magic, stores && !weighted);
            e.intoArray(y, at + apart + 2 * LANES);
            terms = e.add(terms);
            if (ahead) {
              keys = keys(x, at + toAhead + 3 * LANES).max(keys);
            }
            int next = Math.min(at + 4 * LANES, lastAt);
            if (weighted) {
              logits = load(x, next);
            } else {
              following = gap(reference, x, next).reinterpretAsInts();
            }
            e = Exponential.exp(vD, magic, stores && !weighted);
            e.intoArray(y, at + apart + 3 * LANES);
            terms = e.add(terms);
            at += 4 * LANES;
          }
        } else if (!weighted) { // two weighted vectors a turn are no faster
          int pairs = at + Lanes.wholeGroups(end - at, 2 * LANES);
          while (at != pairs) {
            if (ahead) {
              keys = keys(x, at + toAhead).max(keys);
              keys = keys(x, at + toAhead + LANES).max(keys);
            }
            FloatVector v = Exponential.clamp(gap(reference, x, at), limits);
            bits = Exponential.addExp(v, magic, floats(bits)).reinterpretAsInts();
            v = Exponential.clamp(gap(reference, x, at + LANES), limits);
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
                stores ? broadcast(FLOATS, reference).sub(logits) : gap(reference, x, at);
            if (weighted) {
              gap = d.fma(load(weights, at + toWeights), gap);
            }
            v = stores ? Exponential.clamp(d, limit) : Exponential.clamp(d, limits);
          }
          if (stores) {
            int next = Math.min(at + LANES, lastAt);
            if (weighted) {
              logits = load(x, next);
            } else {
              following = gap(reference, x, next).reinterpretAsInts();
            }
            FloatVector e = Exponential.exp(v, magic, stores && !weighted);
            e.intoArray(y, at + apart);
            terms = e.add(terms);
          } else {
            bits = Exponential.addExp(v, magic, floats(bits)).reinterpretAsInts();
          }
          at += LANES;
        }
        FloatVector block = stores ? zero(FLOATS).add(terms) : floats(bits);
        FloatVector joined = block.add(sum);
        lost = Compensation.lostOfSmaller(block, sum, joined).add(lost);
        sum = joined;
        if (weighted) {
          FloatVector nextGap = zero(FLOATS).add(gap).add(gapB);
          gapB = gapA;
          gapA = nextGap;
        }
      }
      FloatVector v;
      if (stores && !weighted) {
        v = Exponential.clamp(following, limit);
      } else {
        FloatVector d =
            stores ? broadcast(FLOATS, reference).sub(logits) : gap(reference, x, row + n - LANES);
        if (weighted) {
          FloatVector w = load(weights, lastAt + toWeights).mul(fresh);
          FloatVector counted = d.blend(zero(FLOATS), w.eq(zero(FLOATS))); // no infinity twice
          FloatVector gap = zero(FLOATS).add(gapA).add(gapB);
          w.fma(counted, gap).intoArray(t.gapLanes, r * LANES);
        }
        v = stores ? Exponential.clamp(d, limit) : Exponential.clamp(d, limits);
      }
      FloatVector e = Exponential.exp(v, magic, stores && !weighted);
      if (stores) {
        e.intoArray(y, lastAt + apart);
      }
      e.fma(fresh, lost).add(sum).intoArray(t.lanes, r * LANES);
      if (ahead) {
        keys(x, row + toAhead + n - LANES)
            .max(keys)
            .reinterpretAsFloats()
            .intoArray(t.nextMaxLanes, r * LANES);
      }
    }
  }
}
