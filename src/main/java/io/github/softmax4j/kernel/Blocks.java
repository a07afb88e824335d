package io.github.softmax4j.kernel;

import static io.github.softmax4j.kernel.Lanes.FLOATS;
import static io.github.softmax4j.kernel.Lanes.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * The passes over a block: a row, or a part of a long row, whose classes run along the lanes.
 *
 * <p>{@link #sumExponentials} and {@link #storeExponentials} are shaped by what C2 inlines, because
 * a call of {@link Lanes#exp} that is left a call has objects for operands:
 *
 * <ul>
 *   <li>It stops inlining when a compilation has used up its node budget, of which one exponential
 *       takes a quarter. So each is to be compiled by itself: C2 does not inline a method of more
 *       than 325 bytecodes, and the assertions bring these over that.
 *   <li>It leaves out what is seldom run. So whatever {@code n} is, both exponentials run: the last
 *       vector is never empty, and a row of one vector at most is left to {@link Tile}.
 * </ul>
 *
 * <p>{@code lanes} is scratch for {@link Lanes#sum}.
 */
final class Blocks {

  /** The usual block: its sum keeps its digits in float, and it stays in L1 between the passes. */
  static final int SIZE = 256 * LANES;

  /**
   * As many vectors are added up before their sum joins the others, whose rounding errors are kept
   * and made good: equal terms would all be rounded to the same side.
   */
  private static final int PART = Math.min(16, 2 * LANES) * LANES;

  private Blocks() {}

  /** The length of the block that starts a rest of {@code left}: none is as short as a vector. */
  static int next(int left) {
    return left <= SIZE + LANES ? left : SIZE;
  }

  /** The maximum of {@code n} logits; NaN if it meets one whose sign bit is clear. */
  static float max(float[] x, int from, int n) {
    int whole = Lanes.wholeBeforeLast(n);
    VectorMask<Float> inRow = FLOATS.indexInRange(whole, n);
    FloatVector last =
        FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY)
            .blend(FloatVector.fromArray(FLOATS, x, from + whole, inRow), inRow);
    IntVector keys = last.reinterpretAsInts();
    for (int i = 0; i < whole; i += LANES) {
      keys = keys.max(FloatVector.fromArray(FLOATS, x, from + i).reinterpretAsInts());
    }
    return maxOfKey(keys.reduceLanes(VectorOperators.MAX), x, from, n);
  }

  /** {@code 2^-headroom sum(exp(x - max))} of more than one vector of logits. */
  static float sumExponentials(float[] x, int from, int n, float max, int headroom, float[] lanes) {
    assert n > LANES && n <= SIZE + LANES : "a block of " + n;
    assert from >= 0 && from + n <= x.length : "a block at " + from + " in " + x.length;
    assert headroom >= 0 && headroom <= Lanes.MOST_HEADROOM : "headroom of " + headroom;
    int whole = Lanes.wholeBeforeLast(n);
    // of nothing but -inf: the exponentials are then 0, and not NaN
    FloatVector m = FloatVector.broadcast(FLOATS, Math.max(max, -Float.MAX_VALUE));
    FloatVector magic = Lanes.magic(headroom);
    IntVector limit = Lanes.limit(headroom);
    FloatVector log2e = Lanes.constant(Lanes.LOG2_E);
    FloatVector hi = Lanes.constant(Lanes.LN2_HIGH);
    FloatVector lo = Lanes.constant(Lanes.LN2_LOW);
    FloatVector c5 = Lanes.constant(Lanes.C5);
    FloatVector c4 = Lanes.constant(Lanes.C4);
    FloatVector c3 = Lanes.constant(Lanes.C3);
    FloatVector c2 = Lanes.constant(Lanes.C2);
    FloatVector c1 = Lanes.constant(Lanes.C1);
    FloatVector c0 = Lanes.constant(Lanes.C0);
    FloatVector sum = FloatVector.zero(FLOATS);
    FloatVector lost = FloatVector.zero(FLOATS);
    for (int part = 0; part < whole; part += PART) {
      int end = Math.min(part + PART, whole);
      FloatVector partSum = FloatVector.zero(FLOATS);
      for (int i = part; i < end; i += LANES) {
        FloatVector d = m.sub(FloatVector.fromArray(FLOATS, x, from + i));
        FloatVector e = Lanes.exp(d, magic, limit, log2e, hi, lo, c5, c4, c3, c2, c1, c0);
        partSum = partSum.add(e);
      }
      FloatVector next = sum.add(partSum);
      lost = lost.add(partSum.sub(next.sub(sum)));
      sum = next;
    }
    VectorMask<Float> inRow = FLOATS.indexInRange(whole, n);
    FloatVector z = FloatVector.fromArray(FLOATS, x, from + whole, inRow);
    FloatVector e = Lanes.exp(m.sub(z), magic, limit, log2e, hi, lo, c5, c4, c3, c2, c1, c0);
    sum.add(lost.add(e, inRow)).intoArray(lanes, 0);
    return Lanes.sum(lanes);
  }

  /**
   * As {@link #sumExponentials}, and leaves the terms in {@code y}: a twin, for want of a free
   * store.
   */
  static float storeExponentials(
      float[] x, int from, int n, float max, float[] y, int to, int headroom, float[] lanes) {
    assert n > LANES && n <= SIZE + LANES : "a block of " + n;
    assert from >= 0 && from + n <= x.length : "a block at " + from + " in " + x.length;
    assert to >= 0 && to + n <= y.length : "a block to " + to + " in " + y.length;
    assert headroom >= 0 && headroom <= Lanes.MOST_HEADROOM : "headroom of " + headroom;
    int whole = Lanes.wholeBeforeLast(n);
    // of nothing but -inf: the exponentials are then 0, and not NaN
    FloatVector m = FloatVector.broadcast(FLOATS, Math.max(max, -Float.MAX_VALUE));
    FloatVector magic = Lanes.magic(headroom);
    IntVector limit = Lanes.limit(headroom);
    FloatVector log2e = Lanes.constant(Lanes.LOG2_E);
    FloatVector hi = Lanes.constant(Lanes.LN2_HIGH);
    FloatVector lo = Lanes.constant(Lanes.LN2_LOW);
    FloatVector c5 = Lanes.constant(Lanes.C5);
    FloatVector c4 = Lanes.constant(Lanes.C4);
    FloatVector c3 = Lanes.constant(Lanes.C3);
    FloatVector c2 = Lanes.constant(Lanes.C2);
    FloatVector c1 = Lanes.constant(Lanes.C1);
    FloatVector c0 = Lanes.constant(Lanes.C0);
    FloatVector sum = FloatVector.zero(FLOATS);
    FloatVector lost = FloatVector.zero(FLOATS);
    for (int part = 0; part < whole; part += PART) {
      int end = Math.min(part + PART, whole);
      FloatVector partSum = FloatVector.zero(FLOATS);
      for (int i = part; i < end; i += LANES) {
        FloatVector d = m.sub(FloatVector.fromArray(FLOATS, x, from + i));
        FloatVector e = Lanes.exp(d, magic, limit, log2e, hi, lo, c5, c4, c3, c2, c1, c0);
        e.intoArray(y, to + i);
        partSum = partSum.add(e);
      }
      FloatVector next = sum.add(partSum);
      lost = lost.add(partSum.sub(next.sub(sum)));
      sum = next;
    }
    VectorMask<Float> inRow = FLOATS.indexInRange(whole, n);
    FloatVector z = FloatVector.fromArray(FLOATS, x, from + whole, inRow);
    FloatVector e = Lanes.exp(m.sub(z), magic, limit, log2e, hi, lo, c5, c4, c3, c2, c1, c0);
    e.intoArray(y, to + whole, inRow);
    sum.add(lost.add(e, inRow)).intoArray(lanes, 0);
    return Lanes.sum(lanes);
  }

  /** Two results without an object. */
  static long pack(float first, float second) {
    return ((long) Float.floatToRawIntBits(first) << 32)
        | (Float.floatToRawIntBits(second) & 0xffff_ffffL);
  }

  static float first(long packed) {
    return Float.intBitsToFloat((int) (packed >>> 32));
  }

  static float second(long packed) {
    return Float.intBitsToFloat((int) packed);
  }

  /** {@code y *= factor}. */
  static void scale(float[] y, int to, int n, float factor) {
    int whole = Lanes.wholeBeforeLast(n);
    FloatVector k = FloatVector.broadcast(FLOATS, factor);
    for (int i = 0; i < whole; i += LANES) {
      FloatVector.fromArray(FLOATS, y, to + i).mul(k).intoArray(y, to + i);
    }
    VectorMask<Float> inRow = FLOATS.indexInRange(whole, n);
    FloatVector e = FloatVector.fromArray(FLOATS, y, to + whole, inRow);
    e.mul(k).intoArray(y, to + whole, inRow);
  }

  /** {@code y *= factor}; returns the sum of the products. */
  static float scaleAndSum(float[] y, int to, int n, float factor, float[] lanes) {
    int whole = Lanes.wholeBeforeLast(n);
    FloatVector k = FloatVector.broadcast(FLOATS, factor);
    FloatVector sum = FloatVector.zero(FLOATS);
    for (int part = 0; part < whole; part += PART) {
      int end = Math.min(part + PART, whole);
      FloatVector partSum = FloatVector.zero(FLOATS);
      for (int i = part; i < end; i += LANES) {
        FloatVector p = FloatVector.fromArray(FLOATS, y, to + i).mul(k);
        p.intoArray(y, to + i);
        partSum = partSum.add(p);
      }
      sum = sum.add(partSum);
    }
    VectorMask<Float> inRow = FLOATS.indexInRange(whole, n);
    FloatVector p = FloatVector.fromArray(FLOATS, y, to + whole, inRow).mul(k);
    p.intoArray(y, to + whole, inRow);
    sum.add(p, inRow).intoArray(lanes, 0);
    return Lanes.sum(lanes);
  }

  /** {@code y = 0} where {@code y * factor} would be no normal number, and slow. */
  static void flush(float[] y, int to, int n, float factor) {
    float tiny = Float.MIN_NORMAL / Math.abs(factor);
    for (int i = to; i < to + n; i++) {
      y[i] = y[i] < tiny ? 0 : y[i];
    }
  }

  /** {@code y = (x - max) - logSum}: two subtractions, because one rounded sum loses digits. */
  static void subtract(float[] x, int from, float[] y, int to, int n, float max, float logSum) {
    int whole = Lanes.wholeBeforeLast(n);
    FloatVector m = FloatVector.broadcast(FLOATS, max);
    FloatVector s = FloatVector.broadcast(FLOATS, logSum);
    for (int i = 0; i < whole; i += LANES) {
      FloatVector.fromArray(FLOATS, x, from + i).sub(m).sub(s).intoArray(y, to + i);
    }
    VectorMask<Float> inRow = FLOATS.indexInRange(whole, n);
    FloatVector z = FloatVector.fromArray(FLOATS, x, from + whole, inRow);
    z.sub(m).sub(s).intoArray(y, to + whole, inRow);
  }

  /**
   * {@code distance = sum(t * (max - x))} over the targets that are not 0, and {@code mass =
   * sum(t)}; for {@link #first} and {@link #second}.
   */
  static long distanceAndMass(
      float[] x, int from, float[] t, int target, int n, float max, float[] lanes) {
    int whole = Lanes.wholeBeforeLast(n);
    FloatVector m = FloatVector.broadcast(FLOATS, max);
    FloatVector zero = FloatVector.zero(FLOATS);
    FloatVector distance = zero;
    FloatVector mass = zero;
    for (int part = 0; part < whole; part += PART) {
      int end = Math.min(part + PART, whole);
      FloatVector partDistance = zero;
      FloatVector partMass = zero;
      for (int i = part; i < end; i += LANES) {
        FloatVector weight = FloatVector.fromArray(FLOATS, t, target + i);
        FloatVector product = weight.mul(m.sub(FloatVector.fromArray(FLOATS, x, from + i)));
        partDistance = partDistance.add(product.blend(zero, weight.eq(zero)));
        partMass = partMass.add(weight);
      }
      distance = distance.add(partDistance);
      mass = mass.add(partMass);
    }
    VectorMask<Float> inRow = FLOATS.indexInRange(whole, n);
    FloatVector weight = FloatVector.fromArray(FLOATS, t, target + whole, inRow);
    FloatVector product = weight.mul(m.sub(FloatVector.fromArray(FLOATS, x, from + whole, inRow)));
    distance = distance.add(product.blend(zero, weight.eq(zero)));
    mass = mass.add(weight);
    distance.intoArray(lanes, 0);
    float first = Lanes.sum(lanes);
    mass.intoArray(lanes, 0);
    return pack(first, Lanes.sum(lanes));
  }

  /** {@code y = y * factor - t * scale}. */
  static void scaleMinusTargets(
      float[] y, int to, float[] t, int target, int n, float factor, float scale) {
    int whole = Lanes.wholeBeforeLast(n);
    FloatVector k = FloatVector.broadcast(FLOATS, factor);
    FloatVector s = FloatVector.broadcast(FLOATS, scale);
    for (int i = 0; i < whole; i += LANES) {
      FloatVector e = FloatVector.fromArray(FLOATS, y, to + i);
      FloatVector wanted = FloatVector.fromArray(FLOATS, t, target + i).mul(s);
      e.mul(k).sub(wanted).intoArray(y, to + i);
    }
    VectorMask<Float> inRow = FLOATS.indexInRange(whole, n);
    FloatVector e = FloatVector.fromArray(FLOATS, y, to + whole, inRow);
    FloatVector wanted = FloatVector.fromArray(FLOATS, t, target + whole, inRow).mul(s);
    e.mul(k).sub(wanted).intoArray(y, to + whole, inRow);
  }

  /**
   * The float maximum from the maximum of the bits as integers, which costs one instruction a
   * vector and orders all but negative numbers: only a block of nothing but those is looked at
   * again. A NaN with its sign bit clear is the maximum here; one with it set, {@link Lanes#exp}
   * hands on.
   */
  private static float maxOfKey(int key, float[] x, int from, int n) {
    return Float.intBitsToFloat(key >= 0 ? key : smallestKey(x, from, n));
  }

  private static int smallestKey(float[] x, int from, int n) {
    int whole = Lanes.wholeBeforeLast(n);
    VectorMask<Float> inRow = FLOATS.indexInRange(whole, n);
    IntVector keys =
        FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY)
            .blend(FloatVector.fromArray(FLOATS, x, from + whole, inRow), inRow)
            .reinterpretAsInts();
    for (int i = 0; i < whole; i += LANES) {
      keys = keys.min(FloatVector.fromArray(FLOATS, x, from + i).reinterpretAsInts());
    }
    return keys.reduceLanes(VectorOperators.MIN);
  }
}
