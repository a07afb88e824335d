package io.github.softmax4j.kernel;

import static io.github.softmax4j.kernel.Lanes.FLOATS;
import static io.github.softmax4j.kernel.Lanes.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The passes over rows that lie in memory: row {@code r} of {@code n >= LANES} elements starts at
 * {@code from + r * stride}, and its {@code i}-th lane is what belongs to the {@code i}-th element
 * of a vector. In rows of classes all lanes belong to one row of the batch; in a {@link NarrowRows}
 * each lane is a row of the batch.
 *
 * <p>A row ends with a whole vector, which may repeat some elements of the one before: it is loaded
 * before anything is stored, so that a pass may work in place, and its repeated lanes do not count.
 *
 * <p>The exponential stands here four times, because C2 inlines the Vector API's methods always and
 * a helper of ours not when it has run out of budget: a helper left a call has its vectors boxed.
 */
final class Passes {

  /** 32 of them, not 16. */
  private static final boolean MANY_REGISTERS = LANES > 8;

  /**
   * As many elements are added up before their sum joins the others, whose rounding errors are kept
   * and made good. They take turns with four sums: equal terms would all be rounded to the same
   * side, so none is to have more than 16.
   */
  private static final int PART = (MANY_REGISTERS ? 64 : 16) * LANES;

  /** Whether the exponential passes find the next rows' maxima beside their own work. */
  static final boolean LOOKS_AHEAD = MANY_REGISTERS;

  /** A fused multiply-add saves an instruction, but 256-bit additions have a port of their own. */
  private static final boolean FUSED_SUM = LANES > 8;

  private Passes() {}

  /** {@code max[r]}; NaN if the row has a NaN whose sign bit is clear. */
  static void maxima(float[] x, int from, int stride, int rows, int n, float[] max) {
    int whole = Lanes.wholeBeforeLast(n);
    for (int r = 0; r < rows; r++) {
      int row = from + r * stride;
      IntVector last = FloatVector.fromArray(FLOATS, x, row + n - LANES).reinterpretAsInts();
      IntVector keys = last;
      for (int i = row; i < row + whole; i += LANES) {
        keys = FloatVector.fromArray(FLOATS, x, i).reinterpretAsInts().max(keys);
      }
      max[r] = maxOfKey(last.max(keys).reduceLanes(VectorOperators.MAX), x, row, n);
    }
  }

  /** {@code max[r]} from the maxima of the lanes that the pass before has left. */
  static void foldMaxima(
      float[] keys, float[] x, int from, int stride, int rows, int n, float[] max) {
    for (int r = 0; r < rows; r++) {
      IntVector lanes = FloatVector.fromArray(FLOATS, keys, r * LANES).reinterpretAsInts();
      max[r] = maxOfKey(lanes.reduceLanes(VectorOperators.MAX), x, from + r * stride, n);
    }
  }

  /**
   * The float maximum from the maximum of the bits as integers, which costs one instruction a
   * vector and orders all but negative numbers: only a row of nothing but those is looked at again.
   * A NaN with its sign bit clear is the maximum here; one with it set, the exponential hands on.
   */
  private static float maxOfKey(int key, float[] x, int row, int n) {
    return Float.intBitsToFloat(key >= 0 ? key : smallestKey(x, row, n));
  }

  private static int smallestKey(float[] x, int row, int n) {
    int whole = Lanes.wholeBeforeLast(n);
    IntVector last = FloatVector.fromArray(FLOATS, x, row + n - LANES).reinterpretAsInts();
    IntVector keys = last;
    for (int i = row; i < row + whole; i += LANES) {
      keys = FloatVector.fromArray(FLOATS, x, i).reinterpretAsInts().min(keys);
    }
    return last.min(keys).reduceLanes(VectorOperators.MIN);
  }

