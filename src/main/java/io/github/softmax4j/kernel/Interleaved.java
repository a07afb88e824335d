package io.github.softmax4j.kernel;

import static io.github.softmax4j.kernel.Lanes.FLOATS;
import static io.github.softmax4j.kernel.Lanes.INTS;
import static io.github.softmax4j.kernel.Lanes.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Rows of two to four classes without gaps between them: as many as there are lanes are as many
 * whole vectors as they have classes, of which each class takes every second, third or fourth
 * element. See {@link Turn} for other rows.
 *
 * <p>Lanes are picked from two vectors at once: from the first by their number, from the second by
 * their number plus that of lanes.
 */
final class Interleaved {

  /** Every second of two vectors' lanes, and the others. */
  private static final int EVEN = 0;

  private static final int ODD = LANES;

  /** The lanes of two vectors in turns, of their first halves and of the second ones. */
  private static final int LOW = 2 * LANES;

  private static final int HIGH = 3 * LANES;

  /** Class by class, from the first two of three vectors, and then from that and the third. */
  private static final int TO_CLASSES = 4 * LANES;

  /** Vector by vector, from the first two classes, and then from that and the third. */
  private static final int TO_ROWS = 10 * LANES;

  private static final int[] PICKS = picks();

  private Interleaved() {}

  private static int[] picks() {
    int[] picks = new int[16 * LANES];
    for (int i = 0; i < LANES; i++) {
      picks[EVEN + i] = 2 * i;
      picks[ODD + i] = 2 * i + 1;
      picks[LOW + i] = i / 2 + i % 2 * LANES;
      picks[HIGH + i] = (i + LANES) / 2 + i % 2 * LANES;
      for (int k = 0; k < 3; k++) {
        int element = 3 * i + k;
        boolean isInFirstTwo = element < 2 * LANES;
        picks[TO_CLASSES + 2 * k * LANES + i] = isInFirstTwo ? element : 0;
        picks[TO_CLASSES + (2 * k + 1) * LANES + i] = isInFirstTwo ? i : element - LANES;
        int row = (k * LANES + i) / 3;
        int c = (k * LANES + i) % 3;
        picks[TO_ROWS + 2 * k * LANES + i] = c == 0 ? row : LANES + row;
        picks[TO_ROWS + (2 * k + 1) * LANES + i] = c == 2 ? LANES + row : i;
      }
    }
    return picks;
  }

  static boolean fits(int classes) {
    return 2 <= classes && classes <= 4;
  }

  /** As {@link Turn#toClasses}; no more is read and written than is there. */
  static void toClasses(
      float[] x, int from, int rows, int classes, float[] tile, int at, int pitch) {
    switch (classes) {
      case 2 -> pairsToClasses(x, from, rows, tile, at, pitch);
      case 3 -> triplesToClasses(x, from, rows, tile, at, pitch);
      default -> quadsToClasses(x, from, rows, tile, at, pitch);
    }
  }

  /** As {@link Turn#toRows}; no more is written than is there. */
  static void toRows(float[] tile, int at, int pitch, int rows, float[] y, int to, int classes) {
    switch (classes) {
      case 2 -> pairsToRows(tile, at, pitch, rows, y, to);
      case 3 -> triplesToRows(tile, at, pitch, rows, y, to);
      default -> quadsToRows(tile, at, pitch, rows, y, to);
    }
  }

  private static void pairsToClasses(
      float[] x, int from, int rows, float[] tile, int at, int pitch) {
    IntVector even = IntVector.fromArray(INTS, PICKS, EVEN);
    IntVector odd = IntVector.fromArray(INTS, PICKS, ODD);
    for (int r = 0; r < rows; r += LANES) {
      int row = from + 2 * r;
      IntVector a = FloatVector.fromArray(FLOATS, x, row).reinterpretAsInts();
      IntVector b = FloatVector.fromArray(FLOATS, x, row + LANES).reinterpretAsInts();
      even.selectFrom(a, b).reinterpretAsFloats().intoArray(tile, at + r);
      odd.selectFrom(a, b).reinterpretAsFloats().intoArray(tile, at + r + pitch);
    }
  }

  private static void pairsToRows(float[] tile, int at, int pitch, int rows, float[] y, int to) {
    IntVector low = IntVector.fromArray(INTS, PICKS, LOW);
    IntVector high = IntVector.fromArray(INTS, PICKS, HIGH);
    for (int r = 0; r < rows; r += LANES) {
      int row = to + 2 * r;
      IntVector a = FloatVector.fromArray(FLOATS, tile, at + r).reinterpretAsInts();
      IntVector b = FloatVector.fromArray(FLOATS, tile, at + r + pitch).reinterpretAsInts();
      low.selectFrom(a, b).reinterpretAsFloats().intoArray(y, row);
      high.selectFrom(a, b).reinterpretAsFloats().intoArray(y, row + LANES);
    }
  }

