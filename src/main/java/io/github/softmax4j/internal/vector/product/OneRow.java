package io.github.softmax4j.internal.vector.product;

import static io.github.softmax4j.internal.vector.math.Lanes.FLOATS;
import static io.github.softmax4j.internal.vector.math.Lanes.load;
import static io.github.softmax4j.internal.vector.math.Width.LANES;
import static jdk.incubator.vector.FloatVector.broadcast;

import io.github.softmax4j.internal.MatrixProduct;
import io.github.softmax4j.internal.MatrixProduct.Operand;
import io.github.softmax4j.internal.vector.math.Width;
import jdk.incubator.vector.FloatVector;

/**
 * Products of one row, which are bound by reading {@code b}. They read it where it lies, once.
 *
 * <p>If the columns of {@code b} are contiguous, the row goes along the lanes. If its depth is
 * contiguous, eight columns go side by side, each a chain of scalar operations: a transposition
 * would cost more.
 */
final class OneRow {

  /** Columns that go side by side without vectors. */
  private static final int GROUP = 8;

  private static final int DEPTH = MatrixProduct.BLOCK;

  private final float[] sums = new float[GROUP];

  private final TilePlace place = new TilePlace();

  private MatrixProduct p;

  /** Whether this class computes a product. */
  static boolean fits(MatrixProduct p) {
    return p.rows() == 1 && (p.b.columnStep == 1 || !p.continues);
  }

  /** Computes a product that {@link #fits}. */
  void multiply(MatrixProduct product) {
    p = product;
    if (p.b.columnStep == 1) {
      alongLanes();
    } else {
      for (int j = 0; p.columns() - j > 0; j += GROUP) { // the last j and k may overflow
        group(j, Math.min(GROUP, p.columns() - j));
      }
    }
    p = null;
  }

  /** A group of columns. A group at the end has its last column several times. */
  private void group(int j, int width) {
    int at = p.b.index(0, j);
    int step = p.b.columnStep;
    for (int k = 0; k == 0 || p.depth() - k > 0; k += DEPTH) {
      int depth = Math.min(DEPTH, p.depth() - k);
      chains(p.a.array, p.a.index(0, k), p.b.array, at + k, step, width - 1, depth, sums);
      add(j, width, k == 0 ? p.start : p.out);
    }
  }

  private void add(int j, int width, Operand start) {
    int to = p.out.index(0, j);
    int from = start.array == null ? 0 : start.index(0, j);
    for (int c = 0; c < width; c++) {
      float base = start.array == null ? 0 : start.array[from + c];
      p.out.array[to + c] = base + sums[c];
    }
  }

  private static void chains(
      float[] a, int aAt, float[] b, int at, int step, int last, int depth, float[] sums) {
    int b0 = at;
    int b1 = at + Math.min(1, last) * step;
    int b2 = at + Math.min(2, last) * step;
    int b3 = at + Math.min(3, last) * step;
    int b4 = at + Math.min(4, last) * step;
    int b5 = at + Math.min(5, last) * step;
    int b6 = at + Math.min(6, last) * step;
    int b7 = at + Math.min(7, last) * step;
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

  /** One row along the lanes: four vectors of columns side by side, each lane a chain. */
  private void alongLanes() {
    int whole = Width.wholeGroups(p.columns(), TilePlace.WIDTH);
    for (int k = 0; k == 0 || p.depth() - k > 0; k += DEPTH) {
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