  /**
   * Lane sums of {@code 2^-headroom exp(reference - x)}: row {@code r} has its references, which
   * are finite, and gets its sums at {@code r * LANES}.
   */
  static void sums(
      float[] x,
      int from,
      int stride,
      int rows,
      int n,
      int headroom,
      float[] max,
      float[] sums,
      int ahead,
      int aheadRows,
      float[] aheadKeys) {
    int whole = Lanes.wholeBeforeLast(n);
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
    FloatVector fresh = Lanes.fresh(n - whole);
    FloatVector zero = FloatVector.zero(FLOATS);
    for (int r = 0; r < rows; r++) {
      int row = from + r * stride;
      int aheadRow = ahead + Math.min(r, aheadRows - 1) * stride;
      // of nothing but -inf: the terms are then 0, and not NaN
      FloatVector reference = FloatVector.broadcast(FLOATS, Math.max(max[r], -Float.MAX_VALUE));
      IntVector aheadLast =
          FloatVector.fromArray(FLOATS, x, aheadRow + n - LANES).reinterpretAsInts();
      IntVector keys = aheadLast;
      FloatVector sum = zero;
      FloatVector lost = zero;
      for (int start = 0; start < whole; start += PART) {
        FloatVector a = zero;
        FloatVector b = zero;
        FloatVector c = zero;
        FloatVector d = zero;
        int end = Math.min(start + PART, whole);
        for (int i = start; i < end; i += LANES) {
          FloatVector v = reference.sub(FloatVector.fromArray(FLOATS, x, row + i));
          v = v.reinterpretAsInts().min(limit).reinterpretAsFloats();
          FloatVector k = v.fma(log2e, magic);
          FloatVector q = k.sub(magic);
          q = q.fma(lo, q.fma(hi, v));
          FloatVector p = q.fma(c5, c4).fma(q, c3).fma(q, c2).fma(q, c1).fma(q, c0);
          IntVector power =
              k.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
          FloatVector scale = power.reinterpretAsFloats();
          if (LOOKS_AHEAD) {
            keys = FloatVector.fromArray(FLOATS, x, aheadRow + i).reinterpretAsInts().max(keys);
          }
          FloatVector next = FUSED_SUM ? p.fma(scale, d) : p.mul(scale).add(d);
          d = MANY_REGISTERS ? c : next;
          c = b;
          b = a;
          a = next;
        }
        FloatVector part = zero.add(a);
        if (MANY_REGISTERS) {
          part = part.add(b).add(zero.add(c).add(d));
        }
        FloatVector joined = part.add(sum);
        lost = part.sub(joined.sub(sum)).add(lost);
        sum = joined;
      }
      FloatVector v = reference.sub(FloatVector.fromArray(FLOATS, x, row + n - LANES));
      v = v.reinterpretAsInts().min(limit).reinterpretAsFloats();
      FloatVector k = v.fma(log2e, magic);
      FloatVector q = k.sub(magic);
      q = q.fma(lo, q.fma(hi, v));
      FloatVector p = q.fma(c5, c4).fma(q, c3).fma(q, c2).fma(q, c1).fma(q, c0);
      IntVector power = k.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
      FloatVector e = p.mul(power.reinterpretAsFloats());
      e.fma(fresh, lost).add(sum).intoArray(sums, r * LANES);
      aheadLast.max(keys).reinterpretAsFloats().intoArray(aheadKeys, r * LANES);
    }
  }

