package io.github.softmax4j.kernel;

import static io.github.softmax4j.kernel.Lanes.FLOATS;
import static io.github.softmax4j.kernel.Lanes.INTS;
import static io.github.softmax4j.kernel.Lanes.LANES;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Rows of few classes, turned so that each lane is a row: no lane is idle and nothing is added up
 * across lanes. Class {@code c} of the rows is at {@code c * MOST}, one row after the other; what
 * follows the last row, up to a whole vector, repeats it.
 */
final class NarrowRows extends Rows {

  /** Up to this many classes, rows across the lanes are faster than along them. */
  static final int MOST_CLASSES = 32;

  /** As many elements at once: logits and terms stay in L1. */
  private static final int ELEMENTS = 4096;

  /**
   * Where in the tile the terms start, the logits being before them. A multiple of 4 KiB in between
   * would have every load wait for a store that it seems to depend on, so half of that is added.
   */
  private static final int TERMS = MOST * MOST_CLASSES + 512;

  /** As many classes are added up before their sum joins the others: see {@link WideRows}. */
  static final int PART = 8;

  private final float[] tile = new float[TERMS + MOST * MOST_CLASSES];
  private final float[] references = new float[MOST];
  private final float[] part = new float[MOST];

  /** Where the rows of a vector start, relative to its first. */
  private final int[] starts = new int[LANES];

  /** Where in the tile the elements of {@link #LANES} rows are, one row after the other. */
  private final int[] back = new int[LANES * MOST_CLASSES];

  private int backClasses;

  @Override
  int atOnce() {
    return Math.min(MOST, ELEMENTS / classes / LANES * LANES);
  }

  @Override
  void nextMaxima() {
    maxima();
  }

  @Override
  void maxima() {
    int whole = count / LANES * LANES;
    if (whole > 0) {
      turn(0, whole, LANES);
    }
    if (whole < count) {
      turn(whole, count, count - whole);
    }
    verticalMaxima();
  }

  /** Fills lanes {@code r <= i < end} from vectors of {@code rows} rows. */
  private void turn(int begin, int end, int rows) {
    for (int i = 0; i < LANES; i++) {
      starts[i] = Math.min(i, rows - 1) * stride;
    }
    if (GATHERS) {
      for (int c = 0; c < classes; c++) {
        int at = c * MOST;
        int row = from + c;
        for (int r = begin; r < end; r += LANES) {
          FloatVector.fromArray(FLOATS, x, row + r * stride, starts, 0).intoArray(tile, at + r);
        }
      }
    } else {
      for (int r = begin; r < end; r += LANES) {
        for (int i = 0; i < LANES; i++) {
          int row = from + r * stride + starts[i];
          for (int c = 0; c < classes; c++) {
            tile[c * MOST + r + i] = x[row + c];
          }
        }
      }
    }
  }

  /**
   * Of the bits as integers, as in {@link WideRows#maxima}: the smallest where all are negative.
   */
  private void verticalMaxima() {
    FloatVector lowest = FloatVector.broadcast(FLOATS, -Float.MAX_VALUE);
    int end = classes * MOST;
    for (int r = 0; r < count; r += LANES) {
      IntVector first = FloatVector.fromArray(FLOATS, tile, r).reinterpretAsInts();
      IntVector most = first;
      IntVector least = first;
      for (int i = r + MOST; i < end; i += MOST) {
        IntVector keys = FloatVector.fromArray(FLOATS, tile, i).reinterpretAsInts();
        most = keys.max(most);
        least = keys.min(least);
      }
      IntVector top = first.max(most);
      FloatVector m = top.blend(least, top.lt(0)).reinterpretAsFloats();
      m.intoArray(max, r);
      m.max(lowest).intoArray(references, r);
    }
  }

  @Override
  void sums() {
    terms();
  }

  /** The exponential is written out for the reasons in {@link WideRows}. */
  @Override
  void terms() {
    FloatVector magic = Lanes.magic(headroom);
    IntVector limit = Lanes.limit(headroom);
    FloatVector log2e = Lanes.constant(Lanes.LOG2_E);
    FloatVector hi = Lanes.constant(Lanes.LN2_HIGH);
    FloatVector lo = Lanes.constant(Lanes.LN2_LOW);
    FloatVector c5 = Lanes.constant(Lanes.C5);
    FloatVector c4 = Lanes.constant(Lanes.C4);
    FloatVector c3 = Lanes.constant(Lanes.C3);
    FloatVector c2 = Lanes.constant(Lanes.C2);
    FloatVector c1 = Lanes.constant(Lanes.C1);
    FloatVector c0 = Lanes.constant(Lanes.C0);
    Arrays.fill(sum, 0, count, 0);
    Arrays.fill(part, 0, count, 0);
    for (int c = 0; c < classes; c++) {
      if (c > 0 && c % PART == 0) {
        joinPart();
      }
      int at = c * MOST;
      for (int r = 0; r < count; r += LANES) {
        FloatVector reference = FloatVector.fromArray(FLOATS, references, r);
        FloatVector v = reference.sub(FloatVector.fromArray(FLOATS, tile, at + r));
        v = v.reinterpretAsInts().min(limit).reinterpretAsFloats();
        FloatVector k = v.fma(log2e, magic);
        FloatVector q = k.sub(magic);
        q = q.fma(lo, q.fma(hi, v));
        FloatVector p = q.fma(c5, c4).fma(q, c3).fma(q, c2).fma(q, c1).fma(q, c0);
        IntVector power =
            k.reinterpretAsInts().lanewise(VectorOperators.LSHL, Lanes.EXPONENT_SHIFT);
        FloatVector e = p.mul(power.reinterpretAsFloats());
        e.intoArray(tile, TERMS + at + r);
        e.add(FloatVector.fromArray(FLOATS, part, r)).intoArray(part, r);
      }
    }
    joinPart();
    markSpecial();
  }

