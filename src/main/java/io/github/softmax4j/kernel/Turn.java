package io.github.softmax4j.kernel;

import static io.github.softmax4j.kernel.Lanes.FLOATS;
import static io.github.softmax4j.kernel.Lanes.LANES;

import jdk.incubator.vector.FloatVector;

/**
 * Turns rows of few classes, as many as there are lanes at a time, so that each class of them is a
 * vector, and back. Gathers would do it in fewer instructions, but take about one cycle for every
 * element, and on some CPUs several.
 *
 * <p>Rows are taken in blocks of eight or four classes. A vector holds the block of as many rows as
 * fit: those behind the first are loaded from so far before their start that they are in the right
 * lanes, and blended in. Then halves of pairs of vectors change places, of ever smaller pieces or,
 * on the way back, ever larger ones.
 */
final class Turn {

  /** The most classes that {@link #toRows} knows. */
  static final int MOST_TO_ROWS = LANES == 8 ? 12 : LANES > 8 ? 8 : 4;

  private Turn() {}

  /**
   * Of whole vectors of rows. Up to a vector is read behind the start of what a row has last, and
   * up to 3 classes more than there are are written, of no consequence.
   *
   * @param from where the first row starts in {@code x}, and {@code stride} from one to the next
   * @param at where the first class starts in {@code tile}, and {@code pitch} from one to the next
   */
  static void toClasses(
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
    int far = 8 * stride - 8;
    for (int r = 0; r < rows; r += LANES) {
      int row = from + r * stride;
      FloatVector a = FloatVector.fromArray(FLOATS, x, row);
      FloatVector b = FloatVector.fromArray(FLOATS, x, row + stride);
      FloatVector c = FloatVector.fromArray(FLOATS, x, row + 2 * stride);
      FloatVector d = FloatVector.fromArray(FLOATS, x, row + 3 * stride);
      FloatVector e = FloatVector.fromArray(FLOATS, x, row + 4 * stride);
      FloatVector f = FloatVector.fromArray(FLOATS, x, row + 5 * stride);
      FloatVector g = FloatVector.fromArray(FLOATS, x, row + 6 * stride);
      FloatVector h = FloatVector.fromArray(FLOATS, x, row + 7 * stride);
      if (LANES > 8) {
        row += far;
        a = a.blend(FloatVector.fromArray(FLOATS, x, row), Lanes.HAS_8);
        b = b.blend(FloatVector.fromArray(FLOATS, x, row + stride), Lanes.HAS_8);
        c = c.blend(FloatVector.fromArray(FLOATS, x, row + 2 * stride), Lanes.HAS_8);
        d = d.blend(FloatVector.fromArray(FLOATS, x, row + 3 * stride), Lanes.HAS_8);
        e = e.blend(FloatVector.fromArray(FLOATS, x, row + 4 * stride), Lanes.HAS_8);
        f = f.blend(FloatVector.fromArray(FLOATS, x, row + 5 * stride), Lanes.HAS_8);
        g = g.blend(FloatVector.fromArray(FLOATS, x, row + 6 * stride), Lanes.HAS_8);
        h = h.blend(FloatVector.fromArray(FLOATS, x, row + 7 * stride), Lanes.HAS_8);
      }
      FloatVector swapped;
      swapped = e.blend(a, Lanes.HAS_4).rearrange(Lanes.SWAP_4);
      a = a.blend(swapped, Lanes.HAS_4);
      e = swapped.blend(e, Lanes.HAS_4);
      swapped = f.blend(b, Lanes.HAS_4).rearrange(Lanes.SWAP_4);
      b = b.blend(swapped, Lanes.HAS_4);
      f = swapped.blend(f, Lanes.HAS_4);
      swapped = g.blend(c, Lanes.HAS_4).rearrange(Lanes.SWAP_4);
      c = c.blend(swapped, Lanes.HAS_4);
      g = swapped.blend(g, Lanes.HAS_4);
      swapped = h.blend(d, Lanes.HAS_4).rearrange(Lanes.SWAP_4);
      d = d.blend(swapped, Lanes.HAS_4);
      h = swapped.blend(h, Lanes.HAS_4);
      swapped = c.blend(a, Lanes.HAS_2).rearrange(Lanes.SWAP_2);
      a = a.blend(swapped, Lanes.HAS_2);
      c = swapped.blend(c, Lanes.HAS_2);
      swapped = d.blend(b, Lanes.HAS_2).rearrange(Lanes.SWAP_2);
      b = b.blend(swapped, Lanes.HAS_2);
      d = swapped.blend(d, Lanes.HAS_2);
      swapped = g.blend(e, Lanes.HAS_2).rearrange(Lanes.SWAP_2);
      e = e.blend(swapped, Lanes.HAS_2);
      g = swapped.blend(g, Lanes.HAS_2);
      swapped = h.blend(f, Lanes.HAS_2).rearrange(Lanes.SWAP_2);
      f = f.blend(swapped, Lanes.HAS_2);
      h = swapped.blend(h, Lanes.HAS_2);
      swapped = b.blend(a, Lanes.HAS_1).rearrange(Lanes.SWAP_1);
      a = a.blend(swapped, Lanes.HAS_1);
      b = swapped.blend(b, Lanes.HAS_1);
      swapped = d.blend(c, Lanes.HAS_1).rearrange(Lanes.SWAP_1);
      c = c.blend(swapped, Lanes.HAS_1);
      d = swapped.blend(d, Lanes.HAS_1);
      swapped = f.blend(e, Lanes.HAS_1).rearrange(Lanes.SWAP_1);
      e = e.blend(swapped, Lanes.HAS_1);
      f = swapped.blend(f, Lanes.HAS_1);
      swapped = h.blend(g, Lanes.HAS_1).rearrange(Lanes.SWAP_1);
      g = g.blend(swapped, Lanes.HAS_1);
      h = swapped.blend(h, Lanes.HAS_1);
      a.intoArray(tile, at + r);
      b.intoArray(tile, at + r + pitch);
      c.intoArray(tile, at + r + 2 * pitch);
      d.intoArray(tile, at + r + 3 * pitch);
      e.intoArray(tile, at + r + 4 * pitch);
      f.intoArray(tile, at + r + 5 * pitch);
      g.intoArray(tile, at + r + 6 * pitch);
      h.intoArray(tile, at + r + 7 * pitch);
    }
  }

