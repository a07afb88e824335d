package io.github.softmax4j.internal.vector.backward;

import static io.github.softmax4j.internal.vector.math.Lanes.FLOATS;
import static io.github.softmax4j.internal.vector.math.Lanes.INTS;
import static io.github.softmax4j.internal.vector.math.Lanes.LANES;
import static io.github.softmax4j.internal.vector.math.Lanes.keys;
import static io.github.softmax4j.internal.vector.math.Lanes.load;
import static jdk.incubator.vector.FloatVector.zero;

import io.github.softmax4j.internal.BackwardRow;
import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.Matrix;
import io.github.softmax4j.internal.vector.lanewise.LanewiseBackward;
import io.github.softmax4j.internal.vector.math.Compensation;
import io.github.softmax4j.internal.vector.math.Lanes;
import io.github.softmax4j.internal.vector.math.Width;
import io.github.softmax4j.internal.vector.rows.AcrossRows;
import io.github.softmax4j.internal.vector.tile.ClassMajor;
import io.github.softmax4j.internal.vector.tile.Sizes;
import io.github.softmax4j.internal.vector.tile.Tile;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * The gradients of softmax and log-softmax for rows of few classes, or with the class axis in the
 * middle. Each lane adds up one row, in the order of the classes.
 *
 * <p>Rows with the class axis in the middle are copied to a tile, class by class. Short rows need
 * no transpose, other than in {@link AcrossRows}: one row per lane fills whole vectors. Gathers
 * load the terms of the sums. A permutation copies the sums to the elements.
 */
public final class BackwardAcross {

  /** The largest number of classes of a short row. */
  private static final int MAX_SHORT = Sizes.BACKWARD_BLOCK;

  /** The largest number of elements of short rows for which all arrays fit in L1. */
  private static final int MAX_ELEMENTS = 2048;

  /** The largest number of rows for which a scalar loop is faster than vectors with idle lanes. */
  private static final int MAX_SCALAR_ROWS = LANES / 2;

  /** The key of the smallest magnitude of a sum that is not safe in float. */
  private static final int SAFE_KEY = Float.floatToRawIntBits(BackwardRow.LARGEST_SAFE);

  private final Call call;

  private boolean ofLog;
  private int classes;

  /** Copies of {@code y} and, from {@link #dyCopyStart} on, of {@code dy}. */
  private float[] tile;

  private int dyCopyStart;

  /** The distance from one class to the next, with the class axis in the middle. */
  private int pitch;

  /** For each element of short rows, its product, and later the sum of its row. */
  private final float[] perElement = new float[MAX_ELEMENTS];

  private final float[] sums = new float[Tile.MAX_ROWS];
  private final float[] blockSums = new float[Tile.MAX_ROWS];
  private final float[] errors = new float[Tile.MAX_ROWS];

  /** The index of each of {@code LANES} short rows. */
  private final int[] rowStarts = new int[LANES];

  /** For each element of {@code LANES} short rows, the number of its row. */
  private final int[] rowOfElement = new int[LANES * MAX_SHORT];

  private int preparedClasses;

  /** Makes a kernel for this call object. */
  public BackwardAcross(Call call) {
    this.call = call;
    makeRoom(MAX_ELEMENTS);
  }

  private void makeRoom(int elements) {
    dyCopyStart = ClassMajor.behind(elements);
    tile = new float[dyCopyStart + elements];
  }

  /** Computes short rows, with the class axis last. */
  public void shortRows(boolean ofLog) {
    this.ofLog = ofLog;
    classes = call.classes;
    int first = 0;
    if (Lanes.GATHERS) {
      prepare();
      for (int count; call.rows - first > MAX_SCALAR_ROWS; first += count) {
        count = severalRows(first);
      }
    }
    for (; first < call.rows; first++) {
      LanewiseBackward.shortRow(call, first, ofLog);
    }
  }

  private void prepare() {
    if (preparedClasses == classes) {
      return;
    }
    for (int r = 0; r < LANES; r++) {
      rowStarts[r] = r * classes;
      Arrays.fill(rowOfElement, r * classes, (r + 1) * classes, r);
    }
    preparedClasses = classes;
  }

