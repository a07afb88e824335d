package io.github.softmax4j.internal.vector.product;

import static io.github.softmax4j.internal.vector.math.Lanes.FLOATS;
import static io.github.softmax4j.internal.vector.math.Lanes.load;
import static io.github.softmax4j.internal.vector.math.Width.LANES;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.zero;

import io.github.softmax4j.internal.MatrixProduct;
import io.github.softmax4j.internal.MatrixProduct.Operand;
import io.github.softmax4j.internal.vector.math.Inline;
import jdk.incubator.vector.FloatVector;

/**
 * Products of few rows or few columns, which lie across the lanes, one in each. The other operand
 * is read where it lies, once: eight of its rows or columns go side by side, and each element is
 * broadcast. Its depth is contiguous.
 */
final class AcrossLanes {

  /** Rows or columns of the broadcast operand that go side by side. */
  private static final int GROUP = 8;

  /** Most rows; more are faster in panels. */
  private static final int MOST_ROWS = Math.min(8, LANES);

  /**
   * Most steps of the depth, which bounds the copy of the narrow operand: 256 KiB with 16 lanes.
   */
  private static final int MOST_DEPTH = 1 << 12;

  private static final int DEPTH = MatrixProduct.BLOCK;

  /** The sums of a group, a vector for each of its rows or columns. */
  private final float[] sums = new float[GROUP * LANES];

  /** For each step of the depth, the elements of all lanes. */
  private float[] lanes = {};

  private MatrixProduct p;

  /** Whether the columns lie across the lanes, instead of the rows. */
  private boolean isOfColumns;

  /** Whether this class computes a product. */
  static boolean fits(MatrixProduct p) {
    return !p.continues
        && p.depth() <= MOST_DEPTH
        && (hasFewColumns(p) || p.b.rowStep == 1 && p.rows() <= MOST_ROWS);
  }

  /** Whether the columns lie across the lanes, of a product that {@link #fits}. */
  static boolean hasFewColumns(MatrixProduct p) {
    return p.a.columnStep == 1 && p.columns() <= LANES;
  }

  /** Computes a product that {@link #fits}. */
  void multiply(MatrixProduct product) {
    p = product;
    isOfColumns = hasFewColumns(p);
    takeLanes();
    int number = isOfColumns ? p.rows() : p.columns();
    for (int i = 0; number - i > 0; i += GROUP) { // the last i may overflow
      group(i, Math.min(GROUP, number - i));
    }
    p = null;
  }

  private void takeLanes() {
    int depth = p.depth();
    if (lanes.length < depth * LANES) {
      lanes = new float[depth * LANES];
    }
    Operand from = isOfColumns ? p.b : p.a;
    int number = isOfColumns ? p.columns() : p.rows();
    int laneStep = isOfColumns ? from.columnStep : from.rowStep;
    int step = isOfColumns ? from.rowStep : from.columnStep;
    for (int lane = 0; lane < number; lane++) {
      int at = from.at + lane * laneStep;
      for (int k = 0; k < depth; k++) {
        lanes[k * LANES + lane] = from.array[at + k * step];
      }
    }
  }

  /** A group of the broadcast operand. A group at the end has its last member several times. */
  private void group(int first, int size) {
    Operand operand = isOfColumns ? p.a : p.b;
    int step = isOfColumns ? operand.rowStep : operand.columnStep;
    int at = operand.at + first * step;
    for (int k = 0; k == 0 || k < p.depth(); k += DEPTH) {
      int depth = Math.min(DEPTH, p.depth() - k);
      chains(lanes, k * LANES, operand.array, at + k, step, size - 1, depth, sums);
      if (isOfColumns) {
        addRows(first, size, k == 0 ? p.start : p.out);
      } else {
        addColumns(first, size, k == 0 ? p.start : p.out);
      }
    }
  }

  private void addRows(int row, int size, Operand start) {
    for (int i = 0; i < size; i++) {
      int to = p.out.index(row + i, 0);
      int from = start.array == null ? 0 : start.index(row + i, 0);
      for (int lane = 0; lane < p.columns(); lane++) {
        float base = start.array == null ? 0 : start.array[from + lane];
        p.out.array[to + lane] = base + sums[i * LANES + lane];
      }
    }
  }

  private void addColumns(int column, int size, Operand start) {
    for (int lane = 0; lane < p.rows(); lane++) {
      int to = p.out.index(lane, column);
      int from = start.array == null ? 0 : start.index(lane, column);
      for (int i = 0; i < size; i++) {
        float base = start.array == null ? 0 : start.array[from + i];
        p.out.array[to + i] = base + sums[i * LANES + lane];
      }
    }
  }

  /** One chain in each lane, for eight members of a group. */
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
}
