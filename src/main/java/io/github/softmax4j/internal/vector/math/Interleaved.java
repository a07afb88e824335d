package io.github.softmax4j.internal.vector.math;

import static io.github.softmax4j.internal.vector.math.Lanes.INTS;
import static io.github.softmax4j.internal.vector.math.Lanes.LANES;
import static io.github.softmax4j.internal.vector.math.Lanes.load;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Transposes rows of two to four classes without gaps between the rows. {@link Transpose} does all
 * other rows.
 *
 * <p>One row per lane fills one vector per class. Permutations select lanes of two vectors by
 * index: indices from {@code LANES} on mean the second vector. The constants are offsets into the
 * indices.
 */
public final class Interleaved {

  /** Indices of the lanes with even numbers, then of those with odd numbers. */
  private static final int DEINTERLEAVE = 0;

  /** Indices that alternate between two vectors: their lower halves, then their upper halves. */
  private static final int INTERLEAVE = 2 * LANES;

  /** For each class, indices into the first two of three vectors, then into that and the third. */
  private static final int TO_CLASSES = 4 * LANES;

  /** For each vector of rows, the same of the first two of three classes and the third. */
  private static final int TO_ROWS = 10 * LANES;

  private static final int[] INDICES = indices();

  private Interleaved() {}

  private static int[] indices() {
    int[] indices = new int[16 * LANES];
    for (int i = 0; i < 2 * LANES; i++) {
      indices[DEINTERLEAVE + i] = i < LANES ? 2 * i : 2 * (i - LANES) + 1;
      indices[INTERLEAVE + i] = i / 2 + i % 2 * LANES;
    }
    for (int i = 0; i < LANES; i++) {
      for (int k = 0; k < 3; k++) {
        int element = 3 * i + k;
        boolean isInFirstTwo = element < 2 * LANES;
        indices[TO_CLASSES + 2 * k * LANES + i] = isInFirstTwo ? element : 0;
        indices[TO_CLASSES + (2 * k + 1) * LANES + i] = isInFirstTwo ? i : element - LANES;
        int row = (k * LANES + i) / 3;
        int c = (k * LANES + i) % 3;
        indices[TO_ROWS + 2 * k * LANES + i] = c == 0 ? row : LANES + row;
        indices[TO_ROWS + (2 * k + 1) * LANES + i] = c == 2 ? LANES + row : i;
      }
    }
    return indices;
  }

  /** Whether this class transposes rows of so many classes. */
  public static boolean fits(int classes) {
    return 2 <= classes && classes <= 4;
  }

  /** As {@link Transpose#toClasses}, but reads and writes the given rows only. */
  public static void toClasses(
      float[] x, int xRow, int rows, int classes, float[] tile, int start, int pitch) {
    switch (classes) {
      case 2 -> pairsToClasses(x, xRow, rows, tile, start, pitch);
      case 3 -> triplesToClasses(x, xRow, rows, tile, start, pitch);
      default -> quadsToClasses(x, xRow, rows, tile, start, pitch);
    }
  }

  /** As {@link Transpose#toRows}, but writes the given rows only. */
  public static void toRows(
      float[] tile, int start, int pitch, int rows, float[] y, int yRow, int classes) {
    switch (classes) {
      case 2 -> pairsToRows(tile, start, pitch, rows, y, yRow);
      case 3 -> triplesToRows(tile, start, pitch, rows, y, yRow);
      default -> quadsToRows(tile, start, pitch, rows, y, yRow);
    }
  }

  private static void pairsToClasses(
      float[] x, int xRow, int rows, float[] tile, int start, int pitch) {
    for (int r = 0; r < rows; r += LANES) {
      pair(x, xRow + 2 * r, LANES, tile, start + r, pitch, DEINTERLEAVE);
    }
  }

  private static void pairsToRows(
      float[] tile, int start, int pitch, int rows, float[] y, int yRow) {
    for (int r = 0; r < rows; r += LANES) {
      pair(tile, start + r, pitch, y, yRow + 2 * r, LANES, INTERLEAVE);
    }
  }