  /** As {@link #sums}, and leaves the terms in {@code y}: a twin, for want of a free store. */
  static void terms(
      float[] x,
      int from,
      int stride,
      float[] y,
      int to,
      int yStride,
      int rows,
      int n,
      int headroom,
      float[] max,
      float[] sums,
      int ahead,
      int aheadRows,
      float[] aheadKeys) {
    int whole = Lanes.wholeBeforeLast(n);
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
    FloatVector fresh = Lanes.fresh(n - whole);
    FloatVector zero = FloatVector.zero(FLOATS);
    for (int r = 0; r < rows; r++) {
      int row = from + r * stride;
      int yRow = to + r * yStride;
      int aheadRow = ahead + Math.min(r, aheadRows - 1) * stride;
      // of nothing but -inf: the terms are then 0, and not NaN
      FloatVector reference = FloatVector.broadcast(FLOATS, Math.max(max[r], -Float.MAX_VALUE));
      IntVector aheadLast =
          FloatVector.fromArray(FLOATS, x, aheadRow + n - LANES).reinterpretAsInts();
      IntVector keys = aheadLast;
      FloatVector last = FloatVector.fromArray(FLOATS, x, row + n - LANES);
      FloatVector sum = zero;
      FloatVector lost = zero;
      for (int start = 0; start < whole; start += PART) {
        FloatVector a = zero;
        FloatVector b = zero;
        FloatVector c = zero;
        FloatVector d = zero;
        int end = Math.min(start + PART, whole);
        for (int i = start; i < end; i += LANES) {
          FloatVector v = reference.sub(FloatVector.fromArray(FLOATS, x, row + i));
          v = v.reinterpretAsInts().min(limit).reinterpretAsFloats();
          FloatVector k = v.fma(log2e, magic);
          FloatVector q = k.sub(magic);
          q = q.fma(lo, q.fma(hi, v));
          FloatVector p = q.fma(c5, c4).fma(q, c3).fma(q, c2).fma(q, c1).fma(q, c0);
          IntVector power =
              k.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
          FloatVector e = p.mul(power.reinterpretAsFloats());
          e.intoArray(y, yRow + i);
          if (LOOKS_AHEAD) {
            keys = FloatVector.fromArray(FLOATS, x, aheadRow + i).reinterpretAsInts().max(keys);
          }
          FloatVector next = e.add(d);
          d = MANY_REGISTERS ? c : next;
          c = b;
          b = a;
          a = next;
        }
        FloatVector part = zero.add(a);
        if (MANY_REGISTERS) {
          part = part.add(b).add(zero.add(c).add(d));
        }
        FloatVector joined = part.add(sum);
        lost = part.sub(joined.sub(sum)).add(lost);
        sum = joined;
      }
      FloatVector v = reference.sub(last).reinterpretAsInts().min(limit).reinterpretAsFloats();
      FloatVector k = v.fma(log2e, magic);
      FloatVector q = k.sub(magic);
      q = q.fma(lo, q.fma(hi, v));
      FloatVector p = q.fma(c5, c4).fma(q, c3).fma(q, c2).fma(q, c1).fma(q, c0);
      IntVector power = k.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
      FloatVector e = p.mul(power.reinterpretAsFloats());
      e.intoArray(y, yRow + n - LANES);
      e.fma(fresh, lost).add(sum).intoArray(sums, r * LANES);
      aheadLast.max(keys).reinterpretAsFloats().intoArray(aheadKeys, r * LANES);
    }
  }

  /**
   * {@code totals[r]} is the sum of the lanes at {@code r * LANES}, always in the same order:
   * {@code reduceLanes} adds up in one order when interpreted and in another when compiled.
   */
  static void fold(float[] lanes, int rows, float[] max, float[] totals) {
    for (int r = 0; r < rows; r++) {
      FloatVector sum = FloatVector.fromArray(FLOATS, lanes, r * LANES);
      if (LANES > 8) {
        sum = sum.add(sum.rearrange(Lanes.SWAP_8));
      }
      if (LANES > 4) {
        sum = sum.add(sum.rearrange(Lanes.SWAP_4));
      }
      sum = sum.add(sum.rearrange(Lanes.SWAP_2));
      sum = sum.add(sum.rearrange(Lanes.SWAP_1));
      totals[r] = sum.lane(0) + (max[r] - max[r]);
    }
  }

  /** {@code y *= factors[r]}. */
  static void scale(float[] y, int to, int stride, int rows, int n, float[] factors) {
    int whole = Lanes.wholeBeforeLast(n);
    for (int r = 0; r < rows; r++) {
      int row = to + r * stride;
      FloatVector factor = FloatVector.broadcast(FLOATS, factors[r]);
      FloatVector last = FloatVector.fromArray(FLOATS, y, row + n - LANES);
      for (int i = row; i < row + whole; i += LANES) {
        FloatVector.fromArray(FLOATS, y, i).mul(factor).intoArray(y, i);
      }
      last.mul(factor).intoArray(y, row + n - LANES);
    }
  }

  /** As {@link #scale}, and the lane sums of the products. */
  static void scaleAndSum(
      float[] y, int to, int stride, int rows, int n, float[] factors, float[] sums) {
    int whole = Lanes.wholeBeforeLast(n);
    FloatVector fresh = Lanes.fresh(n - whole);
    FloatVector zero = FloatVector.zero(FLOATS);
    for (int r = 0; r < rows; r++) {
      int row = to + r * stride;
      FloatVector factor = FloatVector.broadcast(FLOATS, factors[r]);
      FloatVector last = FloatVector.fromArray(FLOATS, y, row + n - LANES).mul(factor);
      FloatVector sum = zero;
      FloatVector lost = zero;
      for (int start = 0; start < whole; start += PART) {
        FloatVector a = zero;
        FloatVector b = zero;
        FloatVector c = zero;
        FloatVector d = zero;
        int end = Math.min(start + PART, whole);
        for (int i = start; i < end; i += LANES) {
          FloatVector p = FloatVector.fromArray(FLOATS, y, row + i).mul(factor);
          p.intoArray(y, row + i);
          FloatVector next = p.add(d);
          d = MANY_REGISTERS ? c : next;
          c = b;
          b = a;
          a = next;
        }
        FloatVector part = zero.add(a);
        if (MANY_REGISTERS) {
          part = part.add(b).add(zero.add(c).add(d));
        }
        FloatVector joined = part.add(sum);
        lost = part.sub(joined.sub(sum)).add(lost);
        sum = joined;
      }
      last.intoArray(y, row + n - LANES);
      last.fma(fresh, lost).add(sum).intoArray(sums, r * LANES);
    }
  }

