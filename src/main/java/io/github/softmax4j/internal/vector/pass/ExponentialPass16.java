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
import io.github.softmax4j.internal.vector.math.Width;
import io.github.softmax4j.internal.vector.tile.Sizes;
import io.github.softmax4j.internal.vector.tile.Tile;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * The exponential pass over rows for 16 vector registers.
 *
 * <p>Loops end with {@code !=}, so C2 does not unroll them (C2-23), and count indices of the array
 * (C2-24). A turn is four vectors if it stores terms, and two otherwise (C2-16).
 */
public final class ExponentialPass16 {

  private ExponentialPass16() {}

  /**
   * Finds the lanes of the sums, and of the weighted gaps if there are weights.
   *
   * @param stores whether to store the terms
   * @param ahead whether to find the next rows' maxima, which costs time if results are in L2
   */
  public static void find(Tile tile, boolean stores, boolean ahead) {
    pass(tile, stores, ahead, tile.weights != null);
  }

  /**
   * A loop without stores carries its sum as bits, which cost no register (C2-33). With stores,
   * bits cost a register, so the loop carries floats and adds 0 afterwards.
   *
   * <p>With stores, a turn loads the first logits of the next turn before its last store (C2-25).
   * The loop carries the bits of their gaps, or the logits if weights use the gaps.
   */
  @Specialize
  private static void pass(Tile tile, boolean stores, boolean ahead, boolean weighted) {
    float[] x = tile.x;
    int stride = tile.stride;
    int xStart = tile.from;
    float[] y = tile.y;
    int yStride = tile.yStride;
    int yStart = tile.to;
    float[] weights = tile.weights;
    int weightsAt = tile.weightsAt;
    int n = tile.length;
    int count = tile.count;
    int whole = Width.wholeBeforeLast(n);
    float magic = Exponential.magic(tile.exponentOffset);
    int limit = stores ? Exponential.limit(tile.exponentOffset) : 0;
    IntVector limits = stores ? IntVector.zero(INTS) : Exponential.limits(tile.exponentOffset);
    FloatVector newLanes = load(Lanes.FRESH, n - whole);
    for (int r = 0; r < count; r++) {
      int row = xStart + r * stride;
      int yOffset = stores ? yStart + r * yStride - row : 0;
      int weightsOffset = weighted ? weightsAt - row : 0;
      int aheadOffset = ahead ? tile.aheadOf(r) - row : 0;
      int wholeEnd = row + whole;
      int lastStart = row + n - LANES;
      float reference = tile.reference[r];
      IntVector keys = ahead ? keys(x, row + aheadOffset) : IntVector.zero(INTS);
      FloatVector nextLogits = stores && weighted ? load(x, row) : zero(FLOATS);
      IntVector nextGapBits =
          stores && !weighted ? gap(reference, x, row).reinterpretAsInts() : IntVector.zero(INTS);
      FloatVector sum = zero(FLOATS);
      FloatVector error = zero(FLOATS);
      FloatVector gapSumA = zero(FLOATS);
      FloatVector gapSumB = zero(FLOATS);
      for (int i = row; i != wholeEnd; ) {
        int end = i + Math.min(Sizes.TERM_BLOCK, wholeEnd - i); // i + TERM_BLOCK may overflow
        FloatVector termSum = zero(FLOATS);
        IntVector sumBits = IntVector.zero(INTS);
        FloatVector gapSum = zero(FLOATS);
        if (stores) {
          int foursEnd = i + Width.wholeGroups(end - i, 4 * LANES);
          while (i != foursEnd) {
            if (ahead) {
              keys = keys(x, i + aheadOffset).max(keys);
            }
            FloatVector clampedA;
            if (weighted) {
              FloatVector gapA = broadcast(FLOATS, reference).sub(nextLogits);
              gapSum = gapA.fma(load(weights, i + weightsOffset), gapSum);
              clampedA = Exponential.clamp(gapA, limit);
            } else {
              clampedA = Exponential.clamp(nextGapBits, limit);
            }
            FloatVector gapB = gap(reference, x, i + LANES);
            if (weighted) {
              gapSum = gapB.fma(load(weights, i + weightsOffset + LANES), gapSum);
            }
            FloatVector clampedB = Exponential.clamp(gapB, limit);
            FloatVector term = Exponential.exp(clampedA, magic, stores && !weighted);
            term.intoArray(y, i + yOffset);
            termSum = term.add(termSum);
            if (ahead) {
              keys = keys(x, i + aheadOffset + LANES).max(keys);
            }
            FloatVector gapC = gap(reference, x, i + 2 * LANES);
            if (weighted) {
              gapSum = gapC.fma(load(weights, i + weightsOffset + 2 * LANES), gapSum);
            }
            FloatVector clampedC = Exponential.clamp(gapC, limit);
            term = Exponential.exp(clampedB, magic, stores && !weighted);
            term.intoArray(y, i + yOffset + LANES);
            termSum = term.add(termSum);
            if (ahead) {
              keys = keys(x, i + aheadOffset + 2 * LANES).max(keys);
            }
            FloatVector gapD = gap(reference, x, i + 3 * LANES);
            if (weighted) {
              gapSum = gapD.fma(load(weights, i + weightsOffset + 3 * LANES), gapSum);
            }
            FloatVector clampedD = Exponential.clamp(gapD, limit);
            term = Exponential.exp(clampedC, magic, stores && !weighted);
            term.intoArray(y, i + yOffset + 2 * LANES);
            termSum = term.add(termSum);
            if (ahead) {
              keys = keys(x, i + aheadOffset + 3 * LANES).max(keys);
            }
            int nextStart = Math.min(i + 4 * LANES, lastStart);
            if (weighted) {
              nextLogits = load(x, nextStart);
            } else {
              nextGapBits = gap(reference, x, nextStart).reinterpretAsInts();
            }
            term = Exponential.exp(clampedD, magic, stores && !weighted);
            term.intoArray(y, i + yOffset + 3 * LANES);
            termSum = term.add(termSum);
            i += 4 * LANES;
          }
        } else if (!weighted) { // two weighted vectors per turn are not faster
          int pairsEnd = i + Width.wholeGroups(end - i, 2 * LANES);
          while (i != pairsEnd) {
            if (ahead) {
              keys = keys(x, i + aheadOffset).max(keys);
              keys = keys(x, i + aheadOffset + LANES).max(keys);
            }
            FloatVector clamped = Exponential.clamp(gap(reference, x, i), limits);
            sumBits = Exponential.addExp(clamped, magic, floats(sumBits)).reinterpretAsInts();
            clamped = Exponential.clamp(gap(reference, x, i + LANES), limits);
            sumBits = Exponential.addExp(clamped, magic, floats(sumBits)).reinterpretAsInts();
            i += 2 * LANES;
          }
        }
        while (i != end) {
          if (ahead) {
            keys = keys(x, i + aheadOffset).max(keys);
          }
          FloatVector clamped;
          if (stores && !weighted) {
            clamped = Exponential.clamp(nextGapBits, limit);
          } else {
            FloatVector gap =
                stores ? broadcast(FLOATS, reference).sub(nextLogits) : gap(reference, x, i);
            if (weighted) {
              gapSum = gap.fma(load(weights, i + weightsOffset), gapSum);
            }
            clamped = stores ? Exponential.clamp(gap, limit) : Exponential.clamp(gap, limits);
          }
          if (stores) {
            int nextStart = Math.min(i + LANES, lastStart);
            if (weighted) {
              nextLogits = load(x, nextStart);
            } else {
              nextGapBits = gap(reference, x, nextStart).reinterpretAsInts();
            }
            FloatVector term = Exponential.exp(clamped, magic, stores && !weighted);
            term.intoArray(y, i + yOffset);
            termSum = term.add(termSum);
          } else {
            sumBits = Exponential.addExp(clamped, magic, floats(sumBits)).reinterpretAsInts();
          }
          i += LANES;
        }
        FloatVector block = stores ? zero(FLOATS).add(termSum) : floats(sumBits);
        FloatVector total = block.add(sum);
        error = Compensation.lostOfSmaller(block, sum, total).add(error);
        sum = total;
        if (weighted) {
          FloatVector nextGapSum = zero(FLOATS).add(gapSum).add(gapSumB);
          gapSumB = gapSumA;
          gapSumA = nextGapSum;
        }
      }
      FloatVector clamped;
      if (stores && !weighted) {
        clamped = Exponential.clamp(nextGapBits, limit);
      } else {
        FloatVector gap =
            stores
                ? broadcast(FLOATS, reference).sub(nextLogits)
                : gap(reference, x, row + n - LANES);
        if (weighted) {
          FloatVector weight = load(weights, lastStart + weightsOffset).mul(newLanes);
          FloatVector counted =
              gap.blend(zero(FLOATS), weight.eq(zero(FLOATS))); // 0 * infinity is NaN
          FloatVector gapSum = zero(FLOATS).add(gapSumA).add(gapSumB);
          weight.fma(counted, gapSum).intoArray(tile.gapLanes, r * LANES);
        }
        clamped = stores ? Exponential.clamp(gap, limit) : Exponential.clamp(gap, limits);
      }
      FloatVector term = Exponential.exp(clamped, magic, stores && !weighted);
      if (stores) {
        term.intoArray(y, lastStart + yOffset);
      }
      term.fma(newLanes, error).add(sum).intoArray(tile.lanes, r * LANES);
      if (ahead) {
        keys(x, row + aheadOffset + n - LANES)
            .max(keys)
            .reinterpretAsFloats()
            .intoArray(tile.nextMaxLanes, r * LANES);
      }
    }
  }
}
