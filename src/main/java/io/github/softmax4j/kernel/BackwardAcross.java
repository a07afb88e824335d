package io.github.softmax4j.kernel;

import static io.github.softmax4j.kernel.Lanes.FLOATS;
import static io.github.softmax4j.kernel.Lanes.INTS;
import static io.github.softmax4j.kernel.Lanes.LANES;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/**
 * The gradients of softmax and log-softmax for rows of few classes, or with their class axis in the
 * middle: sums are found with a row in each lane, always in the order of the classes.
 *
 * <p>Short rows need not be turned for that as those of {@link NarrowRows}: as many rows as there
 * are lanes, one behind the other, are whole vectors of elements. So these go through in the order
 * in which they lie, and it is the terms of the sums that are gathered, and the sums that are
 * spread out again.
 */
final class BackwardAcross {

  /** As many terms are added up before their sum joins the others. */
  private static final int PART = 16;

  /** Up to so many classes, rows across the lanes are faster than along them. */
  static final int MOST_CLASSES = PART;

  /** As many elements of short rows at once: both inputs, terms and results stay in L1. */
  private static final int ELEMENTS = 2048;

  /** Up to so many rows, one after the other is faster than most lanes idle. */
  private static final int FEW = LANES / 2;

  private final Call call;

  private boolean ofLog;
  private int classes;

  /** Copies of the inputs, class by class in rows of {@link #pitch}; of {@code y} first. */
  private float[] tile = {};

  /** Where those of {@code dy} are. */
  private int upstreamAt;

  private int pitch;

  /** What the rows' sums are of, and then the sum that belongs to each element. */
  private final float[] spread = new float[Math.max(ELEMENTS, Rows.MOST)];

  private final float[] sums = new float[Rows.MOST];
  private final float[] part = new float[Rows.MOST];
  private final float[] lost = new float[Rows.MOST];

  /**
   * Where short rows start, and which of them an element is in, relative to the first of a vector.
   */
  private final int[] starts = new int[LANES];

  private final int[] rowOf = new int[LANES * MOST_CLASSES];
  private int preparedClasses;

  BackwardAcross(Call call) {
    this.call = call;
    makeRoom(ELEMENTS);
  }

  private void makeRoom(int elements) {
    upstreamAt = NarrowRows.behind(elements);
    tile = new float[upstreamAt + elements];
  }

  /** Short rows, the class axis last. */
  void shortRows(boolean ofLog) {
    this.ofLog = ofLog;
    classes = call.classes;
    int most = Math.min(Rows.MOST, ELEMENTS / classes / LANES * LANES);
    int first = 0;
    if (Rows.GATHERS) {
      prepare();
      boolean inPlace = isWithoutGaps();
      for (int count; call.rows - first > FEW; first += count) {
        count = Math.min(most, call.rows - first);
        int whole = count / LANES * LANES;
        if (inPlace && whole > 0) {
          count = whole;
          through(first, count);
        } else {
          throughTile(first, count);
        }
      }
    }
    for (; first < call.rows; first++) {
      one(first);
    }
  }

  /** Rows that lie beside each other, some blocks or parts of blocks at a time. */
  void blocks(boolean ofLog) {
    this.ofLog = ofLog;
    classes = call.classes;
    pitch = BlockRows.atOnce(classes);
    if (tile.length - upstreamAt < classes * pitch) {
      makeRoom(classes * pitch);
    }
    for (int first = 0, count; first < call.rows; first += count) {
      count = Math.min(pitch, call.rows - first);
      takeAndSum(first, count);
      for (int c = 0; c < classes; c++) {
        int at = c * pitch;
        gradients(tile, at, tile, upstreamAt + at, tile, at, wholeVectors(count), sums);
      }
      call.out.giveBlocks(first, count, classes, tile, 0, pitch);
    }
  }

  private boolean isWithoutGaps() {
    int n = classes;
    return call.logits.stride == n && call.outGradient.stride == n && call.out.stride == n;
  }

