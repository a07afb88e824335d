package io.github.softmax4j.internal.vector.product;

import static io.github.softmax4j.internal.vector.math.Lanes.FLOATS;
import static io.github.softmax4j.internal.vector.math.Lanes.load;
import static io.github.softmax4j.internal.vector.math.Width.LANES;
import static io.github.softmax4j.internal.vector.math.Width.MANY_REGISTERS;
import static jdk.incubator.vector.FloatVector.broadcast;

import io.github.softmax4j.internal.vector.math.Inline;
import jdk.incubator.vector.FloatVector;

/**
 * The product of a panel of {@code a} and a panel of {@code b}: one tile of the result, whose sums
 * stay in registers.
 *
 * <p>C2 keeps broadcasts and loads of a step alive. A tile of {@code r} rows and {@code v} vectors
 * therefore needs some {@code r v + r + v} registers: 6 x 3 of 32, or 4 x 2 of 16.
 */
final class MicroKernel {

  /** Rows of a tile, and of a panel of {@code a}. */
  static final int ROWS = MANY_REGISTERS ? 6 : 4;

  /** Most vectors of a tile. */
  static final int VECTORS = MANY_REGISTERS ? 3 : 2;

  /** Columns of a panel of {@code b}. */
  static final int COLUMNS = VECTORS * LANES;

  /**
   * Elements of {@code b} for one of {@code a}. The loop counts elements of {@code a}, so that C2
   * sees both indices as its multiples and checks their ranges once (C2-40).
   */
  private static final int RATIO = COLUMNS / ROWS;

  private MicroKernel() {}

  /** Adds products to a tile of three vectors. */
  static void three(TilePlace t, float[] a, int aAt, float[] b, int depth) {
    tile(t, a, aAt, b, 0, 0, depth, 3, false);
  }

  /** Adds products to a tile of three vectors, of rows of {@code b} that are not packed. */
  static void direct(TilePlace t, float[] a, int aAt, float[] b, int bAt, int bStep, int depth) {
    tile(t, a, aAt, b, bAt, bStep, depth, VECTORS, true);
  }

  /** Adds products to a tile of two vectors. */
  static void two(TilePlace t, float[] a, int aAt, float[] b, int depth) {
    tile(t, a, aAt, b, 0, 0, depth, 2, false);
  }

  /** Adds products to a tile of one vector. */
  static void one(TilePlace t, float[] a, int aAt, float[] b, int depth) {
    tile(t, a, aAt, b, 0, 0, depth, 1, false);
  }

