package io.github.softmax4j.kernel;

import static io.github.softmax4j.kernel.Lanes.FLOATS;
import static io.github.softmax4j.kernel.Lanes.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The gradients of softmax and log-softmax, row by row: one pass for the row's sum and one for its
 * results. Rows of at least one vector run along the lanes as in {@link WideRows}, shorter ones
 * element by element. Which of them a row takes depends on the number of classes alone.
 */
final class Backward {

  /**
   * As many elements are added up in four sums that take turns before these join the others: eight
   * terms each.
   */
  private static final int PART = 32 * LANES;

  private static final int NO_HEADROOM = 0;

  private final Call call;

  /** The lanes of a row's sum. */
  private final float[] lanes = new float[LANES];

  Backward(Call call) {
    this.call = call;
  }

  /** {@code y * (dy - sum(dy * y))}. */
  void softmax() {
    boolean wide = call.classes >= LANES;
    for (int r = 0; r < call.rows; r++) {
      int from = call.logits.row(r);
      int upstream = call.outGradient.row(r);
      int to = call.out.row(r);
      if (wide) {
        addProducts(from, upstream);
        scaleDistances(from, upstream, to, finite(Fold.sum(lanes, 0)));
      } else {
        shortSoftmax(from, upstream, to);
      }
    }
  }

  /** {@code dy - exp(l) * sum(dy)}. */
  void logSoftmax() {
    boolean wide = call.classes >= LANES;
    for (int r = 0; r < call.rows; r++) {
      int from = call.logits.row(r);
      int upstream = call.outGradient.row(r);
      int to = call.out.row(r);
      if (wide) {
        addUpstream(upstream);
        subtractShares(from, upstream, to, finite(Fold.sum(lanes, 0)));
      } else {
        shortLogSoftmax(from, upstream, to);
      }
    }
  }

  /** NaN in place of an infinity. */
  private static float finite(float sum) {
    return sum + (sum - sum);
  }

  private void shortSoftmax(int from, int upstream, int to) {
    float[] y = call.logits.array;
    float[] dy = call.outGradient.array;
    float[] dx = call.out.array;
    float sum = 0;
    for (int c = 0; c < call.classes; c++) {
      sum = Math.fma(y[from + c], dy[upstream + c], sum);
    }
    sum = finite(sum);
    for (int c = 0; c < call.classes; c++) {
      dx[to + c] = y[from + c] * (dy[upstream + c] - sum);
    }
  }

  private void shortLogSoftmax(int from, int upstream, int to) {
    float[] logY = call.logits.array;
    float[] dy = call.outGradient.array;
    float[] dx = call.out.array;
    float magic = Lanes.magicOf(NO_HEADROOM);
    int limit = Lanes.limitOf(NO_HEADROOM);
    float sum = 0;
    for (int c = 0; c < call.classes; c++) {
      sum += dy[upstream + c];
    }
    sum = finite(sum);
    for (int c = 0; c < call.classes; c++) {
      float l = logY[from + c];
      float y = l != l ? l : Lanes.exp(0 - l, magic, limit); // which may turn NaN into 0
      dx[to + c] = Math.fma(y, -sum, dy[upstream + c]);
    }
  }

  /**
   * Lane sums of {@code y * dy}. Terms have both signs, so what is lost in joining sums is found by
   * Knuth's two-sum, which does not ask which of the two is larger.
   */
  private void addProducts(int from, int upstream) {
    float[] y = call.logits.array;
    float[] dy = call.outGradient.array;
    int n = call.classes;
    int whole = Lanes.wholeBeforeLast(n);
    FloatVector zero = FloatVector.zero(FLOATS);
    FloatVector sum = zero;
    FloatVector lost = zero;
    for (int start = 0; start < whole; start += PART) {
      FloatVector a = zero;
      FloatVector b = zero;
      FloatVector c = zero;
      FloatVector d = zero;
      int end = Math.min(start + PART, whole);
      for (int i = start; i < end; i += LANES) {
        FloatVector p = FloatVector.fromArray(FLOATS, y, from + i);
        FloatVector next = p.fma(FloatVector.fromArray(FLOATS, dy, upstream + i), d);
        d = c;
        c = b;
        b = a;
        a = next;
      }
      FloatVector part = zero.add(a).add(b).add(zero.add(c).add(d));
      FloatVector joined = part.add(sum);
      FloatVector added = joined.sub(sum);
      FloatVector lostOfSum = joined.sub(added).sub(sum);
      lost = part.sub(added).sub(lostOfSum).add(lost);
      sum = joined;
    }
    FloatVector last = FloatVector.fromArray(FLOATS, y, from + n - LANES);
    FloatVector lastUpstream = FloatVector.fromArray(FLOATS, dy, upstream + n - LANES);
    last.mul(Lanes.fresh(n - whole)).fma(lastUpstream, lost).add(sum).intoArray(lanes, 0);
  }

