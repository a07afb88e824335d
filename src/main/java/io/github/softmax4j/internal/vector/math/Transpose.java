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
import static io.github.softmax4j.internal.vector.math.Lanes.crossed;
import static io.github.softmax4j.internal.vector.math.Lanes.load;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/**
 * Transposes rows of few classes, as many rows as there are lanes at a time, so that each class is
 * a vector; and back. Gathers would take about one cycle per element, on some CPUs several.
 *
 * <p>Rows are taken in blocks of eight or four classes. A vector holds the block of as many rows as
 * fit. Rows behind the first are loaded from so far before their start that they are in the right
 * lanes, and are blended in. Then pairs of vectors exchange halves of pieces of 8, 4 and 2 lanes.
 */
public final class Transpose {

  /** The most classes that {@link #toRows} knows. */
  public static final int MAX_TO_ROWS = LANES == 8 ? 12 : LANES > 8 ? 8 : 4;

  /** Brings the upper half of a vector down. */
  private static final VectorShuffle<Float> SWAP_HALVES = LANES > 8 ? SWAP_8 : SWAP_4;

  private Transpose() {}

  /**
   * Rows to classes.
   *
   * <p>Valid for whole vectors of rows, 4, 8 and 16 lanes. Exact. Up to a vector is read behind the
   * start of a row's last block, and up to 3 classes too many are written.
   *
   * @param from where the first row starts in {@code x}, and {@code stride} from one to the next
   * @param at where the first class starts in {@code tile}, and {@code pitch} from one to the next
   */
  public static void toClasses(
      float[] x, int from, int stride, int rows, int classes, float[] tile, int at, int pitch) {
    if (stride == classes && Interleaved.fits(classes)) {
      Interleaved.toClasses(x, from, rows, classes, tile, at, pitch);
      return;
    }
    int c = 0;
    for (; LANES > 4 && classes - c > 4; c += 8) {
      eightToClasses(x, from + c, stride, rows, tile, at + c * pitch, pitch);
    }
    for (; c < classes; c += 4) {
      fourToClasses(x, from + c, stride, rows, tile, at + c * pitch, pitch);
    }
  }

  private static void eightToClasses(
      float[] x, int from, int stride, int rows, float[] tile, int at, int pitch) {
    for (int r = 0; r < rows; r += LANES) {
      eight(x, from + r * stride, stride, tile, at + r, pitch, false);
    }
  }

  private static void fourToClasses(
      float[] x, int from, int stride, int rows, float[] tile, int at, int pitch) {
    for (int r = 0; r < rows; r += LANES) {
      four(x, from + r * stride, stride, tile, at + r, pitch, false);
    }
  }

  /**
   * Classes to rows without gaps between them.
   *
   * <p>Valid for whole vectors of rows, 4, 8 and 16 lanes, up to {@link #MAX_TO_ROWS} classes.
   * Exact. Of five classes and more, whole vectors are stored of each row. What that writes over
   * the rows behind it is put right when these are stored. Behind the last row it stays, over
   * {@link #rowsSpoilt} rows.
   */
  public static void toRows(
      float[] tile, int at, int pitch, int rows, float[] y, int to, int classes) {
    if (classes == 1) {
      System.arraycopy(tile, at, y, to, rows);
    } else if (Interleaved.fits(classes)) {
      Interleaved.toRows(tile, at, pitch, rows, y, to, classes);
    } else {
      if (classes > 8) {
        fourToRows(tile, at + 8 * pitch, pitch, rows, y, to + 8, classes);
      }
      eightToRows(tile, at, pitch, rows, y, to, classes);
    }
  }

  /** How many rows behind those that {@link #toRows} gives it may write over. */
  public static int rowsSpoilt(int classes) {
    if (classes == 1 || Interleaved.fits(classes)) {
      return 0;
    }
    int stored = (classes + LANES - 1) / LANES * LANES;
    return (stored - 1) / classes;
  }

  private static void eightToRows(
      float[] tile, int at, int pitch, int rows, float[] y, int to, int classes) {
    for (int r = 0; r < rows; r += LANES) {
      eight(tile, at + r, pitch, y, to + r * classes, classes, true);
    }
  }

  /** With eight lanes, the last four of up to twelve classes, to be followed by the first eight. */
  private static void fourToRows(
      float[] tile, int at, int pitch, int rows, float[] y, int to, int classes) {
    for (int r = 0; r < rows; r += LANES) {
      four(tile, at + r, pitch, y, to + r * classes, classes, true);
    }
  }