  private void prepare() {
    if (preparedClasses == classes) {
      return;
    }
    for (int r = 0; r < LANES; r++) {
      starts[r] = r * classes;
      Arrays.fill(rowOf, r * classes, (r + 1) * classes, r);
    }
    preparedClasses = classes;
  }

  /** Whole vectors of rows, where they lie. */
  private void through(int first, int count) {
    Matrix y = call.logits;
    Matrix dy = call.outGradient;
    Matrix dx = call.out;
    elements(
        y.array, y.row(first), dy.array, dy.row(first), dx.array, dx.row(first), count * classes);
  }

  /** Other rows, moved together; what follows the last, up to a whole vector, is no matter. */
  private void throughTile(int first, int count) {
    Matrix y = call.logits;
    Matrix dy = call.outGradient;
    Matrix dx = call.out;
    copyRows(y.array, y.row(first), y.stride, tile, 0, classes, count);
    copyRows(dy.array, dy.row(first), dy.stride, tile, upstreamAt, classes, count);
    elements(tile, 0, tile, upstreamAt, tile, 0, wholeVectors(count) * classes);
    copyRows(tile, 0, classes, dx.array, dx.row(first), dx.stride, count);
  }

  /** A row is a vector as far as it goes, or the one it starts with and the one it ends with. */
  private void copyRows(
      float[] source, int from, int stride, float[] copy, int to, int copyStride, int rows) {
    VectorMask<Float> inRow = FLOATS.indexInRange(0, classes);
    int second = classes - LANES;
    for (int r = 0; r < rows; r++) {
      int row = from + r * stride;
      int copied = to + r * copyStride;
      FloatVector.fromArray(FLOATS, source, row, inRow).intoArray(copy, copied, inRow);
      if (second > 0) {
        FloatVector.fromArray(FLOATS, source, row + second).intoArray(copy, copied + second);
      }
    }
  }

  private void elements(float[] y, int from, float[] dy, int upstream, float[] dx, int to, int n) {
    int rows = n / classes;
    if (ofLog) {
      sumRows(dy, upstream, rows);
    } else {
      multiply(y, from, dy, upstream, spread, n);
      sumRows(spread, 0, rows);
    }
    spreadSums(n);
    gradients(y, from, dy, upstream, dx, to, n, spread);
  }

  private void gradients(
      float[] y, int from, float[] dy, int upstream, float[] dx, int to, int n, float[] own) {
    if (ofLog) {
      GradientPasses.ofLogSoftmax(y, from, dy, upstream, dx, to, n, own, GradientPasses.OWN_SUM);
    } else {
      GradientPasses.ofSoftmax(y, from, dy, upstream, dx, to, n, own, GradientPasses.OWN_SUM);
    }
  }

  private static void multiply(
      float[] y, int from, float[] dy, int upstream, float[] products, int n) {
    for (int i = 0; i < n; i += LANES) {
      FloatVector.fromArray(FLOATS, y, from + i)
          .mul(FloatVector.fromArray(FLOATS, dy, upstream + i))
          .intoArray(products, i);
    }
  }

  private void sumRows(float[] terms, int at, int rows) {
    clearSums(rows);
    for (int c = 0; c < classes; c++) {
      beginClass(c, rows);
      for (int r = 0; r < rows; r += LANES) {
        FloatVector.fromArray(FLOATS, terms, at + c + r * classes, starts, 0)
            .add(FloatVector.fromArray(FLOATS, part, r))
            .intoArray(part, r);
      }
    }
    finishSums(rows);
  }

  private void spreadSums(int n) {
    int period = classes * LANES;
    for (int start = 0, r = 0; start < n; start += period, r += LANES) {
      IntVector ofRows = FloatVector.fromArray(FLOATS, sums, r).reinterpretAsInts();
      for (int i = 0; i < period; i += LANES) {
        IntVector.fromArray(INTS, rowOf, i)
            .selectFrom(ofRows)
            .reinterpretAsFloats()
            .intoArray(spread, start + i);
      }
    }
  }

  private static int wholeVectors(int rows) {
    return (rows + LANES - 1) / LANES * LANES;
  }