  /** Lane sums of {@code dy}: a twin of {@link #addProducts}. */
  private void addUpstream(int upstream) {
    float[] dy = call.outGradient.array;
    int n = call.classes;
    int whole = Lanes.wholeBeforeLast(n);
    FloatVector zero = FloatVector.zero(FLOATS);
    FloatVector sum = zero;
    FloatVector lost = zero;
    for (int start = 0; start < whole; start += PART) {
      FloatVector a = zero;
      FloatVector b = zero;
      FloatVector c = zero;
      FloatVector d = zero;
      int end = Math.min(start + PART, whole);
      for (int i = start; i < end; i += LANES) {
        FloatVector next = FloatVector.fromArray(FLOATS, dy, upstream + i).add(d);
        d = c;
        c = b;
        b = a;
        a = next;
      }
      FloatVector part = zero.add(a).add(b).add(zero.add(c).add(d));
      FloatVector joined = part.add(sum);
      FloatVector added = joined.sub(sum);
      FloatVector lostOfSum = joined.sub(added).sub(sum);
      lost = part.sub(added).sub(lostOfSum).add(lost);
      sum = joined;
    }
    FloatVector last = FloatVector.fromArray(FLOATS, dy, upstream + n - LANES);
    last.fma(Lanes.fresh(n - whole), lost).add(sum).intoArray(lanes, 0);
  }

  /** The row's last vector is loaded before anything is stored: the pass may work in place. */
  private void scaleDistances(int from, int upstream, int to, float sum) {
    float[] y = call.logits.array;
    float[] dy = call.outGradient.array;
    float[] dx = call.out.array;
    int n = call.classes;
    int whole = Lanes.wholeBeforeLast(n);
    FloatVector s = FloatVector.broadcast(FLOATS, sum);
    FloatVector last = FloatVector.fromArray(FLOATS, y, from + n - LANES);
    FloatVector lastUpstream = FloatVector.fromArray(FLOATS, dy, upstream + n - LANES);
    for (int i = 0; i < whole; i += LANES) {
      FloatVector distance = FloatVector.fromArray(FLOATS, dy, upstream + i).sub(s);
      FloatVector.fromArray(FLOATS, y, from + i).mul(distance).intoArray(dx, to + i);
    }
    last.mul(lastUpstream.sub(s)).intoArray(dx, to + n - LANES);
  }

  /**
   * The exponential is written out for the reasons in {@link WideRows}. It may turn a NaN into 0,
   * so NaN is taken from the logarithm itself.
   */
  private void subtractShares(int from, int upstream, int to, float sum) {
    float[] logY = call.logits.array;
    float[] dy = call.outGradient.array;
    float[] dx = call.out.array;
    int n = call.classes;
    int whole = Lanes.wholeBeforeLast(n);
    FloatVector magic = Lanes.magic(NO_HEADROOM);
    IntVector limit = Lanes.limit(NO_HEADROOM);
    FloatVector log2e = Lanes.constant(Lanes.LOG2_E);
    FloatVector hi = Lanes.constant(Lanes.LN2_HIGH);
    FloatVector lo = Lanes.constant(Lanes.LN2_LOW);
    FloatVector c5 = Lanes.constant(Lanes.C5);
    FloatVector c4 = Lanes.constant(Lanes.C4);
    FloatVector c3 = Lanes.constant(Lanes.C3);
    FloatVector c2 = Lanes.constant(Lanes.C2);
    FloatVector c1 = Lanes.constant(Lanes.C1);
    FloatVector c0 = Lanes.constant(Lanes.C0);
    FloatVector zero = FloatVector.zero(FLOATS);
    FloatVector minusSum = FloatVector.broadcast(FLOATS, -sum);
    FloatVector last = FloatVector.fromArray(FLOATS, logY, from + n - LANES);
    FloatVector lastUpstream = FloatVector.fromArray(FLOATS, dy, upstream + n - LANES);
    for (int i = 0; i < whole; i += LANES) {
      FloatVector l = FloatVector.fromArray(FLOATS, logY, from + i);
      FloatVector v = zero.sub(l).reinterpretAsInts().min(limit).reinterpretAsFloats();
      FloatVector k = v.fma(log2e, magic);
      FloatVector q = k.sub(magic);
      q = q.fma(lo, q.fma(hi, v));
      FloatVector p = q.fma(c5, c4).fma(q, c3).fma(q, c2).fma(q, c1).fma(q, c0);
      IntVector power = k.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
      FloatVector e = p.mul(power.reinterpretAsFloats());
      e.blend(l, l.compare(VectorOperators.NE, l))
          .fma(minusSum, FloatVector.fromArray(FLOATS, dy, upstream + i))
          .intoArray(dx, to + i);
    }
    FloatVector v = zero.sub(last).reinterpretAsInts().min(limit).reinterpretAsFloats();
    FloatVector k = v.fma(log2e, magic);
    FloatVector q = k.sub(magic);
    q = q.fma(lo, q.fma(hi, v));
    FloatVector p = q.fma(c5, c4).fma(q, c3).fma(q, c2).fma(q, c1).fma(q, c0);
    IntVector power = k.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
    FloatVector e = p.mul(power.reinterpretAsFloats());
    e.blend(last, last.compare(VectorOperators.NE, last))
        .fma(minusSum, lastUpstream)
        .intoArray(dx, to + n - LANES);
  }
}