  private static void triplesToClasses(
      float[] x, int from, int rows, float[] tile, int at, int pitch) {
    IntVector p0 = IntVector.fromArray(INTS, PICKS, TO_CLASSES);
    IntVector p1 = IntVector.fromArray(INTS, PICKS, TO_CLASSES + LANES);
    IntVector p2 = IntVector.fromArray(INTS, PICKS, TO_CLASSES + 2 * LANES);
    IntVector p3 = IntVector.fromArray(INTS, PICKS, TO_CLASSES + 3 * LANES);
    IntVector p4 = IntVector.fromArray(INTS, PICKS, TO_CLASSES + 4 * LANES);
    IntVector p5 = IntVector.fromArray(INTS, PICKS, TO_CLASSES + 5 * LANES);
    for (int r = 0; r < rows; r += LANES) {
      int row = from + 3 * r;
      IntVector a = FloatVector.fromArray(FLOATS, x, row).reinterpretAsInts();
      IntVector b = FloatVector.fromArray(FLOATS, x, row + LANES).reinterpretAsInts();
      IntVector c = FloatVector.fromArray(FLOATS, x, row + 2 * LANES).reinterpretAsInts();
      p1.selectFrom(p0.selectFrom(a, b), c).reinterpretAsFloats().intoArray(tile, at + r);
      p3.selectFrom(p2.selectFrom(a, b), c).reinterpretAsFloats().intoArray(tile, at + r + pitch);
      p5.selectFrom(p4.selectFrom(a, b), c)
          .reinterpretAsFloats()
          .intoArray(tile, at + r + 2 * pitch);
    }
  }

  private static void triplesToRows(float[] tile, int at, int pitch, int rows, float[] y, int to) {
    IntVector p0 = IntVector.fromArray(INTS, PICKS, TO_ROWS);
    IntVector p1 = IntVector.fromArray(INTS, PICKS, TO_ROWS + LANES);
    IntVector p2 = IntVector.fromArray(INTS, PICKS, TO_ROWS + 2 * LANES);
    IntVector p3 = IntVector.fromArray(INTS, PICKS, TO_ROWS + 3 * LANES);
    IntVector p4 = IntVector.fromArray(INTS, PICKS, TO_ROWS + 4 * LANES);
    IntVector p5 = IntVector.fromArray(INTS, PICKS, TO_ROWS + 5 * LANES);
    for (int r = 0; r < rows; r += LANES) {
      int row = to + 3 * r;
      IntVector a = FloatVector.fromArray(FLOATS, tile, at + r).reinterpretAsInts();
      IntVector b = FloatVector.fromArray(FLOATS, tile, at + r + pitch).reinterpretAsInts();
      IntVector c = FloatVector.fromArray(FLOATS, tile, at + r + 2 * pitch).reinterpretAsInts();
      p1.selectFrom(p0.selectFrom(a, b), c).reinterpretAsFloats().intoArray(y, row);
      p3.selectFrom(p2.selectFrom(a, b), c).reinterpretAsFloats().intoArray(y, row + LANES);
      p5.selectFrom(p4.selectFrom(a, b), c).reinterpretAsFloats().intoArray(y, row + 2 * LANES);
    }
  }

  private static void quadsToClasses(
      float[] x, int from, int rows, float[] tile, int at, int pitch) {
    IntVector even = IntVector.fromArray(INTS, PICKS, EVEN);
    IntVector odd = IntVector.fromArray(INTS, PICKS, ODD);
    for (int r = 0; r < rows; r += LANES) {
      int row = from + 4 * r;
      IntVector a = FloatVector.fromArray(FLOATS, x, row).reinterpretAsInts();
      IntVector b = FloatVector.fromArray(FLOATS, x, row + LANES).reinterpretAsInts();
      IntVector c = FloatVector.fromArray(FLOATS, x, row + 2 * LANES).reinterpretAsInts();
      IntVector d = FloatVector.fromArray(FLOATS, x, row + 3 * LANES).reinterpretAsInts();
      IntVector e = even.selectFrom(a, b);
      IntVector f = even.selectFrom(c, d);
      IntVector g = odd.selectFrom(a, b);
      IntVector h = odd.selectFrom(c, d);
      even.selectFrom(e, f).reinterpretAsFloats().intoArray(tile, at + r);
      even.selectFrom(g, h).reinterpretAsFloats().intoArray(tile, at + r + pitch);
      odd.selectFrom(e, f).reinterpretAsFloats().intoArray(tile, at + r + 2 * pitch);
      odd.selectFrom(g, h).reinterpretAsFloats().intoArray(tile, at + r + 3 * pitch);
    }
  }

  private static void quadsToRows(float[] tile, int at, int pitch, int rows, float[] y, int to) {
    IntVector low = IntVector.fromArray(INTS, PICKS, LOW);
    IntVector high = IntVector.fromArray(INTS, PICKS, HIGH);
    for (int r = 0; r < rows; r += LANES) {
      int row = to + 4 * r;
      IntVector a = FloatVector.fromArray(FLOATS, tile, at + r).reinterpretAsInts();
      IntVector b = FloatVector.fromArray(FLOATS, tile, at + r + pitch).reinterpretAsInts();
      IntVector c = FloatVector.fromArray(FLOATS, tile, at + r + 2 * pitch).reinterpretAsInts();
      IntVector d = FloatVector.fromArray(FLOATS, tile, at + r + 3 * pitch).reinterpretAsInts();
      IntVector e = low.selectFrom(a, c);
      IntVector f = high.selectFrom(a, c);
      IntVector g = low.selectFrom(b, d);
      IntVector h = high.selectFrom(b, d);
      low.selectFrom(e, g).reinterpretAsFloats().intoArray(y, row);
      high.selectFrom(e, g).reinterpretAsFloats().intoArray(y, row + LANES);
      low.selectFrom(f, h).reinterpretAsFloats().intoArray(y, row + 2 * LANES);
      high.selectFrom(f, h).reinterpretAsFloats().intoArray(y, row + 3 * LANES);
    }
  }
}