  /** Computes rows without gaps between them in place, and other rows in copies. */
  private int severalRows(int first) {
    Matrix y = call.logits;
    Matrix dy = call.outGradient;
    Matrix dx = call.out;
    int n = classes;
    int count =
        Math.min(MAX_ELEMENTS / n / LANES * LANES, Math.min(Tile.MAX_ROWS, call.rows - first));
    int yStart = y.row(first);
    int dyStart = dy.row(first);
    int dxStart = dx.row(first);
    if (count >= LANES && y.stride == n && dy.stride == n && dx.stride == n) {
      count = Width.wholeGroups(count, LANES);
      sumRows(y.array, yStart, dy.array, dyStart, count * n);
      if (!areSafe(count)) {
        return rowByRow(first, count);
      }
      gradients(y.array, yStart, dy.array, dyStart, dx.array, dxStart, count * n);
    } else {
      copyRows(y.array, yStart, y.stride, tile, 0, n, count);
      copyRows(dy.array, dyStart, dy.stride, tile, dyCopyStart, n, count);
      sumRows(tile, 0, tile, dyCopyStart, wholeVectors(count) * n);
      if (!areSafe(count)) {
        return rowByRow(first, count);
      }
      gradients(tile, 0, tile, dyCopyStart, tile, 0, wholeVectors(count) * n);
      copyRows(tile, 0, n, dx.array, dxStart, dx.stride, count);
    }
    return count;
  }

  /** Computes rows one by one, as some sums are not safe in float. */
  private int rowByRow(int first, int count) {
    for (int r = first; r < first + count; r++) {
      LanewiseBackward.shortRow(call, r, ofLog);
    }
    return count;
  }

  /** Returns whether the sums of all rows are {@link BackwardRow#isSafe safe} in float. */
  private boolean areSafe(int rows) {
    IntVector magnitudeBits = IntVector.broadcast(INTS, Integer.MAX_VALUE);
    IntVector largest = IntVector.zero(INTS);
    for (int r = 0; r < rows; r += LANES) {
      largest = keys(sums, r).and(magnitudeBits).max(largest);
    }
    int key = IntVector.zero(INTS).max(largest).reduceLanes(VectorOperators.MAX);
    return key < SAFE_KEY || areSafeOneByOne(rows);
  }

  /** The same without the lanes that are no rows. */
  private boolean areSafeOneByOne(int rows) {
    for (int r = 0; r < rows; r++) {
      if (!BackwardRow.isSafe(sums[r])) {
        return false;
      }
    }
    return true;
  }

  /** Copies each row as one vector, or as its first and last vector, which may overlap. */
  private void copyRows(
      float[] x, int xStart, int stride, float[] copy, int copyStart, int copyStride, int rows) {
    VectorMask<Float> inRow = FLOATS.indexInRange(0, classes);
    int secondVector = classes - LANES;
    for (int r = 0; r < rows; r++) {
      int row = xStart + r * stride;
      int copied = copyStart + r * copyStride;
      FloatVector.fromArray(FLOATS, x, row, inRow).intoArray(copy, copied, inRow);
      if (secondVector > 0) {
        load(x, row + secondVector).intoArray(copy, copied + secondVector);
      }
    }
  }

  private static int wholeVectors(int rows) {
    return Width.wholeGroups(rows + LANES - 1, LANES);
  }

  /** Finds the sums of the rows of {@code n} elements. */
  private void sumRows(float[] y, int yStart, float[] dy, int dyStart, int n) {
    if (ofLog) {
      sumRows(dy, dyStart, n / classes);
    } else {
      for (int i = 0; i < n; i += LANES) {
        load(y, yStart + i).mul(load(dy, dyStart + i)).intoArray(perElement, i);
      }
      sumRows(perElement, 0, n / classes);
    }
  }

  private void gradients(
      float[] y, int yStart, float[] dy, int dyStart, float[] dx, int dxStart, int n) {
    copySumsToElements(n);
    GradientPasses.write(y, yStart, dy, dyStart, dx, dxStart, n, perElement, 0, true, ofLog);
  }

