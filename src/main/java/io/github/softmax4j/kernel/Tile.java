package io.github.softmax4j.kernel;

import static io.github.softmax4j.kernel.Lanes.FLOATS;
import static io.github.softmax4j.kernel.Lanes.INTS;
import static io.github.softmax4j.kernel.Lanes.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * A few rows of few classes, turned so that each lane is a row: no lane is idle, nothing is reduced
 * across lanes, and logarithms and divisions are done for many rows at once. A thread's scratch;
 * the rows are loaded, go through the steps that an operation needs, and are stored.
 *
 * <p>Vector {@code v} of class {@code c} is at {@code (v * classes + c) * LANES}. Lanes past the
 * last row hold what an earlier batch left there, and are never stored.
 */
final class Tile {

  /** Up to this many classes, rows across the lanes are faster than along them. */
  static final int MOST_CLASSES = 32;

  /** Rows in a tile. */
  static final int ROWS = 4 * LANES;

  /** As many classes are added up before their sum joins the others: few rounding errors. */
  private static final int PART = 8 * LANES;

  // ln(m) = f - f^2/2 + f^3 (L0 + L1 f + ...), f = m - 1, sqrt(1/2) <= m < sqrt(2): minimax
  private static final float L0 = 0x1.5556dap-2f;
  private static final float L1 = -0x1.000386p-2f;
  private static final float L2 = 0x1.98d788p-3f;
  private static final float L3 = -0x1.5380c2p-3f;
  private static final float L4 = 0x1.3177aep-3f;
  private static final float L5 = -0x1.244164p-3f;
  private static final float L6 = 0x1.647132p-4f;
  private static final float LN2_HIGH = 0x1.62e430p-1f;
  private static final float LN2_LOW = -0x1.05c610p-29f;

  /** Adding it to a small integer's float makes that the low bits, and the other way round. */
  private static final float ROUNDER = 0x1.8p23f;

  private static final int SQRT_HALF = 0x3f3504f3;
  private static final int MANTISSA_BITS = 23;

  /** The logits of the rows; {@link #logSoftmax} turns them into log-probabilities. */
  final float[] logits = new float[ROWS * MOST_CLASSES];

  /** What {@link #exponentials} and {@link #scale} give. */
  final float[] terms = new float[ROWS * MOST_CLASSES];

  /** Of each row: the maximum, the sum of the terms, and ln(sum(exp(x - max))). */
  final float[] max = new float[ROWS];

  final float[] sum = new float[ROWS];
  final float[] logSum = new float[ROWS];

  /** What each row's probabilities are to be multiplied by. */
  final float[] factor = new float[ROWS];

  private int rows;
  private int classes;

  /** Takes the next rows: from now on the tile is about them. */
  void load(float[] x, int from, int stride, int rows, int classes) {
    this.rows = rows;
    this.classes = classes;
    for (int r = 0; r < rows; r++) {
      int row = from + r * stride;
      int at = index(r, 0);
      for (int c = 0; c < classes; c++) {
        logits[at + c * LANES] = x[row + c];
      }
    }
  }

  /** Writes {@link #terms} or {@link #logits} back as rows. */
  void store(float[] values, float[] y, int to, int stride) {
    for (int r = 0; r < rows; r++) {
      int row = to + r * stride;
      int at = index(r, 0);
      for (int c = 0; c < classes; c++) {
        y[row + c] = values[at + c * LANES];
      }
    }
  }

  /** Where in {@link #logits} and {@link #terms} a row has a class. */
  int index(int row, int c) {
    return (row / LANES * classes + c) * LANES + row % LANES;
  }

