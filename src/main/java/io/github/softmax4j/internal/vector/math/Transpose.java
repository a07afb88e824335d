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
import static io.github.softmax4j.internal.vector.math.Lanes.exchanged;
import static io.github.softmax4j.internal.vector.math.Lanes.load;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/**
 * Transposes rows of few classes into one vector per class, and back. Gathers cost one to several
 * cycles per element.
 *
 * <p>A step takes one row per lane, in blocks of eight or four classes. A vector holds the blocks
 * of several rows. It blends loads that start early enough to have each row in its lanes. Then
 * pairs of vectors exchange halves of 8, 4 and 2 lanes.
 */
public final class Transpose {

  /** The largest number of classes for {@link #toRows}. */
  public static final int MAX_TO_ROWS = LANES == 8 ? 12 : LANES > 8 ? 8 : 4;

  /** Exchanges the halves of a vector. */
  private static final VectorShuffle<Float> SWAP_HALVES = LANES > 8 ? SWAP_8 : SWAP_4;

  private Transpose() {}

  /**
   * Transposes rows to classes.
   *
   * <p>Valid for whole vectors of rows, 4, 8 and 16 lanes. Exact. It reads a whole vector from the
   * start of a row's last block, and writes up to 3 classes too many.
   *
   * @param xRow the index of the first row in {@code x}; rows are {@code stride} apart
   * @param start the index of the first class in {@code tile}; classes are {@code pitch} apart
   */
  public static void toClasses(
      float[] x, int xRow, int stride, int rows, int classes, float[] tile, int start, int pitch) {
    if (stride == classes && Interleaved.fits(classes)) {
      Interleaved.toClasses(x, xRow, rows, classes, tile, start, pitch);
      return;
    }
    int c = 0;
    for (; LANES > 4 && classes - c > 4; c += 8) {
      eightToClasses(x, xRow + c, stride, rows, tile, start + c * pitch, pitch);
    }
    for (; c < classes; c += 4) {
      fourToClasses(x, xRow + c, stride, rows, tile, start + c * pitch, pitch);
    }
  }

  private static void eightToClasses(
      float[] x, int xRow, int stride, int rows, float[] tile, int start, int pitch) {
    for (int r = 0; r < rows; r += LANES) {
      eight(x, xRow + r * stride, stride, tile, start + r, pitch, false);
    }
  }

  private static void fourToClasses(
      float[] x, int xRow, int stride, int rows, float[] tile, int start, int pitch) {
    for (int r = 0; r < rows; r += LANES) {
      four(x, xRow + r * stride, stride, tile, start + r, pitch, false);
    }
  }

  /**
   * Transposes classes to rows without gaps between the rows.
   *
   * <p>Valid for whole vectors of rows, 4, 8 and 16 lanes, up to {@link #MAX_TO_ROWS} classes.
   * Exact. From five classes on, it stores whole vectors of each row, and later rows overwrite the
   * excess. The excess of the last row remains, in {@link #rowsSpoilt} rows.
   */
  public static void toRows(
      float[] tile, int start, int pitch, int rows, float[] y, int yRow, int classes) {
    if (classes == 1) {
      System.arraycopy(tile, start, y, yRow, rows);
    } else if (Interleaved.fits(classes)) {
      Interleaved.toRows(tile, start, pitch, rows, y, yRow, classes);
    } else {
      if (classes > 8) {
        fourToRows(tile, start + 8 * pitch, pitch, rows, y, yRow + 8, classes);
      }
      eightToRows(tile, start, pitch, rows, y, yRow, classes);
    }
  }

  /** The number of rows after the given ones that {@link #toRows} may overwrite. */
  public static int rowsSpoilt(int classes) {
    if (classes == 1 || Interleaved.fits(classes)) {
      return 0;
    }
    int stored = (classes + LANES - 1) / LANES * LANES;
    return (stored - 1) / classes;
  }

  private static void eightToRows(
      float[] tile, int start, int pitch, int rows, float[] y, int yRow, int classes) {
    for (int r = 0; r < rows; r += LANES) {
      eight(tile, start + r, pitch, y, yRow + r * classes, classes, true);
    }
  }

  /** With eight lanes, the last four of up to twelve classes; the first eight must follow. */
  private static void fourToRows(
      float[] tile, int start, int pitch, int rows, float[] y, int yRow, int classes) {
    for (int r = 0; r < rows; r += LANES) {
      four(tile, start + r, pitch, y, yRow + r * classes, classes, true);
    }
  }

