package io.github.softmax4j.internal.vector.product;

import static io.github.softmax4j.internal.vector.math.Lanes.FLOATS;
import static io.github.softmax4j.internal.vector.math.Lanes.LANES;
import static io.github.softmax4j.internal.vector.math.Lanes.load;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.zero;

import io.github.softmax4j.internal.MatrixProduct;
import io.github.softmax4j.internal.MatrixProduct.Operand;
import io.github.softmax4j.internal.vector.math.Inline;
import io.github.softmax4j.internal.vector.math.Lanes;
import jdk.incubator.vector.FloatVector;

/**
 * Products of few rows, which are bound by reading {@code b}. They read it where it lies, once.
 *
 * <p>If the columns of {@code b} are contiguous, one row goes along the lanes. If its depth is
 * contiguous, eight columns go side by side. One row then takes scalar operations, which need no
 * transposition. Several rows lie across the lanes, one in each.
 */
final class FewRows {

  /** Columns that go side by side. */
  private static final int GROUP = 8;

  /** Most rows of a product whose depth is contiguous in {@code b}. */
  private static final int MOST_ROWS = Math.min(8, LANES);

  private static final int DEPTH = MatrixProduct.BLOCK;

  /** The sums of a group: of one row, or a vector for each column. */
  private final float[] sums = new float[GROUP * LANES];

  /** The rows of {@code a}, one in each lane. */
  private float[] across = {};

  private final TilePlace place = new TilePlace();

  private MatrixProduct p;

  /** Whether a product is of few rows. */
  static boolean fits(MatrixProduct p) {
    return p.b.columnStep == 1 ? p.rows() == 1 : p.rows() <= MOST_ROWS && !p.continues;
  }

  /** Computes a product that {@link #fits}. */
  void multiply(MatrixProduct product) {
    p = product;
    if (p.b.columnStep == 1) {
      alongLanes();
    } else {
      if (p.rows() > 1) {
        takeRows();
      }
      for (int j = 0; j < p.columns(); j += GROUP) {
        group(j, Math.min(GROUP, p.columns() - j));
      }
    }
    p = null;
  }

  private void takeRows() {
    Operand a = p.a;
    int depth = p.depth();
    if (across.length < depth * LANES) {
      across = new float[depth * LANES];
    }
    for (int r = 0; r < p.rows(); r++) {
      int at = a.index(r, 0);
      for (int k = 0; k < depth; k++) {
        across[k * LANES + r] = a.array[at + k * a.columnStep];
      }
    }
  }

  /** A group of columns. A group at the end has its last column several times. */
  private void group(int j, int width) {
    int at = p.b.index(0, j);
    int step = p.b.columnStep;
    int last = at + (width - 1) * step;
    boolean isOneRow = p.rows() == 1;
    for (int k = 0; k == 0 || k < p.depth(); k += DEPTH) {
      int depth = Math.min(DEPTH, p.depth() - k);
      if (isOneRow) {
        oneRow(p.a.array, p.a.index(0, k), p.b.array, at + k, step, last + k, depth, sums);
      } else {
        rows(across, k * LANES, p.b.array, at + k, step, last + k, depth, sums);
      }
      add(j, width, k == 0, isOneRow ? 1 : LANES);
    }
  }

  private void add(int j, int width, boolean isFirst, int pitch) {
    Operand start = isFirst ? p.start : p.out;
    for (int r = 0; r < p.rows(); r++) {
      int to = p.out.index(r, j);
      int from = start.array == null ? 0 : start.index(r, j);
      for (int c = 0; c < width; c++) {
        float base = start.array == null ? 0 : start.array[from + c];
        p.out.array[to + c] = base + sums[c * pitch + r];
      }
    }
  }

  private static void oneRow(
      float[] a, int aAt, float[] b, int at, int step, int last, int depth, float[] sums) {
    int b0 = at;
    int b1 = Math.min(at + step, last);
    int b2 = Math.min(at + 2 * step, last);
    int b3 = Math.min(at + 3 * step, last);
    int b4 = Math.min(at + 4 * step, last);
    int b5 = Math.min(at + 5 * step, last);
    int b6 = Math.min(at + 6 * step, last);
    int b7 = Math.min(at + 7 * step, last);
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    float s4 = 0;
    float s5 = 0;
    float s6 = 0;
    float s7 = 0;
    int even = depth & Integer.MAX_VALUE - 1;
    for (int k = 0; k < even; k += 2) {
      float a0 = a[aAt + k];
      float a1 = a[aAt + k + 1];
      s0 = Math.fma(a0, b[b0 + k], s0);
      s1 = Math.fma(a0, b[b1 + k], s1);
      s2 = Math.fma(a0, b[b2 + k], s2);
      s3 = Math.fma(a0, b[b3 + k], s3);
      s4 = Math.fma(a0, b[b4 + k], s4);
      s5 = Math.fma(a0, b[b5 + k], s5);
      s6 = Math.fma(a0, b[b6 + k], s6);
      s7 = Math.fma(a0, b[b7 + k], s7);
      s0 = Math.fma(a1, b[b0 + k + 1], s0);
      s1 = Math.fma(a1, b[b1 + k + 1], s1);
      s2 = Math.fma(a1, b[b2 + k + 1], s2);
      s3 = Math.fma(a1, b[b3 + k + 1], s3);
      s4 = Math.fma(a1, b[b4 + k + 1], s4);
      s5 = Math.fma(a1, b[b5 + k + 1], s5);
      s6 = Math.fma(a1, b[b6 + k + 1], s6);
      s7 = Math.fma(a1, b[b7 + k + 1], s7);
    }
    if (even < depth) {
      float a0 = a[aAt + even];
      s0 = Math.fma(a0, b[b0 + even], s0);
      s1 = Math.fma(a0, b[b1 + even], s1);
      s2 = Math.fma(a0, b[b2 + even], s2);
      s3 = Math.fma(a0, b[b3 + even], s3);
      s4 = Math.fma(a0, b[b4 + even], s4);
      s5 = Math.fma(a0, b[b5 + even], s5);
      s6 = Math.fma(a0, b[b6 + even], s6);
      s7 = Math.fma(a0, b[b7 + even], s7);
    }
    sums[0] = s0;
    sums[1] = s1;
    sums[2] = s2;
    sums[3] = s3;
    sums[4] = s4;
    sums[5] = s5;
    sums[6] = s6;
    sums[7] = s7;
  }