  /**
   * Adds products to a tile.
   *
   * <p>Valid for all floats. Each sum is one chain of fused multiply-adds.
   *
   * @param a panels of {@link #ROWS} elements for each step of the depth
   * @param aAt index of the panel in {@code a}
   * @param b a panel of {@link #COLUMNS} elements for each step, of which {@code vectors} are used
   */
  @Inline
  private static void tile(
      TilePlace t,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      int bStep,
      int depth,
      int vectors,
      boolean direct) {
    int next = bAt;
    float[] chain = t.chain;
    int from = t.chainAt;
    int step = t.chainStep;
    FloatVector c00 = load(chain, from);
    FloatVector c10 = load(chain, from + step);
    FloatVector c20 = load(chain, from + 2 * step);
    FloatVector c30 = load(chain, from + 3 * step);
    FloatVector c01 = c00;
    FloatVector c11 = c10;
    FloatVector c21 = c20;
    FloatVector c31 = c30;
    FloatVector c02 = c00;
    FloatVector c12 = c10;
    FloatVector c22 = c20;
    FloatVector c32 = c30;
    FloatVector c40 = c00;
    FloatVector c41 = c00;
    FloatVector c42 = c00;
    FloatVector c50 = c00;
    FloatVector c51 = c00;
    FloatVector c52 = c00;
    if (vectors > 1) {
      c01 = load(chain, from + LANES);
      c11 = load(chain, from + step + LANES);
      c21 = load(chain, from + 2 * step + LANES);
      c31 = load(chain, from + 3 * step + LANES);
    }
    if (vectors > 2) {
      c02 = load(chain, from + 2 * LANES);
      c12 = load(chain, from + step + 2 * LANES);
      c22 = load(chain, from + 2 * step + 2 * LANES);
      c32 = load(chain, from + 3 * step + 2 * LANES);
    }
    if (MANY_REGISTERS) {
      c40 = load(chain, from + 4 * step);
      c50 = load(chain, from + 5 * step);
      if (vectors > 1) {
        c41 = load(chain, from + 4 * step + LANES);
        c51 = load(chain, from + 5 * step + LANES);
      }
      if (vectors > 2) {
        c42 = load(chain, from + 4 * step + 2 * LANES);
        c52 = load(chain, from + 5 * step + 2 * LANES);
      }
    }
    int end = depth * ROWS;
    for (int k = 0; k < end; k += ROWS) {
      int i = aAt + k;
      int j = direct ? next : k * RATIO;
      next += bStep;
      FloatVector b0 = load(b, j);
      FloatVector b1 = b0;
      FloatVector b2 = b0;
      if (vectors > 1) {
        b1 = load(b, j + LANES);
      }
      if (vectors > 2) {
        b2 = load(b, j + 2 * LANES);
      }
      FloatVector a0 = broadcast(FLOATS, a[i]);
      FloatVector a1 = broadcast(FLOATS, a[i + 1]);
      FloatVector a2 = broadcast(FLOATS, a[i + 2]);
      FloatVector a3 = broadcast(FLOATS, a[i + 3]);
      c00 = a0.fma(b0, c00);
      c10 = a1.fma(b0, c10);
      c20 = a2.fma(b0, c20);
      c30 = a3.fma(b0, c30);
      if (vectors > 1) {
        c01 = a0.fma(b1, c01);
        c11 = a1.fma(b1, c11);
        c21 = a2.fma(b1, c21);
        c31 = a3.fma(b1, c31);
      }
      if (vectors > 2) {
        c02 = a0.fma(b2, c02);
        c12 = a1.fma(b2, c12);
        c22 = a2.fma(b2, c22);
        c32 = a3.fma(b2, c32);
      }
      if (MANY_REGISTERS) {
        FloatVector a4 = broadcast(FLOATS, a[i + 4]);
        FloatVector a5 = broadcast(FLOATS, a[i + 5]);
        c40 = a4.fma(b0, c40);
        c50 = a5.fma(b0, c50);
        if (vectors > 1) {
          c41 = a4.fma(b1, c41);
          c51 = a5.fma(b1, c51);
        }
        if (vectors > 2) {
          c42 = a4.fma(b2, c42);
          c52 = a5.fma(b2, c52);
        }
      }
    }
    store(t, 0, c00, c01, c02, vectors);
    store(t, 1, c10, c11, c12, vectors);
    store(t, 2, c20, c21, c22, vectors);
    store(t, 3, c30, c31, c32, vectors);
    if (MANY_REGISTERS) {
      store(t, 4, c40, c41, c42, vectors);
      store(t, 5, c50, c51, c52, vectors);
    }
  }

  /** Stores the sums of a row, each added to what it joins. Rounded once. */
  @Inline
  private static void store(
      TilePlace t, int row, FloatVector v0, FloatVector v1, FloatVector v2, int vectors) {
    int from = t.baseAt + row * t.baseStep;
    int to = t.at + row * t.step;
    load(t.base, from).add(v0).intoArray(t.out, to);
    if (vectors > 1) {
      load(t.base, from + LANES).add(v1).intoArray(t.out, to + LANES);
    }
    if (vectors > 2) {
      load(t.base, from + 2 * LANES).add(v2).intoArray(t.out, to + 2 * LANES);
    }
  }
}
