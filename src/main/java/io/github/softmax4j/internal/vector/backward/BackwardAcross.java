package io.github.softmax4j.internal.vector.backward;

import static io.github.softmax4j.internal.vector.math.Lanes.FLOATS;
import static io.github.softmax4j.internal.vector.math.Lanes.INTS;
import static io.github.softmax4j.internal.vector.math.Lanes.LANES;
import static io.github.softmax4j.internal.vector.math.Lanes.load;
import static jdk.incubator.vector.FloatVector.zero;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.Matrix;
import io.github.softmax4j.internal.vector.math.Compensation;
import io.github.softmax4j.internal.vector.math.Inline;
import io.github.softmax4j.internal.vector.math.Lanes;
import io.github.softmax4j.internal.vector.rows.AcrossRows;
import io.github.softmax4j.internal.vector.tile.ClassMajor;
import io.github.softmax4j.internal.vector.tile.Tile;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/**
 * The gradients of softmax and log-softmax of rows with few classes, or with the class axis in the
 * middle. Each lane adds up the sum of one row, in the order of the classes.
 *
 * <p>Rows with the class axis in the middle go through a tile, class by class. Short rows need no
 * transpose, as those of {@link AcrossRows} do: with one for each lane, their elements are whole
 * vectors. The sums gather their terms, and are then spread to the elements.
 */
public final class BackwardAcross {

  /** So many terms are added up before their sum joins the others. */
  private static final int PART = 16;

  /** The most classes of short rows. */
  private static final int MAX_SHORT = PART;

  /** So many elements of short rows at once, with all arrays, stay in L1. */
  private static final int ELEMENTS = 2048;

  /** Up to so many rows, one after the other is faster than vectors with idle lanes. */
  private static final int FEW = LANES / 2;

  private final Call call;

  private boolean ofLog;
  private int classes;

  /** Copies of {@code y}, then of {@code dy}; those of blocks in a row for each class. */
  private float[] tile;

  /** Where those of {@code dy} are. */
  private int upstreamAt;

  /** From one class of blocks to the next. */
  private int pitch;

  /** The products of short rows, and then the sum for each element. */
  private final float[] spread = new float[ELEMENTS];

  private final float[] sums = new float[Tile.MAX_ROWS];
  private final float[] part = new float[Tile.MAX_ROWS];
  private final float[] lost = new float[Tile.MAX_ROWS];

  /** Where each of a vector of short rows starts. */
  private final int[] starts = new int[LANES];

  /** For each element of a vector of short rows, its row. */
  private final int[] rowOf = new int[LANES * MAX_SHORT];

  private int preparedClasses;

  public BackwardAcross(Call call) {
    this.call = call;
    makeRoom(ELEMENTS);
  }

  private void makeRoom(int elements) {
    upstreamAt = ClassMajor.behind(elements);
    tile = new float[upstreamAt + elements];
  }

