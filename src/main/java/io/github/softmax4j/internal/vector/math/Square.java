package io.github.softmax4j.internal.vector.math;

import static io.github.softmax4j.internal.vector.math.Lanes.HAS_1;
import static io.github.softmax4j.internal.vector.math.Lanes.HAS_2;
import static io.github.softmax4j.internal.vector.math.Lanes.HAS_4;
import static io.github.softmax4j.internal.vector.math.Lanes.HAS_8;
import static io.github.softmax4j.internal.vector.math.Lanes.LANES;
import static io.github.softmax4j.internal.vector.math.Lanes.SWAP_1;
import static io.github.softmax4j.internal.vector.math.Lanes.SWAP_2;
import static io.github.softmax4j.internal.vector.math.Lanes.SWAP_4;
import static io.github.softmax4j.internal.vector.math.Lanes.SWAP_8;
import static io.github.softmax4j.internal.vector.math.Lanes.load;
import static io.github.softmax4j.internal.vector.math.Transpose.lowerHalves;
import static io.github.softmax4j.internal.vector.math.Transpose.upperHalves;

import jdk.incubator.vector.FloatVector;

/**
 * Transposes squares of as many rows as lanes in registers. Pairs of vectors exchange halves of 8,
 * 4, 2 and 1 lanes.
 */
public final class Square {

  private Square() {}

  /**
   * Transposes the squares beside each other in {@code x} to squares below each other in {@code y}.
   *
   * <p>Valid for 4, 8 and 16 lanes. Exact.
   *
   * @param n the columns of {@code x}, a multiple of the lanes; its rows are {@code step} apart
   * @param pitch the distance between rows of {@code y}
   */
  public static void transpose(float[] x, int at, int step, int n, float[] y, int to, int pitch) {
    for (int c = 0; c < n; c += LANES) {
      square(x, at + c, step, y, to + c * pitch, pitch);
    }
  }