  /** {@code y = (x - max) - logSum}: two subtractions, because one rounded sum loses digits. */
  static void subtract(
      float[] x,
      int from,
      int stride,
      float[] y,
      int to,
      int yStride,
      int rows,
      int n,
      float[] max,
      float[] logSum) {
    int whole = Lanes.wholeBeforeLast(n);
    for (int r = 0; r < rows; r++) {
      int row = from + r * stride;
      int yRow = to + r * yStride;
      FloatVector m = FloatVector.broadcast(FLOATS, Math.max(max[r], -Float.MAX_VALUE));
      FloatVector s = FloatVector.broadcast(FLOATS, logSum[r]);
      FloatVector last = FloatVector.fromArray(FLOATS, x, row + n - LANES);
      for (int i = 0; i < whole; i += LANES) {
        FloatVector.fromArray(FLOATS, x, row + i).sub(m).sub(s).intoArray(y, yRow + i);
      }
      last.sub(m).sub(s).intoArray(y, yRow + n - LANES);
    }
  }

  /**
   * Lane sums of {@code t * (max - x)} over the targets that are not 0, and after them those of
   * {@code t}.
   */
  static void distanceAndMass(
      float[] x, int row, float[] t, int target, int n, float max, float[] sums) {
    int whole = Lanes.wholeBeforeLast(n);
    FloatVector m = FloatVector.broadcast(FLOATS, max);
    FloatVector zero = FloatVector.zero(FLOATS);
    FloatVector distance = zero;
    FloatVector mass = zero;
    for (int start = 0; start < whole; start += PART) {
      FloatVector partDistance = zero;
      FloatVector partMass = zero;
      for (int i = start; i < Math.min(start + PART, whole); i += LANES) {
        FloatVector weight = FloatVector.fromArray(FLOATS, t, target + i);
        FloatVector product = weight.mul(m.sub(FloatVector.fromArray(FLOATS, x, row + i)));
        partDistance = product.blend(zero, weight.eq(zero)).add(partDistance);
        partMass = weight.add(partMass);
      }
      distance = zero.add(partDistance).add(distance);
      mass = zero.add(partMass).add(mass);
    }
    FloatVector fresh = Lanes.fresh(n - whole);
    FloatVector weight = FloatVector.fromArray(FLOATS, t, target + n - LANES).mul(fresh);
    FloatVector product = weight.mul(m.sub(FloatVector.fromArray(FLOATS, x, row + n - LANES)));
    product.blend(zero, weight.eq(zero)).add(distance).intoArray(sums, 0);
    weight.add(mass).intoArray(sums, LANES);
  }

  /** {@code y = y * factor - t * scale}. */
  static void scaleMinusTargets(
      float[] y, int row, float[] t, int target, int n, float factor, float scale) {
    int whole = Lanes.wholeBeforeLast(n);
    FloatVector k = FloatVector.broadcast(FLOATS, factor);
    FloatVector s = FloatVector.broadcast(FLOATS, scale);
    FloatVector last = FloatVector.fromArray(FLOATS, y, row + n - LANES);
    for (int i = 0; i < whole; i += LANES) {
      FloatVector e = FloatVector.fromArray(FLOATS, y, row + i);
      FloatVector wanted = FloatVector.fromArray(FLOATS, t, target + i).mul(s);
      e.mul(k).sub(wanted).intoArray(y, row + i);
    }
    FloatVector wanted = FloatVector.fromArray(FLOATS, t, target + n - LANES).mul(s);
    last.mul(k).sub(wanted).intoArray(y, row + n - LANES);
  }
}
