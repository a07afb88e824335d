package io.github.softmax4j.internal.vector.product;

import static io.github.softmax4j.internal.vector.math.Lanes.FLOATS;
import static io.github.softmax4j.internal.vector.math.Lanes.LANES;
import static io.github.softmax4j.internal.vector.math.Lanes.MANY_REGISTERS;
import static io.github.softmax4j.internal.vector.math.Lanes.load;
import static jdk.incubator.vector.FloatVector.broadcast;

import io.github.softmax4j.internal.vector.math.Inline;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * The product of a panel of {@code a} and a panel of {@code b}: one tile of the result, whose sums
 * stay in registers.
 *
 * <p>C2 keeps all broadcasts and all loads of a step alive. A tile of {@code r} rows and {@code v}
 * vectors therefore needs {@code r v + r + v} registers: 6 x 3 of 32, or 3 x 3 of 16.
 */
final class MicroKernel {

  /** Rows of a tile, and of a panel of {@code a}. */
  static final int ROWS = MANY_REGISTERS ? 6 : 3;

  /** Most vectors of a tile. */
  static final int VECTORS = 3;

  /** Zeros that a sum starts from. */
  private static final float[] ZEROS = new float[VECTORS * LANES];

  /** What a chain is added to that has started at the tile: -0 changes no float. */
  private static final float[] NOTHING = nothing();

  private MicroKernel() {}

  private static float[] nothing() {
    float[] nothing = new float[VECTORS * LANES];
    Arrays.fill(nothing, -0f);
    return nothing;
  }

  /** As {@link #tile}, with a tile of three vectors. */
  static void three(
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      int depth,
      float[] c,
      int cAt,
      int cStep,
      boolean continues) {
    tile(a, aAt, b, bAt, depth, c, cAt, cStep, continues, 3);
  }

  /** As {@link #tile}, with a tile of two vectors. */
  static void two(
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      int depth,
      float[] c,
      int cAt,
      int cStep,
      boolean continues) {
    tile(a, aAt, b, bAt, depth, c, cAt, cStep, continues, 2);
  }

  /** As {@link #tile}, with a tile of one vector. */
  static void one(
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      int depth,
      float[] c,
      int cAt,
      int cStep,
      boolean continues) {
    tile(a, aAt, b, bAt, depth, c, cAt, cStep, continues, 1);
  }

  /**
   * Adds products to a tile.
   *
   * @param a the panel of {@link #ROWS} elements for each step of the depth
   * @param b the panel of {@code vectors} vectors for each step
   * @param c the tile, whose rows are {@code cStep} apart
   * @param continues whether the chains start at the tile, instead of at 0 and being added to it
   */
  @Inline
  private static void tile(
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      int depth,
      float[] c,
      int cAt,
      int cStep,
      boolean continues,
      int vectors) {
    float[] from = continues ? c : ZEROS;
    int f0 = continues ? cAt : 0;
    int fStep = continues ? cStep : 0;
    int f1 = f0 + fStep;
    int f2 = f1 + fStep;
    int f3 = f2 + fStep;
    int f4 = f3 + fStep;
    int f5 = f4 + fStep;
    FloatVector c00 = load(from, f0);
    FloatVector c01 = load(from, f0 + LANES);
    FloatVector c02 = load(from, f0 + 2 * LANES);
    FloatVector c10 = load(from, f1);
    FloatVector c11 = load(from, f1 + LANES);
    FloatVector c12 = load(from, f1 + 2 * LANES);
    FloatVector c20 = load(from, f2);
    FloatVector c21 = load(from, f2 + LANES);
    FloatVector c22 = load(from, f2 + 2 * LANES);
    FloatVector c30 = load(from, f3);
    FloatVector c31 = load(from, f3 + LANES);
    FloatVector c32 = load(from, f3 + 2 * LANES);
    FloatVector c40 = load(from, f4);
    FloatVector c41 = load(from, f4 + LANES);
    FloatVector c42 = load(from, f4 + 2 * LANES);
    FloatVector c50 = load(from, f5);
    FloatVector c51 = load(from, f5 + LANES);
    FloatVector c52 = load(from, f5 + 2 * LANES);
    for (int k = 0; k < depth; k++) {
      int i = aAt + k * ROWS;
      int j = bAt + k * vectors * LANES;
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
      c00 = a0.fma(b0, c00);
      c10 = a1.fma(b0, c10);
      c20 = a2.fma(b0, c20);
      if (vectors > 1) {
        c01 = a0.fma(b1, c01);
        c11 = a1.fma(b1, c11);
        c21 = a2.fma(b1, c21);
      }
      if (vectors > 2) {
        c02 = a0.fma(b2, c02);
        c12 = a1.fma(b2, c12);
        c22 = a2.fma(b2, c22);
      }
      if (MANY_REGISTERS) {
        FloatVector a3 = broadcast(FLOATS, a[i + 3]);
        FloatVector a4 = broadcast(FLOATS, a[i + 4]);
        FloatVector a5 = broadcast(FLOATS, a[i + 5]);
        c30 = a3.fma(b0, c30);
        c40 = a4.fma(b0, c40);
        c50 = a5.fma(b0, c50);
        if (vectors > 1) {
          c31 = a3.fma(b1, c31);
          c41 = a4.fma(b1, c41);
          c51 = a5.fma(b1, c51);
        }
        if (vectors > 2) {
          c32 = a3.fma(b2, c32);
          c42 = a4.fma(b2, c42);
          c52 = a5.fma(b2, c52);
        }
      }
    }
    float[] base = continues ? NOTHING : c;
    int d0 = continues ? 0 : cAt;
    int dStep = continues ? 0 : cStep;
    store(c00, c01, c02, base, d0, c, cAt, vectors);
    store(c10, c11, c12, base, d0 + dStep, c, cAt + cStep, vectors);
    store(c20, c21, c22, base, d0 + 2 * dStep, c, cAt + 2 * cStep, vectors);
    if (MANY_REGISTERS) {
      store(c30, c31, c32, base, d0 + 3 * dStep, c, cAt + 3 * cStep, vectors);
      store(c40, c41, c42, base, d0 + 4 * dStep, c, cAt + 4 * cStep, vectors);
      store(c50, c51, c52, base, d0 + 5 * dStep, c, cAt + 5 * cStep, vectors);
    }
  }

  /** Stores the sums of a row, each added to what it joins. */
  @Inline
  private static void store(
      FloatVector v0,
      FloatVector v1,
      FloatVector v2,
      float[] base,
      int baseAt,
      float[] c,
      int at,
      int vectors) {
    load(base, baseAt).add(v0).intoArray(c, at);
    if (vectors > 1) {
      load(base, baseAt + LANES).add(v1).intoArray(c, at + LANES);
    }
    if (vectors > 2) {
      load(base, baseAt + 2 * LANES).add(v2).intoArray(c, at + 2 * LANES);
    }
  }
}