  private static void fourToClasses(
      float[] x, int from, int stride, int rows, float[] tile, int at, int pitch) {
    int far = 4 * stride - 4;
    for (int r = 0; r < rows; r += LANES) {
      int row = from + r * stride;
      FloatVector a = FloatVector.fromArray(FLOATS, x, row);
      FloatVector b = FloatVector.fromArray(FLOATS, x, row + stride);
      FloatVector c = FloatVector.fromArray(FLOATS, x, row + 2 * stride);
      FloatVector d = FloatVector.fromArray(FLOATS, x, row + 3 * stride);
      if (LANES > 4) {
        row += far;
        a = a.blend(FloatVector.fromArray(FLOATS, x, row), Lanes.HAS_4);
        b = b.blend(FloatVector.fromArray(FLOATS, x, row + stride), Lanes.HAS_4);
        c = c.blend(FloatVector.fromArray(FLOATS, x, row + 2 * stride), Lanes.HAS_4);
        d = d.blend(FloatVector.fromArray(FLOATS, x, row + 3 * stride), Lanes.HAS_4);
      }
      if (LANES > 8) {
        int third = row + far;
        int fourth = third + far;
        FloatVector upper;
        upper = FloatVector.fromArray(FLOATS, x, third);
        upper = upper.blend(FloatVector.fromArray(FLOATS, x, fourth), Lanes.HAS_4);
        a = a.blend(upper, Lanes.HAS_8);
        upper = FloatVector.fromArray(FLOATS, x, third + stride);
        upper = upper.blend(FloatVector.fromArray(FLOATS, x, fourth + stride), Lanes.HAS_4);
        b = b.blend(upper, Lanes.HAS_8);
        upper = FloatVector.fromArray(FLOATS, x, third + 2 * stride);
        upper = upper.blend(FloatVector.fromArray(FLOATS, x, fourth + 2 * stride), Lanes.HAS_4);
        c = c.blend(upper, Lanes.HAS_8);
        upper = FloatVector.fromArray(FLOATS, x, third + 3 * stride);
        upper = upper.blend(FloatVector.fromArray(FLOATS, x, fourth + 3 * stride), Lanes.HAS_4);
        d = d.blend(upper, Lanes.HAS_8);
      }
      FloatVector swapped;
      swapped = c.blend(a, Lanes.HAS_2).rearrange(Lanes.SWAP_2);
      a = a.blend(swapped, Lanes.HAS_2);
      c = swapped.blend(c, Lanes.HAS_2);
      swapped = d.blend(b, Lanes.HAS_2).rearrange(Lanes.SWAP_2);
      b = b.blend(swapped, Lanes.HAS_2);
      d = swapped.blend(d, Lanes.HAS_2);
      swapped = b.blend(a, Lanes.HAS_1).rearrange(Lanes.SWAP_1);
      a = a.blend(swapped, Lanes.HAS_1);
      b = swapped.blend(b, Lanes.HAS_1);
      swapped = d.blend(c, Lanes.HAS_1).rearrange(Lanes.SWAP_1);
      c = c.blend(swapped, Lanes.HAS_1);
      d = swapped.blend(d, Lanes.HAS_1);
      a.intoArray(tile, at + r);
      b.intoArray(tile, at + r + pitch);
      c.intoArray(tile, at + r + 2 * pitch);
      d.intoArray(tile, at + r + 3 * pitch);
    }
  }

