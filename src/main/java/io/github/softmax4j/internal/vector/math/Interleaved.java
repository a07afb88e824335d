package io.github.softmax4j.internal.vector.math;

import static io.github.softmax4j.internal.vector.math.Lanes.INTS;
import static io.github.softmax4j.internal.vector.math.Lanes.LANES;
import static io.github.softmax4j.internal.vector.math.Lanes.load;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Transposes rows of two to four classes without gaps between them: see {@link Transpose} for
 * others. As many rows as there are lanes are as many whole vectors as they have classes.
 *
 * <p>Lanes are picked from two vectors at once: from the first by their number, from the second by
 * their number plus that of lanes.
 */
public final class Interleaved {

  /** Every second of two vectors' lanes, then the others. */
  private static final int EVEN_ODD = 0;

  /** The lanes of two vectors in turns: of their lower halves, then of the upper ones. */
  private static final int LOW_HIGH = 2 * LANES;

  /** For each class: from two of three vectors, then from that and the third. */
  private static final int TO_CLASSES = 4 * LANES;

  /** For each vector of rows: from two of three classes, then from that and the third. */
  private static final int TO_ROWS = 10 * LANES;

  private static final int[] PICKS = picks();

  private Interleaved() {}

  private static int[] picks() {
    int[] picks = new int[16 * LANES];
    for (int i = 0; i < 2 * LANES; i++) {
      picks[EVEN_ODD + i] = i < LANES ? 2 * i : 2 * (i - LANES) + 1;
      picks[LOW_HIGH + i] = i / 2 + i % 2 * LANES;
    }
    for (int i = 0; i < LANES; i++) {
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

  public static boolean fits(int classes) {
    return 2 <= classes && classes <= 4;
  }

  /** As {@link Transpose#toClasses}; no more is read and written than is there. */
  public static void toClasses(
      float[] x, int from, int rows, int classes, float[] tile, int at, int pitch) {
    switch (classes) {
      case 2 -> pairsToClasses(x, from, rows, tile, at, pitch);
      case 3 -> triplesToClasses(x, from, rows, tile, at, pitch);
      default -> quadsToClasses(x, from, rows, tile, at, pitch);
    }
  }

  /** As {@link Transpose#toRows}; no more is written than is there. */
  public static void toRows(
      float[] tile, int at, int pitch, int rows, float[] y, int to, int classes) {
    switch (classes) {
      case 2 -> pairsToRows(tile, at, pitch, rows, y, to);
      case 3 -> triplesToRows(tile, at, pitch, rows, y, to);
      default -> quadsToRows(tile, at, pitch, rows, y, to);
    }
  }

  private static void pairsToClasses(
      float[] x, int from, int rows, float[] tile, int at, int pitch) {
    for (int r = 0; r < rows; r += LANES) {
      pair(x, from + 2 * r, LANES, tile, at + r, pitch, EVEN_ODD);
    }
  }

  private static void pairsToRows(float[] tile, int at, int pitch, int rows, float[] y, int to) {
    for (int r = 0; r < rows; r += LANES) {
      pair(tile, at + r, pitch, y, to + 2 * r, LANES, LOW_HIGH);
    }
  }

  private static void triplesToClasses(
      float[] x, int from, int rows, float[] tile, int at, int pitch) {
    for (int r = 0; r < rows; r += LANES) {
      triple(x, from + 3 * r, LANES, tile, at + r, pitch, TO_CLASSES);
    }
  }

  private static void triplesToRows(float[] tile, int at, int pitch, int rows, float[] y, int to) {
    for (int r = 0; r < rows; r += LANES) {
      triple(tile, at + r, pitch, y, to + 3 * r, LANES, TO_ROWS);
    }
  }

  private static void quadsToClasses(
      float[] x, int from, int rows, float[] tile, int at, int pitch) {
    for (int r = 0; r < rows; r += LANES) {
      quad(x, from + 4 * r, LANES, 1, tile, at + r, pitch, EVEN_ODD);
    }
  }

  private static void quadsToRows(float[] tile, int at, int pitch, int rows, float[] y, int to) {
    for (int r = 0; r < rows; r += LANES) {
      quad(tile, at + r, pitch, 2, y, to + 4 * r, LANES, LOW_HIGH);
    }
  }

  /**
   * Two vectors, {@code apart} from each other, to two.
   *
   * <p>Valid for 4, 8 and 16 lanes. Exact. One permutation makes each.
   */
  @Inline
  private static void pair(float[] x, int i, int apart, float[] y, int j, int yApart, int picks) {
    FloatVector a = load(x, i);
    FloatVector b = load(x, i + apart);
    pick(a, b, picks).intoArray(y, j);
    pick(a, b, picks + LANES).intoArray(y, j + yApart);
  }

  /**
   * Three vectors to three.
   *
   * <p>Valid for 4, 8 and 16 lanes. Exact. Two permutations make each: one picks of two vectors.
   */
  @Inline
  private static void triple(float[] x, int i, int apart, float[] y, int j, int yApart, int picks) {
    FloatVector a = load(x, i);
    FloatVector b = load(x, i + apart);
    FloatVector c = load(x, i + 2 * apart);
    FloatVector first = pick(pick(a, b, picks), c, picks + LANES);
    FloatVector second = pick(pick(a, b, picks + 2 * LANES), c, picks + 3 * LANES);
    FloatVector third = pick(pick(a, b, picks + 4 * LANES), c, picks + 5 * LANES);
    first.intoArray(y, j);
    second.intoArray(y, j + yApart);
    third.intoArray(y, j + 2 * yApart);
  }

  /**
   * Four vectors to four, as pairs of pairs.
   *
   * <p>Valid for 4, 8 and 16 lanes. Exact. Two permutations make each; four of these are shared.
   *
   * @param second which vector is the second one: classes 0 and 2 alternate in rows, then 1 and 3
   */
  @Inline
  private static void quad(
      float[] x, int i, int apart, int second, float[] y, int j, int yApart, int picks) {
    FloatVector a = load(x, i);
    FloatVector b = load(x, i + second * apart);
    FloatVector c = load(x, i + (3 - second) * apart);
    FloatVector d = load(x, i + 3 * apart);
    FloatVector e = pick(a, b, picks);
    FloatVector f = pick(c, d, picks);
    FloatVector g = pick(a, b, picks + LANES);
    FloatVector h = pick(c, d, picks + LANES);
    pick(e, f, picks).intoArray(y, j);
    pick(g, h, picks).intoArray(y, j + second * yApart);
    pick(e, f, picks + LANES).intoArray(y, j + (3 - second) * yApart);
    pick(g, h, picks + LANES).intoArray(y, j + 3 * yApart);
  }

  /**
   * Lanes of two vectors, by the numbers from {@code picks} on in {@link #PICKS}.
   *
   * <p>Valid for all bits, exact: integers are moved, so NaN stays as it is. The numbers are loaded
   * here, in a loop, as C2 must know the class of a receiver. It loads them before the loop.
   */
  @Inline
  private static FloatVector pick(FloatVector a, FloatVector b, int picks) {
    return IntVector.fromArray(INTS, PICKS, picks)
        .selectFrom(a.reinterpretAsInts(), b.reinterpretAsInts())
        .reinterpretAsFloats();
  }
}