  private static void rows(
      float[] a, int aAt, float[] b, int at, int step, int last, int depth, float[] sums) {
    int b0 = at;
    int b1 = Math.min(at + step, last);
    int b2 = Math.min(at + 2 * step, last);
    int b3 = Math.min(at + 3 * step, last);
    int b4 = Math.min(at + 4 * step, last);
    int b5 = Math.min(at + 5 * step, last);
    int b6 = Math.min(at + 6 * step, last);
    int b7 = Math.min(at + 7 * step, last);
    FloatVector s0 = zero(FLOATS);
    FloatVector s1 = zero(FLOATS);
    FloatVector s2 = zero(FLOATS);
    FloatVector s3 = zero(FLOATS);
    FloatVector s4 = zero(FLOATS);
    FloatVector s5 = zero(FLOATS);
    FloatVector s6 = zero(FLOATS);
    FloatVector s7 = zero(FLOATS);
    for (int k = 0; k < depth; k++) {
      FloatVector v = load(a, aAt + k * LANES);
      s0 = broadcast(FLOATS, b[b0 + k]).fma(v, s0);
      s1 = broadcast(FLOATS, b[b1 + k]).fma(v, s1);
      s2 = broadcast(FLOATS, b[b2 + k]).fma(v, s2);
      s3 = broadcast(FLOATS, b[b3 + k]).fma(v, s3);
      s4 = broadcast(FLOATS, b[b4 + k]).fma(v, s4);
      s5 = broadcast(FLOATS, b[b5 + k]).fma(v, s5);
      s6 = broadcast(FLOATS, b[b6 + k]).fma(v, s6);
      s7 = broadcast(FLOATS, b[b7 + k]).fma(v, s7);
    }
    keep(s0, sums, 0);
    keep(s1, sums, 1);
    keep(s2, sums, 2);
    keep(s3, sums, 3);
    keep(s4, sums, 4);
    keep(s5, sums, 5);
    keep(s6, sums, 6);
    keep(s7, sums, 7);
  }

  /** Stores a sum. A vector that a loop carries must not be a receiver (C2-33). */
  @Inline
  private static void keep(FloatVector sum, float[] sums, int c) {
    broadcast(FLOATS, -0f).add(sum).intoArray(sums, c * LANES);
  }

  /** One row along the lanes: four vectors of columns side by side, each lane a chain. */
  private void alongLanes() {
    int whole = Lanes.wholeGroups(p.columns(), TilePlace.WIDTH);
    for (int k = 0; k == 0 || k < p.depth(); k += DEPTH) {
      int depth = Math.min(DEPTH, p.depth() - k);
      for (int j = 0; j < whole; j += TilePlace.WIDTH) {
        place.set(p, 0, j, k == 0);
        columns(place, p.a.array, p.a.index(0, k), p.a.columnStep, p.b, p.b.index(k, j), depth);
      }
      for (int j = whole; j < p.columns(); j++) {
        place.set(p, 0, j, k == 0);
        column(place, p.a.array, p.a.index(0, k), p.a.columnStep, p.b, p.b.index(k, j), depth);
      }
    }
    place.end();
  }

  private static void columns(
      TilePlace t, float[] a, int aAt, int aStep, Operand operand, int bAt, int depth) {
    float[] b = operand.array;
    int bStep = operand.rowStep;
    FloatVector s0 = load(t.chain, t.chainAt);
    FloatVector s1 = load(t.chain, t.chainAt + LANES);
    FloatVector s2 = load(t.chain, t.chainAt + 2 * LANES);
    FloatVector s3 = load(t.chain, t.chainAt + 3 * LANES);
    for (int k = 0; k < depth; k++) {
      int j = bAt + k * bStep;
      FloatVector v = broadcast(FLOATS, a[aAt + k * aStep]);
      s0 = v.fma(load(b, j), s0);
      s1 = v.fma(load(b, j + LANES), s1);
      s2 = v.fma(load(b, j + 2 * LANES), s2);
      s3 = v.fma(load(b, j + 3 * LANES), s3);
    }
    load(t.base, t.baseAt).add(s0).intoArray(t.out, t.at);
    load(t.base, t.baseAt + LANES).add(s1).intoArray(t.out, t.at + LANES);
    load(t.base, t.baseAt + 2 * LANES).add(s2).intoArray(t.out, t.at + 2 * LANES);
    load(t.base, t.baseAt + 3 * LANES).add(s3).intoArray(t.out, t.at + 3 * LANES);
  }

  private static void column(
      TilePlace t, float[] a, int aAt, int aStep, Operand operand, int bAt, int depth) {
    float sum = t.chain[t.chainAt];
    for (int k = 0; k < depth; k++) {
      sum = Math.fma(a[aAt + k * aStep], operand.array[bAt + k * operand.rowStep], sum);
    }
    t.out[t.at] = t.base[t.baseAt] + sum;
  }
}