  /** {@link #sum} is NaN where {@link #max} is not finite. */
  private void markSpecial() {
    for (int r = 0; r < count; r += LANES) {
      FloatVector m = FloatVector.fromArray(FLOATS, max, r);
      FloatVector s = FloatVector.fromArray(FLOATS, sum, r);
      s.add(m.sub(m)).intoArray(sum, r);
    }
  }

  /** {@code sum += part}, which starts again. */
  private void joinPart() {
    FloatVector zero = FloatVector.zero(FLOATS);
    for (int r = 0; r < count; r += LANES) {
      FloatVector s = FloatVector.fromArray(FLOATS, sum, r);
      s.add(FloatVector.fromArray(FLOATS, part, r)).intoArray(sum, r);
      zero.intoArray(part, r);
    }
  }

  private static int at(int r, int c) {
    return TERMS + c * MOST + r;
  }

  @Override
  void scale() {
    for (int c = 0; c < classes; c++) {
      int at = TERMS + c * MOST;
      for (int r = 0; r < count; r += LANES) {
        FloatVector e = FloatVector.fromArray(FLOATS, tile, at + r);
        e.mul(FloatVector.fromArray(FLOATS, factor, r)).intoArray(tile, at + r);
      }
    }
  }

  @Override
  void scaleMinusLabels() {
    scaleAndSumOthers();
    for (int r = 0; r < count; r++) {
      tile[at(r, label[r])] = 0 - sum[r];
    }
  }

  private void scaleAndSumOthers() {
    FloatVector zero = FloatVector.zero(FLOATS);
    for (int r = 0; r < count; r += LANES) {
      FloatVector f = FloatVector.fromArray(FLOATS, factor, r);
      f.sub(f).intoArray(sum, r); // NaN where there is no softmax
    }
    for (int c = 0; c < classes; c++) {
      int at = TERMS + c * MOST;
      IntVector thisClass = IntVector.broadcast(INTS, c);
      for (int r = 0; r < count; r += LANES) {
        FloatVector e = FloatVector.fromArray(FLOATS, tile, at + r);
        FloatVector p = e.mul(FloatVector.fromArray(FLOATS, factor, r));
        p.intoArray(tile, at + r);
        VectorMask<Float> isLabel = IntVector.fromArray(INTS, label, r).eq(thisClass).cast(FLOATS);
        p.blend(zero, isLabel).add(FloatVector.fromArray(FLOATS, sum, r)).intoArray(sum, r);
      }
    }
  }

  @Override
  void logSoftmax() {
    for (int c = 0; c < classes; c++) {
      int at = c * MOST;
      for (int r = 0; r < count; r += LANES) {
        FloatVector z = FloatVector.fromArray(FLOATS, tile, at + r);
        FloatVector distance = z.sub(FloatVector.fromArray(FLOATS, references, r));
        distance.sub(FloatVector.fromArray(FLOATS, logSum, r)).intoArray(tile, TERMS + at + r);
      }
    }
    store();
  }

  @Override
  void store() {
    if (GATHERS && yStride == classes) {
      gatherBack();
      return;
    }
    for (int r = 0; r < count; r++) {
      for (int c = 0; c < classes; c++) {
        y[to + r * yStride + c] = tile[at(r, c)];
      }
    }
  }

  private void gatherBack() {
    prepareBack();
    int n = classes * LANES;
    int end = count * classes;
    int r = 0;
    for (int start = 0; start + n <= end; start += n, r += LANES) {
      for (int i = 0; i < n; i += LANES) {
        FloatVector.fromArray(FLOATS, tile, TERMS + r, back, i).intoArray(y, to + start + i);
      }
    }
    int start = r * classes;
    for (int i = 0; i < end - start; i += LANES) {
      VectorMask<Float> inRows = FLOATS.indexInRange(start + i, end);
      FloatVector rest = FloatVector.fromArray(FLOATS, tile, TERMS + r, back, i);
      rest.intoArray(y, to + start + i, inRows);
    }
  }

  private void prepareBack() {
    if (backClasses == classes) {
      return;
    }
    for (int r = 0; r < LANES; r++) {
      for (int c = 0; c < classes; c++) {
        back[r * classes + c] = c * MOST + r;
      }
    }
    backClasses = classes;
  }

  @Override
  void scaleMinusTarget(int r, float[] t, int target, double scale) {
    for (int c = 0; c < classes; c++) {
      int at = at(r, c);
      tile[at] = tile[at] * factor[r] - (float) (scale * t[target + c]);
    }
  }
}