  /**
   * Transposes eight vectors, {@code xStep} apart.
   *
   * <p>Valid for 8 and 16 lanes. Exact. The three exchanges commute, so one order serves both ways.
   */
  @Inline
  private static void eight(
      float[] x, int i, int xStep, float[] y, int j, int yStep, boolean toRows) {
    FloatVector a = blockOfEight(x, i, xStep, toRows);
    FloatVector b = blockOfEight(x, i + xStep, xStep, toRows);
    FloatVector c = blockOfEight(x, i + 2 * xStep, xStep, toRows);
    FloatVector d = blockOfEight(x, i + 3 * xStep, xStep, toRows);
    FloatVector e = blockOfEight(x, i + 4 * xStep, xStep, toRows);
    FloatVector f = blockOfEight(x, i + 5 * xStep, xStep, toRows);
    FloatVector g = blockOfEight(x, i + 6 * xStep, xStep, toRows);
    FloatVector h = blockOfEight(x, i + 7 * xStep, xStep, toRows);
    FloatVector ae = lowerHalves(a, e, HAS_4, SWAP_4);
    FloatVector bf = lowerHalves(b, f, HAS_4, SWAP_4);
    FloatVector cg = lowerHalves(c, g, HAS_4, SWAP_4);
    FloatVector dh = lowerHalves(d, h, HAS_4, SWAP_4);
    e = upperHalves(a, e, HAS_4, SWAP_4);
    f = upperHalves(b, f, HAS_4, SWAP_4);
    g = upperHalves(c, g, HAS_4, SWAP_4);
    h = upperHalves(d, h, HAS_4, SWAP_4);
    store(ae, bf, cg, dh, y, j, yStep, false);
    store(e, f, g, h, y, j + 4 * yStep, yStep, false);
    if (toRows && LANES > 8) {
      store(ae, bf, cg, dh, y, j + 8 * yStep, yStep, true);
      store(e, f, g, h, y, j + 12 * yStep, yStep, true);
    }
  }

  /** Transposes four vectors, as {@link #eight}; to rows with 8 lanes only. Exact. */
  @Inline
  private static void four(
      float[] x, int i, int xStep, float[] y, int j, int yStep, boolean toRows) {
    FloatVector a = blockOfFour(x, i, xStep, toRows);
    FloatVector b = blockOfFour(x, i + xStep, xStep, toRows);
    FloatVector c = blockOfFour(x, i + 2 * xStep, xStep, toRows);
    FloatVector d = blockOfFour(x, i + 3 * xStep, xStep, toRows);
    store(a, b, c, d, y, j, yStep, false);
    if (toRows) {
      store(a, b, c, d, y, j + 4 * yStep, yStep, true);
    }
  }

  /** Eight elements each of every eighth row, or a vector of a class. Exact. */
  @Inline
  private static FloatVector blockOfEight(float[] x, int start, int stride, boolean toRows) {
    FloatVector v = load(x, start);
    return toRows || LANES == 8 ? v : v.blend(load(x, start + 8 * (stride - 1)), HAS_8);
  }

  /** Four elements each of every fourth row, or a vector of a class. Exact. */
  @Inline
  private static FloatVector blockOfFour(float[] x, int start, int stride, boolean toRows) {
    FloatVector v = load(x, start);
    if (toRows || LANES == 4) {
      return v;
    }
    int nextRow = 4 * (stride - 1);
    v = v.blend(load(x, start + nextRow), HAS_4);
    if (LANES == 8) {
      return v;
    }
    FloatVector upper = load(x, start + 2 * nextRow).blend(load(x, start + 3 * nextRow), HAS_4);
    return v.blend(upper, HAS_8);
  }

  /**
   * Transposes squares of four by four lanes and stores the vectors.
   *
   * <p>Valid for 4, 8 and 16 lanes. Exact. A call for the upper halves costs only its stores: C2
   * merges equal operations.
   *
   * @param upper whether to store the vectors with their halves exchanged
   */
  @Inline
  private static void store(
      FloatVector a,
      FloatVector b,
      FloatVector c,
      FloatVector d,
      float[] y,
      int start,
      int step,
      boolean upper) {
    FloatVector ac = lowerHalves(a, c, HAS_2, SWAP_2);
    FloatVector bd = lowerHalves(b, d, HAS_2, SWAP_2);
    store(lowerHalves(ac, bd, HAS_1, SWAP_1), y, start, upper);
    store(upperHalves(ac, bd, HAS_1, SWAP_1), y, start + step, upper);
    ac = upperHalves(a, c, HAS_2, SWAP_2);
    bd = upperHalves(b, d, HAS_2, SWAP_2);
    store(lowerHalves(ac, bd, HAS_1, SWAP_1), y, start + 2 * step, upper);
    store(upperHalves(ac, bd, HAS_1, SWAP_1), y, start + 3 * step, upper);
  }

  @Inline
  private static void store(FloatVector v, float[] y, int start, boolean upper) {
    (upper ? v.rearrange(SWAP_HALVES) : v).intoArray(y, start);
  }

  /** The lower halves of {@code a}, each followed by that of {@code b}. Exact. */
  @Inline
  static FloatVector lowerHalves(
      FloatVector a, FloatVector b, VectorMask<Float> has, VectorShuffle<Float> swap) {
    return a.blend(exchanged(a, b, has, swap), has);
  }

  /** The upper halves. Exact. C2 merges the permutation with that of the lower halves. */
  @Inline
  static FloatVector upperHalves(
      FloatVector a, FloatVector b, VectorMask<Float> has, VectorShuffle<Float> swap) {
    return exchanged(a, b, has, swap).blend(b, has);
  }
}