  /**
   * Of whole vectors of rows, without gaps between them. Of five classes and more, whole vectors
   * are stored of each row, and what that writes over the rows behind it is put right when these
   * are stored: of the last row it remains, over {@link #rowsSpoilt} rows.
   *
   * @param classes up to {@link #MOST_TO_ROWS}
   */
  static void toRows(float[] tile, int at, int pitch, int rows, float[] y, int to, int classes) {
    if (classes == 1) {
      System.arraycopy(tile, at, y, to, rows);
      return;
    }
    if (Interleaved.fits(classes)) {
      Interleaved.toRows(tile, at, pitch, rows, y, to, classes);
      return;
    }
    if (classes > 8) {
      fourToRows(tile, at + 8 * pitch, pitch, rows, y, to + 8, classes);
    }
    eightToRows(tile, at, pitch, rows, y, to, classes);
  }

  /** How many rows behind those that {@link #toRows} gives it may write over. */
  static int rowsSpoilt(int classes) {
    if (classes == 1 || Interleaved.fits(classes)) {
      return 0;
    }
    int stored = (classes + LANES - 1) / LANES * LANES;
    return (stored - 1) / classes;
  }

  private static void eightToRows(
      float[] tile, int at, int pitch, int rows, float[] y, int to, int classes) {
    for (int r = 0; r < rows; r += LANES) {
      int row = to + r * classes;
      FloatVector a = FloatVector.fromArray(FLOATS, tile, at + r);
      FloatVector b = FloatVector.fromArray(FLOATS, tile, at + r + pitch);
      FloatVector c = FloatVector.fromArray(FLOATS, tile, at + r + 2 * pitch);
      FloatVector d = FloatVector.fromArray(FLOATS, tile, at + r + 3 * pitch);
      FloatVector e = FloatVector.fromArray(FLOATS, tile, at + r + 4 * pitch);
      FloatVector f = FloatVector.fromArray(FLOATS, tile, at + r + 5 * pitch);
      FloatVector g = FloatVector.fromArray(FLOATS, tile, at + r + 6 * pitch);
      FloatVector h = FloatVector.fromArray(FLOATS, tile, at + r + 7 * pitch);
      FloatVector swapped;
      swapped = b.blend(a, Lanes.HAS_1).rearrange(Lanes.SWAP_1);
      a = a.blend(swapped, Lanes.HAS_1);
      b = swapped.blend(b, Lanes.HAS_1);
      swapped = d.blend(c, Lanes.HAS_1).rearrange(Lanes.SWAP_1);
      c = c.blend(swapped, Lanes.HAS_1);
      d = swapped.blend(d, Lanes.HAS_1);
      swapped = f.blend(e, Lanes.HAS_1).rearrange(Lanes.SWAP_1);
      e = e.blend(swapped, Lanes.HAS_1);
      f = swapped.blend(f, Lanes.HAS_1);
      swapped = h.blend(g, Lanes.HAS_1).rearrange(Lanes.SWAP_1);
      g = g.blend(swapped, Lanes.HAS_1);
      h = swapped.blend(h, Lanes.HAS_1);
      swapped = c.blend(a, Lanes.HAS_2).rearrange(Lanes.SWAP_2);
      a = a.blend(swapped, Lanes.HAS_2);
      c = swapped.blend(c, Lanes.HAS_2);
      swapped = d.blend(b, Lanes.HAS_2).rearrange(Lanes.SWAP_2);
      b = b.blend(swapped, Lanes.HAS_2);
      d = swapped.blend(d, Lanes.HAS_2);
      swapped = g.blend(e, Lanes.HAS_2).rearrange(Lanes.SWAP_2);
      e = e.blend(swapped, Lanes.HAS_2);
      g = swapped.blend(g, Lanes.HAS_2);
      swapped = h.blend(f, Lanes.HAS_2).rearrange(Lanes.SWAP_2);
      f = f.blend(swapped, Lanes.HAS_2);
      h = swapped.blend(h, Lanes.HAS_2);
      swapped = e.blend(a, Lanes.HAS_4).rearrange(Lanes.SWAP_4);
      a = a.blend(swapped, Lanes.HAS_4);
      e = swapped.blend(e, Lanes.HAS_4);
      swapped = f.blend(b, Lanes.HAS_4).rearrange(Lanes.SWAP_4);
      b = b.blend(swapped, Lanes.HAS_4);
      f = swapped.blend(f, Lanes.HAS_4);
      swapped = g.blend(c, Lanes.HAS_4).rearrange(Lanes.SWAP_4);
      c = c.blend(swapped, Lanes.HAS_4);
      g = swapped.blend(g, Lanes.HAS_4);
      swapped = h.blend(d, Lanes.HAS_4).rearrange(Lanes.SWAP_4);
      d = d.blend(swapped, Lanes.HAS_4);
      h = swapped.blend(h, Lanes.HAS_4);
      a.intoArray(y, row);
      b.intoArray(y, row + classes);
      c.intoArray(y, row + 2 * classes);
      d.intoArray(y, row + 3 * classes);
      e.intoArray(y, row + 4 * classes);
      f.intoArray(y, row + 5 * classes);
      g.intoArray(y, row + 6 * classes);
      h.intoArray(y, row + 7 * classes);
      if (LANES > 8) {
        int far = row + 8 * classes;
        a.rearrange(Lanes.SWAP_8).intoArray(y, far);
        b.rearrange(Lanes.SWAP_8).intoArray(y, far + classes);
        c.rearrange(Lanes.SWAP_8).intoArray(y, far + 2 * classes);
        d.rearrange(Lanes.SWAP_8).intoArray(y, far + 3 * classes);
        e.rearrange(Lanes.SWAP_8).intoArray(y, far + 4 * classes);
        f.rearrange(Lanes.SWAP_8).intoArray(y, far + 5 * classes);
        g.rearrange(Lanes.SWAP_8).intoArray(y, far + 6 * classes);
        h.rearrange(Lanes.SWAP_8).intoArray(y, far + 7 * classes);
      }
    }
  }