  private static void triplesToClasses(
      float[] x, int xRow, int rows, float[] tile, int start, int pitch) {
    for (int r = 0; r < rows; r += LANES) {
      triple(x, xRow + 3 * r, LANES, tile, start + r, pitch, TO_CLASSES);
    }
  }

  private static void triplesToRows(
      float[] tile, int start, int pitch, int rows, float[] y, int yRow) {
    for (int r = 0; r < rows; r += LANES) {
      triple(tile, start + r, pitch, y, yRow + 3 * r, LANES, TO_ROWS);
    }
  }

  private static void quadsToClasses(
      float[] x, int xRow, int rows, float[] tile, int start, int pitch) {
    for (int r = 0; r < rows; r += LANES) {
      quad(x, xRow + 4 * r, LANES, 1, tile, start + r, pitch, DEINTERLEAVE);
    }
  }

  private static void quadsToRows(
      float[] tile, int start, int pitch, int rows, float[] y, int yRow) {
    for (int r = 0; r < rows; r += LANES) {
      quad(tile, start + r, pitch, 2, y, yRow + 4 * r, LANES, INTERLEAVE);
    }
  }

  /**
   * Permutes two vectors, {@code xStep} from each other.
   *
   * <p>Valid for 4, 8 and 16 lanes. Exact. It takes one permutation per vector.
   */
  @Inline
  private static void pair(float[] x, int i, int xStep, float[] y, int j, int yStep, int indices) {
    FloatVector a = load(x, i);
    FloatVector b = load(x, i + xStep);
    select(a, b, indices).intoArray(y, j);
    select(a, b, indices + LANES).intoArray(y, j + yStep);
  }

  /**
   * Permutes three vectors.
   *
   * <p>Valid for 4, 8 and 16 lanes. Exact. It takes two permutations per vector: one reads two
   * vectors.
   */
  @Inline
  private static void triple(
      float[] x, int i, int xStep, float[] y, int j, int yStep, int indices) {
    FloatVector a = load(x, i);
    FloatVector b = load(x, i + xStep);
    FloatVector c = load(x, i + 2 * xStep);
    FloatVector first = select(select(a, b, indices), c, indices + LANES);
    FloatVector second = select(select(a, b, indices + 2 * LANES), c, indices + 3 * LANES);
    FloatVector third = select(select(a, b, indices + 4 * LANES), c, indices + 5 * LANES);
    first.intoArray(y, j);
    second.intoArray(y, j + yStep);
    third.intoArray(y, j + 2 * yStep);
  }

  /**
   * Permutes four vectors, as pairs of pairs.
   *
   * <p>Valid for 4, 8 and 16 lanes. Exact. It takes two permutations per vector.
   *
   * @param second the vector that is paired with vector 0: 1 to make classes, 2 to make rows
   */
  @Inline
  private static void quad(
      float[] x, int i, int xStep, int second, float[] y, int j, int yStep, int indices) {
    FloatVector a = load(x, i);
    FloatVector b = load(x, i + second * xStep);
    FloatVector c = load(x, i + (3 - second) * xStep);
    FloatVector d = load(x, i + 3 * xStep);
    FloatVector e = select(a, b, indices);
    FloatVector f = select(c, d, indices);
    FloatVector g = select(a, b, indices + LANES);
    FloatVector h = select(c, d, indices + LANES);
    select(e, f, indices).intoArray(y, j);
    select(g, h, indices).intoArray(y, j + second * yStep);
    select(e, f, indices + LANES).intoArray(y, j + (3 - second) * yStep);
    select(g, h, indices + LANES).intoArray(y, j + 3 * yStep);
  }

  /**
   * Selects lanes of two vectors, by the indices from {@code indices} on in {@link #INDICES}.
   *
   * <p>Valid for all bits. Exact: it moves integers, so NaN keeps its bits. The load is in the loop
   * for C2-3.
   */
  @Inline
  private static FloatVector select(FloatVector a, FloatVector b, int indices) {
    return IntVector.fromArray(INTS, INDICES, indices)
        .selectFrom(a.reinterpretAsInts(), b.reinterpretAsInts())
        .reinterpretAsFloats();
  }
}
