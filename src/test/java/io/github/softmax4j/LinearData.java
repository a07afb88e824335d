package io.github.softmax4j;

import java.util.Random;

/**
 * Matrices for a linear layer. The signs and sizes depend on row and column, so that the sums of
 * all three products have the property that is named.
 */
enum LinearData {
  GAUSSIAN((at, random) -> random.nextGaussian()),
  /** No sign but plus: rounding errors cannot cancel in the sum of magnitudes. */
  POSITIVE((at, random) -> 1 + random.nextFloat()),
  /** Each product but the last of an odd number has the negative of the next one. */
  CANCELS_IN_PAIRS(
      (at, random) -> at.sign(at.row, at.column) * at.smooth(at.row / 2, at.column / 2)),
  /** The second half of a sum takes away what the first half has added. */
  CANCELS_IN_HALVES(
      (at, random) ->
          at.sign(2 * at.row / at.rows, 2 * at.column / at.columns)
              * at.smooth(at.row % ((at.rows + 1) / 2), at.column % ((at.columns + 1) / 2))),
  ALTERNATING((at, random) -> ((at.row + at.column) % 2 == 0 ? 1 : -1) * (1 + random.nextFloat())),
  /** Powers of two from 2^-20 to 2^20. */
  WIDE((at, random) -> Math.scalb(random.nextGaussian(), random.nextInt(-20, 21))),
  /** Products just below half a unit in the last place of the first one: chains lose them all. */
  FIRST_DOMINATES((at, random) -> at.row == 0 || at.column == 0 ? 1 : 0x1.fcp-13),
  /** Products on both sides of the smallest normal float, and sums that are subnormal. */
  SUBNORMAL((at, random) -> Math.scalb(random.nextGaussian(), random.nextInt(-75, -60))),
  /** Sums that overflow, or would without the fused multiply-add, and infinity minus infinity. */
  OVERFLOWING((at, random) -> Math.scalb(random.nextGaussian(), random.nextInt(60, 65))),
  SIGNED_ZEROS((at, random) -> random.nextInt(8) == 0 ? 1 : random.nextBoolean() ? 0.0 : -0.0),
  /** Few enough NaN and infinities that some sums are finite. */
  SPRINKLED(
      (at, random) ->
          random.nextInt(60) == 0 ? special(random) : random.nextInt(4) * random.nextGaussian());

  private static final float[] SPECIAL = {
    Float.NaN,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    Float.MIN_VALUE,
    -0.0f
  };

  private final Element element;

  LinearData(Element element) {
    this.element = element;
  }

  private static float special(Random random) {
    return SPECIAL[random.nextInt(SPECIAL.length)];
  }

  /** Whether the bounds hold, as nothing overflows or is subnormal. */
  boolean hasBound() {
    return compareTo(SUBNORMAL) < 0;
  }

  /** A matrix of a role of its own: signs depend on rows only, on columns only, or on none. */
  float[][] matrix(Sign sign, int rows, int columns, Random random) {
    float[][] matrix = new float[rows][columns];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        matrix[r][c] = (float) element.at(new Place(sign, r, c, rows, columns), random);
      }
    }
    return matrix;
  }

  /** The indices that change the sign of a matrix whose products cancel. */
  enum Sign {
    OF_BOTH,
    OF_ROW,
    OF_NONE
  }

  private record Place(Sign sign, int row, int column, int rows, int columns) {

    /** Minus where a given index that counts is odd. */
    int sign(int rowIndex, int columnIndex) {
      int odd =
          switch (sign) {
            case OF_BOTH -> rowIndex + columnIndex;
            case OF_ROW -> rowIndex;
            case OF_NONE -> 0;
          };
      return odd % 2 == 0 ? 1 : -1;
    }

    /** A value for a pair of indices, with all bits of a float in use. */
    double smooth(int rowIndex, int columnIndex) {
      return 1.5 + StrictMath.sin(12.9898 * rowIndex + 78.233 * columnIndex + sign.ordinal());
    }
  }

  private interface Element {
    double at(Place place, Random random);
  }
}