  /** With eight lanes, the last four of up to twelve classes, to be followed by the first eight. */
  private static void fourToRows(
      float[] tile, int at, int pitch, int rows, float[] y, int to, int classes) {
    for (int r = 0; r < rows; r += LANES) {
      int row = to + r * classes;
      FloatVector a = FloatVector.fromArray(FLOATS, tile, at + r);
      FloatVector b = FloatVector.fromArray(FLOATS, tile, at + r + pitch);
      FloatVector c = FloatVector.fromArray(FLOATS, tile, at + r + 2 * pitch);
      FloatVector d = FloatVector.fromArray(FLOATS, tile, at + r + 3 * pitch);
      FloatVector swapped;
      swapped = b.blend(a, Lanes.HAS_1).rearrange(Lanes.SWAP_1);
      a = a.blend(swapped, Lanes.HAS_1);
      b = swapped.blend(b, Lanes.HAS_1);
      swapped = d.blend(c, Lanes.HAS_1).rearrange(Lanes.SWAP_1);
      c = c.blend(swapped, Lanes.HAS_1);
      d = swapped.blend(d, Lanes.HAS_1);
      swapped = c.blend(a, Lanes.HAS_2).rearrange(Lanes.SWAP_2);
      a = a.blend(swapped, Lanes.HAS_2);
      c = swapped.blend(c, Lanes.HAS_2);
      swapped = d.blend(b, Lanes.HAS_2).rearrange(Lanes.SWAP_2);
      b = b.blend(swapped, Lanes.HAS_2);
      d = swapped.blend(d, Lanes.HAS_2);
      a.intoArray(y, row);
      b.intoArray(y, row + classes);
      c.intoArray(y, row + 2 * classes);
      d.intoArray(y, row + 3 * classes);
      int far = row + 4 * classes;
      a.rearrange(Lanes.SWAP_4).intoArray(y, far);
      b.rearrange(Lanes.SWAP_4).intoArray(y, far + classes);
      c.rearrange(Lanes.SWAP_4).intoArray(y, far + 2 * classes);
      d.rearrange(Lanes.SWAP_4).intoArray(y, far + 3 * classes);
    }
  }
}