  private void sumRows(float[] terms, int start, int rows) {
    Arrays.fill(sums, 0, rows, 0);
    for (int c = 0; c < classes; c++) {
      for (int r = 0; r < rows; r += LANES) {
        FloatVector.fromArray(FLOATS, terms, start + c + r * classes, rowStarts, 0)
            .add(load(sums, r))
            .intoArray(sums, r);
      }
    }
  }

  private void copySumsToElements(int n) {
    int period = classes * LANES;
    for (int start = 0, r = 0; start < n; start += period, r += LANES) {
      IntVector sumBits = keys(sums, r);
      for (int i = 0; i < period; i += LANES) {
        IntVector.fromArray(INTS, rowOfElement, i)
            .selectFrom(sumBits)
            .reinterpretAsFloats()
            .intoArray(perElement, start + i);
      }
    }
  }

  /** Computes adjacent rows, with the class axis in the middle. */
  public void blocks(boolean ofLog) {
    if (call.rows == 0) { // the copies may have no place in memory
      return;
    }
    this.ofLog = ofLog;
    classes = call.classes;
    pitch = ClassMajor.rowsInCache(classes);
    ClassMajor.checkRoom(classes, 3L * pitch);
    if (tile.length - dyCopyStart < classes * pitch) {
      makeRoom(classes * pitch);
    }
    for (int first = 0, count; first < call.rows; first += count) {
      count = Math.min(pitch, call.rows - first);
      int rows = wholeVectors(count);
      copyAndSum(first, count, rows);
      for (int i = 0; i < classes * pitch; i += pitch) {
        GradientPasses.write(tile, i, tile, dyCopyStart + i, tile, i, rows, sums, 0, true, ofLog);
      }
      if (!areSafe(count)) {
        unsafeRows(first, count);
      }
      call.out.giveBlocks(first, count, classes, tile, 0, pitch);
    }
  }

  /** Replaces the results of rows whose sums are not safe. The inputs are still there. */
  private void unsafeRows(int first, int count) {
    for (int r = 0; r < count; r++) {
      if (!BackwardRow.isSafe(sums[r])) {
        BackwardRow.write(call, first + r, ofLog, tile, r, pitch);
      }
    }
  }

  /** Fills the tile, and adds up each class while its copy is in the cache. */
  private void copyAndSum(int first, int count, int rows) {
    Arrays.fill(sums, 0, rows, 0);
    Arrays.fill(blockSums, 0, rows, 0);
    Arrays.fill(errors, 0, rows, 0);
    for (int c = 0; c < classes; c++) {
      int start = c * pitch;
      call.logits.takeClass(c, first, count, tile, start);
      call.outGradient.takeClass(c, first, count, tile, dyCopyStart + start);
      addClass(start, rows);
      if (c % Sizes.BACKWARD_BLOCK == Sizes.BACKWARD_BLOCK - 1 || c == classes - 1) {
        joinBlock(rows);
      }
    }
    for (int r = 0; r < rows; r += LANES) {
      load(errors, r).add(load(sums, r)).intoArray(sums, r);
    }
  }

  private void addClass(int start, int rows) {
    for (int r = 0; r < rows; r += LANES) {
      FloatVector term = load(tile, dyCopyStart + start + r);
      if (!ofLog) {
        term = load(tile, start + r).mul(term);
      }
      term.add(load(blockSums, r)).intoArray(blockSums, r);
    }
  }

  /** Adds the block's sums to {@code sums} with {@link Compensation}, and sets them to 0. */
  private void joinBlock(int rows) {
    for (int r = 0; r < rows; r += LANES) {
      FloatVector blockSum = load(blockSums, r);
      FloatVector sum = load(sums, r);
      FloatVector total = blockSum.add(sum);
      Compensation.lost(blockSum, sum, total).add(load(errors, r)).intoArray(errors, r);
      total.intoArray(sums, r);
      zero(FLOATS).intoArray(blockSums, r);
    }
  }
}