  /** Short rows, the class axis last. */
  public void shortRows(boolean ofLog) {
    this.ofLog = ofLog;
    classes = call.classes;
    int first = 0;
    if (Lanes.GATHERS) {
      prepare();
      for (int count; call.rows - first > FEW; first += count) {
        count = someRows(first);
      }
    }
    for (; first < call.rows; first++) {
      oneRow(first);
    }
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

  /** Takes whole vectors of rows without gaps where they are, and copies of others. */
  private int someRows(int first) {
    Matrix y = call.logits;
    Matrix dy = call.outGradient;
    Matrix dx = call.out;
    int n = classes;
    int count = Math.min(ELEMENTS / n / LANES * LANES, Math.min(Tile.MAX_ROWS, call.rows - first));
    int from = y.row(first);
    int upstream = dy.row(first);
    int to = dx.row(first);
    if (count >= LANES && y.stride == n && dy.stride == n && dx.stride == n) {
      count = Lanes.wholeGroups(count, LANES);
      elements(y.array, from, dy.array, upstream, dx.array, to, count * n);
    } else {
      copyRows(y.array, from, y.stride, tile, 0, n, count);
      copyRows(dy.array, upstream, dy.stride, tile, upstreamAt, n, count);
      elements(tile, 0, tile, upstreamAt, tile, 0, wholeVectors(count) * n);
      copyRows(tile, 0, n, dx.array, to, dx.stride, count);
    }
    return count;
  }

  /** Copies each row in one vector, or in its first and its last vector, which may overlap. */
  private void copyRows(
      float[] source, int from, int stride, float[] copy, int to, int copyStride, int rows) {
    VectorMask<Float> inRow = FLOATS.indexInRange(0, classes);
    int second = classes - LANES;
    for (int r = 0; r < rows; r++) {
      int row = from + r * stride;
      int copied = to + r * copyStride;
      FloatVector.fromArray(FLOATS, source, row, inRow).intoArray(copy, copied, inRow);
      if (second > 0) {
        load(source, row + second).intoArray(copy, copied + second);
      }
    }
  }

  private static int wholeVectors(int rows) {
    return Lanes.wholeGroups(rows + LANES - 1, LANES);
  }

  private void elements(float[] y, int from, float[] dy, int upstream, float[] dx, int to, int n) {
    if (ofLog) {
      sumRows(dy, upstream, n / classes);
    } else {
      for (int i = 0; i < n; i += LANES) {
        load(y, from + i).mul(load(dy, upstream + i)).intoArray(spread, i);
      }
      sumRows(spread, 0, n / classes);
    }
    spreadSums(n);
    GradientPasses.write(y, from, dy, upstream, dx, to, n, spread, 0, true, ofLog);
  }

  private void sumRows(float[] terms, int at, int rows) {
    Arrays.fill(sums, 0, rows, 0);
    for (int c = 0; c < classes; c++) {
      for (int r = 0; r < rows; r += LANES) {
        FloatVector.fromArray(FLOATS, terms, at + c + r * classes, starts, 0)
            .add(load(sums, r))
            .intoArray(sums, r);
      }
    }
  }

  private void spreadSums(int n) {
    int period = classes * LANES;
    for (int start = 0, r = 0; start < n; start += period, r += LANES) {
      IntVector ofRows = finite(load(sums, r)).reinterpretAsInts();
      for (int i = 0; i < period; i += LANES) {
        IntVector.fromArray(INTS, rowOf, i)
            .selectFrom(ofRows)
            .reinterpretAsFloats()
            .intoArray(spread, start + i);
      }
    }
  }

  /** NaN in place of an infinity. */
  @Inline
  private static FloatVector finite(FloatVector sums) {
    return sums.add(sums.sub(sums));
  }

  /** Rows that lie beside each other, some blocks or parts of blocks at a time. */
  public void blocks(boolean ofLog) {
    this.ofLog = ofLog;
    classes = call.classes;
    pitch = ClassMajor.rowsInCache(classes);
    if (tile.length - upstreamAt < classes * pitch) {
      makeRoom(classes * pitch);
    }
    for (int first = 0, count; first < call.rows; first += count) {
      count = Math.min(pitch, call.rows - first);
      int rows = wholeVectors(count);
      takeAndSum(first, count, rows);
      for (int at = 0; at < classes * pitch; at += pitch) {
        GradientPasses.write(tile, at, tile, upstreamAt + at, tile, at, rows, sums, 0, true, ofLog);
      }
      call.out.giveBlocks(first, count, classes, tile, 0, pitch);
    }
  }

  /** Fills the tile. Each class is added up while the copy is in the cache. */
  private void takeAndSum(int first, int count, int rows) {
    Arrays.fill(sums, 0, rows, 0);
    Arrays.fill(part, 0, rows, 0);
    Arrays.fill(lost, 0, rows, 0);
    for (int c = 0; c < classes; c++) {
      int at = c * pitch;
      call.logits.takeClass(c, first, count, tile, at);
      call.outGradient.takeClass(c, first, count, tile, upstreamAt + at);
      addClass(at, rows);
      if (c % PART == PART - 1 || c == classes - 1) {
        joinPart(rows);
      }
    }
    for (int r = 0; r < rows; r += LANES) {
      finite(load(lost, r).add(load(sums, r))).intoArray(sums, r);
    }
  }

  private void addClass(int at, int rows) {
    for (int r = 0; r < rows; r += LANES) {
      FloatVector term = load(tile, upstreamAt + at + r);
      if (!ofLog) {
        term = load(tile, at + r).mul(term);
      }
      term.add(load(part, r)).intoArray(part, r);
    }
  }

  /** {@code sums += part}, with {@link Compensation}; the next part starts at 0. */
  private void joinPart(int rows) {
    for (int r = 0; r < rows; r += LANES) {
      FloatVector p = load(part, r);
      FloatVector s = load(sums, r);
      FloatVector joined = p.add(s);
      Compensation.lost(p, s, joined).add(load(lost, r)).intoArray(lost, r);
      joined.intoArray(sums, r);
      zero(FLOATS).intoArray(part, r);
    }
  }

  /** One row by itself, with the same arithmetic. */
  private void oneRow(int r) {
    float[] y = call.logits.array;
    float[] dy = call.outGradient.array;
    float[] dx = call.out.array;
    int from = call.logits.row(r);
    int upstream = call.outGradient.row(r);
    int to = call.out.row(r);
    float sum = 0;
    for (int c = 0; c < classes; c++) {
      sum += ofLog ? dy[upstream + c] : y[from + c] * dy[upstream + c];
    }
    sum = GradientPasses.finite(sum);
    for (int c = 0; c < classes; c++) {
      dx[to + c] = GradientPasses.gradient(y[from + c], dy[upstream + c], sum, ofLog);
    }
  }
}