  @Inline
  private static void square(float[] x, int at, int step, float[] y, int to, int pitch) {
    FloatVector v0 = load(x, at);
    FloatVector v1 = load(x, at + step);
    FloatVector v2 = load(x, at + 2 * step);
    FloatVector v3 = load(x, at + 3 * step);
    FloatVector v4 = LANES > 4 ? load(x, at + 4 * step) : v0;
    FloatVector v5 = LANES > 4 ? load(x, at + 5 * step) : v0;
    FloatVector v6 = LANES > 4 ? load(x, at + 6 * step) : v0;
    FloatVector v7 = LANES > 4 ? load(x, at + 7 * step) : v0;
    FloatVector v8 = LANES > 8 ? load(x, at + 8 * step) : v0;
    FloatVector v9 = LANES > 8 ? load(x, at + 9 * step) : v0;
    FloatVector v10 = LANES > 8 ? load(x, at + 10 * step) : v0;
    FloatVector v11 = LANES > 8 ? load(x, at + 11 * step) : v0;
    FloatVector v12 = LANES > 8 ? load(x, at + 12 * step) : v0;
    FloatVector v13 = LANES > 8 ? load(x, at + 13 * step) : v0;
    FloatVector v14 = LANES > 8 ? load(x, at + 14 * step) : v0;
    FloatVector v15 = LANES > 8 ? load(x, at + 15 * step) : v0;
    FloatVector a0 = LANES > 8 ? lowerHalves(v0, v8, HAS_8, SWAP_8) : v0;
    FloatVector a1 = LANES > 8 ? lowerHalves(v1, v9, HAS_8, SWAP_8) : v1;
    FloatVector a2 = LANES > 8 ? lowerHalves(v2, v10, HAS_8, SWAP_8) : v2;
    FloatVector a3 = LANES > 8 ? lowerHalves(v3, v11, HAS_8, SWAP_8) : v3;
    FloatVector a4 = LANES > 8 ? lowerHalves(v4, v12, HAS_8, SWAP_8) : v4;
    FloatVector a5 = LANES > 8 ? lowerHalves(v5, v13, HAS_8, SWAP_8) : v5;
    FloatVector a6 = LANES > 8 ? lowerHalves(v6, v14, HAS_8, SWAP_8) : v6;
    FloatVector a7 = LANES > 8 ? lowerHalves(v7, v15, HAS_8, SWAP_8) : v7;
    FloatVector a8 = LANES > 8 ? upperHalves(v0, v8, HAS_8, SWAP_8) : v8;
    FloatVector a9 = LANES > 8 ? upperHalves(v1, v9, HAS_8, SWAP_8) : v9;
    FloatVector a10 = LANES > 8 ? upperHalves(v2, v10, HAS_8, SWAP_8) : v10;
    FloatVector a11 = LANES > 8 ? upperHalves(v3, v11, HAS_8, SWAP_8) : v11;
    FloatVector a12 = LANES > 8 ? upperHalves(v4, v12, HAS_8, SWAP_8) : v12;
    FloatVector a13 = LANES > 8 ? upperHalves(v5, v13, HAS_8, SWAP_8) : v13;
    FloatVector a14 = LANES > 8 ? upperHalves(v6, v14, HAS_8, SWAP_8) : v14;
    FloatVector a15 = LANES > 8 ? upperHalves(v7, v15, HAS_8, SWAP_8) : v15;
    FloatVector b0 = LANES > 4 ? lowerHalves(a0, a4, HAS_4, SWAP_4) : a0;
    FloatVector b1 = LANES > 4 ? lowerHalves(a1, a5, HAS_4, SWAP_4) : a1;
    FloatVector b2 = LANES > 4 ? lowerHalves(a2, a6, HAS_4, SWAP_4) : a2;
    FloatVector b3 = LANES > 4 ? lowerHalves(a3, a7, HAS_4, SWAP_4) : a3;
    FloatVector b4 = LANES > 4 ? upperHalves(a0, a4, HAS_4, SWAP_4) : a4;
    FloatVector b5 = LANES > 4 ? upperHalves(a1, a5, HAS_4, SWAP_4) : a5;
    FloatVector b6 = LANES > 4 ? upperHalves(a2, a6, HAS_4, SWAP_4) : a6;
    FloatVector b7 = LANES > 4 ? upperHalves(a3, a7, HAS_4, SWAP_4) : a7;
    FloatVector b8 = LANES > 4 ? lowerHalves(a8, a12, HAS_4, SWAP_4) : a8;
    FloatVector b9 = LANES > 4 ? lowerHalves(a9, a13, HAS_4, SWAP_4) : a9;
    FloatVector b10 = LANES > 4 ? lowerHalves(a10, a14, HAS_4, SWAP_4) : a10;
    FloatVector b11 = LANES > 4 ? lowerHalves(a11, a15, HAS_4, SWAP_4) : a11;
    FloatVector b12 = LANES > 4 ? upperHalves(a8, a12, HAS_4, SWAP_4) : a12;
    FloatVector b13 = LANES > 4 ? upperHalves(a9, a13, HAS_4, SWAP_4) : a13;
    FloatVector b14 = LANES > 4 ? upperHalves(a10, a14, HAS_4, SWAP_4) : a14;
    FloatVector b15 = LANES > 4 ? upperHalves(a11, a15, HAS_4, SWAP_4) : a15;
    FloatVector c0 = lowerHalves(b0, b2, HAS_2, SWAP_2);
    FloatVector c1 = lowerHalves(b1, b3, HAS_2, SWAP_2);
    FloatVector c2 = upperHalves(b0, b2, HAS_2, SWAP_2);
    FloatVector c3 = upperHalves(b1, b3, HAS_2, SWAP_2);
    FloatVector c4 = lowerHalves(b4, b6, HAS_2, SWAP_2);
    FloatVector c5 = lowerHalves(b5, b7, HAS_2, SWAP_2);
    FloatVector c6 = upperHalves(b4, b6, HAS_2, SWAP_2);
    FloatVector c7 = upperHalves(b5, b7, HAS_2, SWAP_2);
    FloatVector c8 = lowerHalves(b8, b10, HAS_2, SWAP_2);
    FloatVector c9 = lowerHalves(b9, b11, HAS_2, SWAP_2);
    FloatVector c10 = upperHalves(b8, b10, HAS_2, SWAP_2);
    FloatVector c11 = upperHalves(b9, b11, HAS_2, SWAP_2);
    FloatVector c12 = lowerHalves(b12, b14, HAS_2, SWAP_2);
    FloatVector c13 = lowerHalves(b13, b15, HAS_2, SWAP_2);
    FloatVector c14 = upperHalves(b12, b14, HAS_2, SWAP_2);
    FloatVector c15 = upperHalves(b13, b15, HAS_2, SWAP_2);
    FloatVector d0 = lowerHalves(c0, c1, HAS_1, SWAP_1);
    FloatVector d1 = upperHalves(c0, c1, HAS_1, SWAP_1);
    FloatVector d2 = lowerHalves(c2, c3, HAS_1, SWAP_1);
    FloatVector d3 = upperHalves(c2, c3, HAS_1, SWAP_1);
    FloatVector d4 = lowerHalves(c4, c5, HAS_1, SWAP_1);
    FloatVector d5 = upperHalves(c4, c5, HAS_1, SWAP_1);
    FloatVector d6 = lowerHalves(c6, c7, HAS_1, SWAP_1);
    FloatVector d7 = upperHalves(c6, c7, HAS_1, SWAP_1);
    FloatVector d8 = lowerHalves(c8, c9, HAS_1, SWAP_1);
    FloatVector d9 = upperHalves(c8, c9, HAS_1, SWAP_1);
    FloatVector d10 = lowerHalves(c10, c11, HAS_1, SWAP_1);
    FloatVector d11 = upperHalves(c10, c11, HAS_1, SWAP_1);
    FloatVector d12 = lowerHalves(c12, c13, HAS_1, SWAP_1);
    FloatVector d13 = upperHalves(c12, c13, HAS_1, SWAP_1);
    FloatVector d14 = lowerHalves(c14, c15, HAS_1, SWAP_1);
    FloatVector d15 = upperHalves(c14, c15, HAS_1, SWAP_1);
    d0.intoArray(y, to);
    d1.intoArray(y, to + pitch);
    d2.intoArray(y, to + 2 * pitch);
    d3.intoArray(y, to + 3 * pitch);
    if (LANES > 4) {
      d4.intoArray(y, to + 4 * pitch);
      d5.intoArray(y, to + 5 * pitch);
      d6.intoArray(y, to + 6 * pitch);
      d7.intoArray(y, to + 7 * pitch);
    }
    if (LANES > 8) {
      d8.intoArray(y, to + 8 * pitch);
      d9.intoArray(y, to + 9 * pitch);
      d10.intoArray(y, to + 10 * pitch);
      d11.intoArray(y, to + 11 * pitch);
      d12.intoArray(y, to + 12 * pitch);
      d13.intoArray(y, to + 13 * pitch);
      d14.intoArray(y, to + 14 * pitch);
      d15.intoArray(y, to + 15 * pitch);
    }
  }
}