  /** Fills the tile; what has just been copied is still at hand when it is added up. */
  private void takeAndSum(int first, int count) {
    int rows = wholeVectors(count);
    clearSums(rows);
    for (int c = 0; c < classes; c++) {
      int at = c * pitch;
      call.logits.takeClass(c, first, count, tile, at);
      call.outGradient.takeClass(c, first, count, tile, upstreamAt + at);
      beginClass(c, rows);
      if (ofLog) {
        addToPart(tile, upstreamAt + at, rows);
      } else {
        multiply(tile, at, tile, upstreamAt + at, spread, rows);
        addToPart(spread, 0, rows);
      }
    }
    finishSums(rows);
  }

  private void addToPart(float[] terms, int at, int rows) {
    for (int r = 0; r < rows; r += LANES) {
      FloatVector.fromArray(FLOATS, terms, at + r)
          .add(FloatVector.fromArray(FLOATS, part, r))
          .intoArray(part, r);
    }
  }

  private void clearSums(int rows) {
    Arrays.fill(sums, 0, rows, 0);
    Arrays.fill(part, 0, rows, 0);
    Arrays.fill(lost, 0, rows, 0);
  }

  private void beginClass(int c, int rows) {
    if (c > 0 && c % PART == 0) {
      joinPart(rows);
    }
  }

  /** Of an infinity, NaN. */
  private void finishSums(int rows) {
    joinPart(rows);
    for (int r = 0; r < rows; r += LANES) {
      FloatVector l = FloatVector.fromArray(FLOATS, lost, r);
      FloatVector s = l.add(FloatVector.fromArray(FLOATS, sums, r));
      s.add(s.sub(s)).intoArray(sums, r);
    }
  }

  /** {@code sums += part}, which starts again, with the errors kept: see {@link Backward}. */
  private void joinPart(int rows) {
    FloatVector zero = FloatVector.zero(FLOATS);
    for (int r = 0; r < rows; r += LANES) {
      FloatVector p = FloatVector.fromArray(FLOATS, part, r);
      FloatVector s = FloatVector.fromArray(FLOATS, sums, r);
      FloatVector joined = p.add(s);
      FloatVector added = joined.sub(s);
      FloatVector lostOfSum = joined.sub(added).sub(s);
      p.sub(added).sub(lostOfSum).add(FloatVector.fromArray(FLOATS, lost, r)).intoArray(lost, r);
      joined.intoArray(sums, r);
      zero.intoArray(part, r);
    }
  }

  /** A row by itself, with the same arithmetic. */
  private void one(int r) {
    if (ofLog) {
      oneOfLogSoftmax(call.logits.row(r), call.outGradient.row(r), call.out.row(r));
    } else {
      oneOfSoftmax(call.logits.row(r), call.outGradient.row(r), call.out.row(r));
    }
  }

  private void oneOfSoftmax(int from, int upstream, int to) {
    float[] y = call.logits.array;
    float[] dy = call.outGradient.array;
    float[] dx = call.out.array;
    float sum = 0;
    for (int c = 0; c < classes; c++) {
      sum += y[from + c] * dy[upstream + c];
    }
    sum = Backward.finite(sum);
    for (int c = 0; c < classes; c++) {
      dx[to + c] = y[from + c] * (dy[upstream + c] - sum);
    }
  }

  private void oneOfLogSoftmax(int from, int upstream, int to) {
    float[] logY = call.logits.array;
    float[] dy = call.outGradient.array;
    float[] dx = call.out.array;
    float magic = Lanes.magicOf(GradientPasses.NO_HEADROOM);
    int limit = Lanes.limitOf(GradientPasses.NO_HEADROOM);
    float sum = 0;
    for (int c = 0; c < classes; c++) {
      sum += dy[upstream + c];
    }
    sum = Backward.finite(sum);
    for (int c = 0; c < classes; c++) {
      float l = logY[from + c];
      float y = l != l ? l : Lanes.exp(0 - l, magic, limit); // which may turn NaN into 0
      dx[to + c] = Math.fma(y, -sum, dy[upstream + c]);
    }
  }
}