  /**
   * Transposes eight vectors, {@code apart} from one to the next.
   *
   * <p>Valid for 8 and 16 lanes. Exact. The three exchanges commute, so one order serves both ways.
   */
  @Inline
  private static void eight(
      float[] x, int i, int apart, float[] y, int j, int yApart, boolean toRows) {
    FloatVector a = blockOfEight(x, i, apart, toRows);
    FloatVector b = blockOfEight(x, i + apart, apart, toRows);
    FloatVector c = blockOfEight(x, i + 2 * apart, apart, toRows);
    FloatVector d = blockOfEight(x, i + 3 * apart, apart, toRows);
    FloatVector e = blockOfEight(x, i + 4 * apart, apart, toRows);
    FloatVector f = blockOfEight(x, i + 5 * apart, apart, toRows);
    FloatVector g = blockOfEight(x, i + 6 * apart, apart, toRows);
    FloatVector h = blockOfEight(x, i + 7 * apart, apart, toRows);
    FloatVector ae = lowerHalves(a, e, HAS_4, SWAP_4);
    FloatVector bf = lowerHalves(b, f, HAS_4, SWAP_4);
    FloatVector cg = lowerHalves(c, g, HAS_4, SWAP_4);
    FloatVector dh = lowerHalves(d, h, HAS_4, SWAP_4);
    e = upperHalves(a, e, HAS_4, SWAP_4);
    f = upperHalves(b, f, HAS_4, SWAP_4);
    g = upperHalves(c, g, HAS_4, SWAP_4);
    h = upperHalves(d, h, HAS_4, SWAP_4);
    store(ae, bf, cg, dh, y, j, yApart, false);
    store(e, f, g, h, y, j + 4 * yApart, yApart, false);
    if (toRows && LANES > 8) {
      store(ae, bf, cg, dh, y, j + 8 * yApart, yApart, true);
      store(e, f, g, h, y, j + 12 * yApart, yApart, true);
    }
  }

  /** Transposes four vectors: as {@link #eight}; to rows with 8 lanes only. */
  @Inline
  private static void four(
      float[] x, int i, int apart, float[] y, int j, int yApart, boolean toRows) {
    FloatVector a = blockOfFour(x, i, apart, toRows);
    FloatVector b = blockOfFour(x, i + apart, apart, toRows);
    FloatVector c = blockOfFour(x, i + 2 * apart, apart, toRows);
    FloatVector d = blockOfFour(x, i + 3 * apart, apart, toRows);
    store(a, b, c, d, y, j, yApart, false);
    if (toRows) {
      store(a, b, c, d, y, j + 4 * yApart, yApart, true);
    }
  }

  /** Eight elements of every eighth row, of as many rows as fit; or a whole vector of a class. */
  @Inline
  private static FloatVector blockOfEight(float[] x, int at, int stride, boolean toRows) {
    FloatVector v = load(x, at);
    return toRows || LANES == 8 ? v : v.blend(load(x, at + 8 * (stride - 1)), HAS_8);
  }

  /** Four elements of every fourth row, of as many rows as fit; or a whole vector of a class. */
  @Inline
  private static FloatVector blockOfFour(float[] x, int at, int stride, boolean toRows) {
    FloatVector v = load(x, at);
    if (toRows || LANES == 4) {
      return v;
    }
    int far = 4 * (stride - 1);
    v = v.blend(load(x, at + far), HAS_4);
    if (LANES == 8) {
      return v;
    }
    FloatVector upper = load(x, at + 2 * far).blend(load(x, at + 3 * far), HAS_4);
    return v.blend(upper, HAS_8);
  }

  /**
   * Transposes each four by four lanes and stores them, or from their upper halves on.
   *
   * <p>Valid for 4, 8 and 16 lanes. Exact. C2 merges what this and a second call have in common.
   */
  @Inline
  private static void store(
      FloatVector a,
      FloatVector b,
      FloatVector c,
      FloatVector d,
      float[] y,
      int at,
      int apart,
      boolean upper) {
    FloatVector ac = lowerHalves(a, c, HAS_2, SWAP_2);
    FloatVector bd = lowerHalves(b, d, HAS_2, SWAP_2);
    store(lowerHalves(ac, bd, HAS_1, SWAP_1), y, at, upper);
    store(upperHalves(ac, bd, HAS_1, SWAP_1), y, at + apart, upper);
    ac = upperHalves(a, c, HAS_2, SWAP_2);
    bd = upperHalves(b, d, HAS_2, SWAP_2);
    store(lowerHalves(ac, bd, HAS_1, SWAP_1), y, at + 2 * apart, upper);
    store(upperHalves(ac, bd, HAS_1, SWAP_1), y, at + 3 * apart, upper);
  }

  @Inline
  private static void store(FloatVector v, float[] y, int at, boolean upper) {
    (upper ? v.rearrange(SWAP_HALVES) : v).intoArray(y, at);
  }

  /** Of each piece of {@code a} its lower half, and behind it that of {@code b}'s. Exact. */
  @Inline
  private static FloatVector lowerHalves(
      FloatVector a, FloatVector b, VectorMask<Float> has, VectorShuffle<Float> swap) {
    return a.blend(crossed(a, b, has, swap), has);
  }

  /**
   * The upper halves. C2 finds {@link Lanes#crossed} of both once, and so takes one permutation.
   */
  @Inline
  private static FloatVector upperHalves(
      FloatVector a, FloatVector b, VectorMask<Float> has, VectorShuffle<Float> swap) {
    return crossed(a, b, has, swap).blend(b, has);
  }
}