  /**
   * {@link #max}, {@link #terms} {@code = 2^-headroom exp(x - max)} and their {@link #sum}, which
   * is NaN where the maximum is not finite. A compilation of its own, for the reasons in {@link
   * Blocks}.
   */
  void exponentials(int headroom) {
    assert rows > 0 && rows <= ROWS : "a tile of rows: " + rows;
    assert classes > 0 && classes <= MOST_CLASSES : "a tile of classes: " + classes;
    assert headroom >= 0 && headroom <= Lanes.MOST_HEADROOM : "headroom of " + headroom;
    int end = classes * LANES;
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
    FloatVector lowest = FloatVector.broadcast(FLOATS, -Float.MAX_VALUE);
    for (int row = 0, base = 0; row < rows; row += LANES, base += end) {
      FloatVector m = FloatVector.fromArray(FLOATS, logits, base);
      for (int i = LANES; i < end; i += LANES) {
        m = m.max(FloatVector.fromArray(FLOATS, logits, base + i));
      }
      m.intoArray(max, row);
      FloatVector notFinite = m.sub(m); // 0 or NaN
      m = m.max(lowest); // of nothing but -inf: the exponentials are then 0, and not NaN
      FloatVector s = notFinite;
      for (int part = 0; part < end; part += PART) {
        FloatVector partSum = FloatVector.zero(FLOATS);
        for (int i = part; i < Math.min(part + PART, end); i += LANES) {
          FloatVector d = m.sub(FloatVector.fromArray(FLOATS, logits, base + i));
          FloatVector e = Lanes.exp(d, magic, limit, log2e, hi, lo, c5, c4, c3, c2, c1, c0);
          e.intoArray(terms, base + i);
          partSum = partSum.add(e);
        }
        s = s.add(partSum);
      }
      s.intoArray(sum, row);
    }
  }

  /** {@link #logSum} from {@link #sum}. */
  void logarithms(int headroom) {
    IntVector sqrtHalf = IntVector.broadcast(INTS, SQRT_HALF);
    IntVector rounder = IntVector.broadcast(INTS, Float.floatToRawIntBits(ROUNDER) + headroom);
    for (int row = 0; row < rows; row += LANES) {
      FloatVector s = FloatVector.fromArray(FLOATS, sum, row);
      IntVector bits = s.reinterpretAsInts();
      IntVector e = bits.sub(sqrtHalf).lanewise(VectorOperators.ASHR, MANTISSA_BITS);
      FloatVector f =
          bits.sub(e.lanewise(VectorOperators.LSHL, MANTISSA_BITS)).reinterpretAsFloats().sub(1f);
      FloatVector n = e.add(rounder).reinterpretAsFloats().sub(ROUNDER);
      FloatVector q =
          f.mul(L6).add(L5).fma(f, f.broadcast(L4)).fma(f, f.broadcast(L3)).fma(f, f.broadcast(L2));
      q = q.fma(f, f.broadcast(L1)).fma(f, f.broadcast(L0));
      FloatVector square = f.mul(f);
      FloatVector low = n.mul(LN2_LOW).add(square.mul(f.mul(q).sub(0.5f)));
      n.mul(LN2_HIGH).add(f.add(low)).add(s.sub(s)).intoArray(logSum, row);
    }
  }

  /** {@link #logits} become log-probabilities; subtracted one by one, not to lose digits. */
  void logSoftmax() {
    int end = classes * LANES;
    for (int row = 0, base = 0; row < rows; row += LANES, base += end) {
      FloatVector m = FloatVector.fromArray(FLOATS, max, row);
      FloatVector l = FloatVector.fromArray(FLOATS, logSum, row);
      for (int i = base; i < base + end; i += LANES) {
        FloatVector.fromArray(FLOATS, logits, i).sub(m).sub(l).intoArray(logits, i);
      }
    }
  }

  /**
   * {@link #terms} become {@link #factor} times the probabilities, 0 where that is no normal
   * number; {@link #sum} becomes theirs.
   */
  void scale() {
    int end = classes * LANES;
    FloatVector zero = FloatVector.zero(FLOATS);
    FloatVector normal = FloatVector.broadcast(FLOATS, Float.MIN_NORMAL);
    for (int row = 0, base = 0; row < rows; row += LANES, base += end) {
      FloatVector s = FloatVector.fromArray(FLOATS, sum, row);
      FloatVector k = FloatVector.fromArray(FLOATS, factor, row).div(s);
      FloatVector tiny = normal.div(k.abs());
      FloatVector total = zero;
      for (int i = base; i < base + end; i += LANES) {
        FloatVector e = FloatVector.fromArray(FLOATS, terms, i);
        FloatVector p = e.blend(zero, e.lt(tiny)).mul(k);
        p.intoArray(terms, i);
        total = total.add(p);
      }
      total.intoArray(sum, row);
    }
  }
}
