package io.github.softmax4j.kernel;

import static io.github.softmax4j.kernel.Lanes.FLOATS;
import static io.github.softmax4j.kernel.Lanes.INTS;
import static io.github.softmax4j.kernel.Lanes.LANES;
import static io.github.softmax4j.kernel.Lanes.floats;
import static io.github.softmax4j.kernel.Lanes.keys;
import static io.github.softmax4j.kernel.Lanes.load;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.zero;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/**
 * Rows of few classes, class by class in a tile in which each lane is a row: no lane is idle and
 * nothing is added up across lanes. Class {@code c} of the rows is at {@code c * pitch}, one row
 * after the other; what follows the last row, up to a whole vector, is of no consequence. The terms
 * take the logits' place there.
 */
sealed class NarrowRows extends Rows permits BlockRows {

  /** Up to this many classes there is room for {@link #MOST} rows, and sums need no help. */
  static final int MOST_CLASSES = LANES == 8 ? 24 : 32;

  /** Up to so many, to ask of every element whether it is its label's costs least. */
  private static final int FEW_CLASSES = 12;

  /** As many classes are added up before their sum joins the others: see {@link WideRows}. */
  static final int PART = 8;

  /**
   * Up to so many, the classes of a row are gone through before the next row: no more than a part.
   */
  private static final int AT_A_TIME = LANES > 8 ? PART : 3;

  /** From one class to the next there is a cache line more than rows. */
  private static final int LINE = 16;

  /** Room for what nobody wants, and for a few rows on their way. */
  private static final int ASIDE = AT_A_TIME * (MOST + LINE) + LANES;

  float[] tile = {};
  int pitch;

  /** Where in the tile {@link #ASIDE} is. */
  private int aside;

  private final float[] part = new float[MOST];
  private final float[] lost = new float[MOST];

  NarrowRows(Call call) {
    super(call);
  }

  @Override
  int atOnce() {
    return makeRoom(MOST);
  }

  /**
   * Makes the tile one of so many rows. Without a line between classes of many, loads of one class
   * would wait for stores of another at the same place in its page, on which they seem to depend.
   */
  final int makeRoom(int rows) {
    pitch = rows > LINE ? rows + LINE : rows;
    if (classes * pitch > aside) {
      aside = behind(Math.max(classes * pitch, MOST_CLASSES * (MOST + LINE)));
      tile = new float[aside + ASIDE];
    }
    return rows;
  }

  /**
   * Where, behind so many elements, others of the same places start. A multiple of 4 KiB in between
   * would have every load wait for a store that it seems to depend on, so half of that is added.
   */
  static int behind(int elements) {
    return (elements + 1023) / 1024 * 1024 + 512;
  }

  @Override
  void nextMaxima() {
    maxima();
  }

  @Override
  void maxima() {
    take();
    verticalMaxima();
  }

  /**
   * Fills the tile from rows one behind the other. The last ones, behind which there may be less
   * than a vector, or which do not fill one, are copied behind the tile first.
   */
  void take() {
    float[] x = call.logits.array;
    int from = call.logits.row(first);
    int stride = call.logits.stride;
    int whole = count / LANES * LANES;
    if (from + (whole - 1) * stride + classes > x.length - LANES) {
      whole = Math.max(0, whole - LANES);
    }
    Transpose.toClasses(x, from, stride, whole, classes, tile, 0, pitch);
    for (int r = whole; r < count; r += LANES) {
      for (int i = 0; i < Math.min(LANES, count - r); i++) {
        System.arraycopy(x, from + (r + i) * stride, tile, aside + i * classes, classes);
      }
      Transpose.toClasses(tile, aside, classes, LANES, classes, tile, r, pitch);
    }
  }

  /**
   * Of the bits as integers, as in {@link WideRows#maxima}: the smallest where all are negative.
   */
  private void verticalMaxima() {
    int pitch = this.pitch;
    int end = classes * pitch;
    for (int r = 0; r < count; r += LANES) {
      IntVector first = keys(tile, r);
      IntVector most = first;
      IntVector least = first;
      for (int i = r + pitch; i < end; i += pitch) {
        IntVector keys = keys(tile, i);
        most = keys.max(most);
        least = keys.min(least);
      }
      IntVector top = first.max(most);
      top.blend(least, top.lt(0)).reinterpretAsFloats().intoArray(max, r);
    }
  }

  @Override
  void sums() {
    findTerms(false);
  }

  @Override
  void terms() {
    findTerms(true);
  }

  private void findTerms(boolean stores) {
    if (weights != null) {
      weightedDistances();
    }
    if (classes <= AT_A_TIME) {
      termsRowByRow(stores ? 0 : aside);
    } else {
      termsClassByClass(stores);
    }
  }

  /**
   * All classes of a vector of rows after each other, their sums in registers. The maxima are
   * loaded behind the classes: with 16 registers one vector more than those at hand would be kept
   * on the stack, stored there again for every class, and where that address is one of those bad
   * for the CPU, all would take three times as long.
   */
  private void termsRowByRow(int to) {
    int headroom = this.headroom;
    float magic = Exponential.magic(headroom);
    IntVector limit = Exponential.limits(headroom);
    FloatVector zero = zero(FLOATS);
    float[] tile = this.tile;
    int pitch = this.pitch;
    int end = classes * pitch;
    for (int r = 0; r < count; r += LANES) {
      IntVector reference = keys(references, r);
      FloatVector total = zero;
      for (int i = r; i < end; i += pitch) {
        FloatVector v = floats(reference).sub(load(tile, i));
        FloatVector e = Exponential.exp(Exponential.clamp(v, limit), magic, false);
        e.intoArray(tile, to + i);
        total = e.add(total);
      }
      FloatVector m = load(max, r);
      m.sub(m).add(total).intoArray(sum, r);
    }
  }

  /** The same where loops over the classes would be too many, or their sum has parts. */
  private void termsClassByClass(boolean stores) {
    int headroom = this.headroom;
    float magic = Exponential.magic(headroom);
    IntVector limit = Exponential.limits(headroom);
    clearSums();
    float[] tile = this.tile;
    for (int c = 0; c < classes; c++) {
      if (c > 0 && c % PART == 0) {
        joinPart();
      }
      int at = c * pitch;
      int to = stores ? at : aside;
      for (int r = 0; r < count; r += LANES) {
        FloatVector v = load(references, r).sub(load(tile, at + r));
        FloatVector e = Exponential.exp(Exponential.clamp(v, limit), magic, false);
        e.intoArray(tile, to + r);
        e.add(load(part, r)).intoArray(part, r);
      }
    }
    joinPart();
    finishSum();
  }

  private void clearSums() {
    Arrays.fill(sum, 0, count, 0);
    Arrays.fill(part, 0, count, 0);
    Arrays.fill(lost, 0, count, 0);
  }

  /** In float, with {@link Compensation}. */
  private void weightedDistances() {
    int end = classes * pitch;
    for (int r = 0; r < count; r += LANES) {
      IntVector reference = keys(references, r);
      FloatVector sum = zero(FLOATS);
      FloatVector errors = zero(FLOATS);
      int c = weightsAt;
      for (int i = r; i < end; i += pitch, c++) {
        FloatVector far = floats(reference).sub(load(tile, i)).mul(weights[c]);
        FloatVector next = far.add(sum);
        errors = Compensation.lost(far, sum, next).add(errors);
        sum = next;
      }
      FloatVector zero = zero(FLOATS);
      zero.add(sum).intoArray(part, r);
      zero.add(errors).intoArray(lost, r);
    }
    for (int r = 0; r < count; r++) {
      float error = Float.isFinite(part[r]) ? lost[r] : 0; // of infinities it is NaN
      distance[r] = (double) part[r] + error;
    }
  }

  /** {@code sum += lost}, and NaN where {@link #max} is not finite. */
  private void finishSum() {
    for (int r = 0; r < count; r += LANES) {
      FloatVector m = load(max, r);
      FloatVector s = load(sum, r);
      FloatVector l = load(lost, r);
      s.add(l).add(m.sub(m)).intoArray(sum, r);
    }
  }

  /** {@code sum += part}, which starts again. Of many parts, the rounding errors are kept. */
  private void joinPart() {
    boolean many = classes > MOST_CLASSES;
    for (int r = 0; r < count; r += LANES) {
      FloatVector p = load(part, r);
      FloatVector s = load(sum, r);
      FloatVector joined = s.add(p);
      joined.intoArray(sum, r);
      zero(FLOATS).intoArray(part, r);
      if (many) {
        FloatVector error = p.sub(joined.sub(s));
        error.add(load(lost, r)).intoArray(lost, r);
      }
    }
  }

  @Override
  void scale() {
    scaleTile();
    store();
  }

  private void scaleTile() {
    for (int c = 0; c < classes; c++) {
      int at = c * pitch;
      for (int r = 0; r < count; r += LANES) {
        FloatVector e = load(tile, at + r);
        e.mul(load(factor, r)).intoArray(tile, at + r);
      }
    }
  }

  @Override
  void scaleMinusLabels(float[] weights, int at) {
    if (weights == null && classes <= FEW_CLASSES) {
      scaleAndPutLabels();
    } else {
      findAtLabels();
      scaleTile();
      if (weights != null) {
        subtractWeights(weights, at);
      }
      putLabels();
    }
    store();
  }

  private void putLabels() {
    for (int r = 0; r < count; r++) {
      if (label[r] >= 0) {
        tile[label[r] * pitch + r] = sum[r];
      }
    }
  }

  private void subtractWeights(float[] u, int at) {
    for (int c = 0; c < classes; c++) {
      int to = c * pitch;
      FloatVector up = broadcast(FLOATS, -u[at + c]);
      for (int r = 0; r < count; r += LANES) {
        FloatVector y = load(tile, to + r);
        load(shift, r).fma(up, y).intoArray(tile, to + r);
      }
    }
  }

  /** In the place of {@link #sum}, what the terms become at the labels. */
  final void findAtLabels() {
    FloatVector zero = zero(FLOATS);
    int size = classes > MOST_CLASSES ? PART : classes;
    for (int r = 0; r < count; r += LANES) {
      IntVector wanted = IntVector.fromArray(INTS, label, r);
      FloatVector others = zero;
      FloatVector lost = zero;
      for (int start = 0; start < classes; start += size) {
        FloatVector some = zero;
        for (int c = start; c < Math.min(start + size, classes); c++) {
          VectorMask<Float> isLabel = IntVector.broadcast(INTS, c).eq(wanted).cast(FLOATS);
          some = load(tile, c * pitch + r).blend(zero, isLabel).add(some);
        }
        FloatVector added = zero(FLOATS).add(some);
        FloatVector joined = added.add(others);
        lost = added.sub(joined.sub(others)).add(lost);
        others = joined;
      }
      FloatVector by = load(factor, r);
      FloatVector scaled = zero(FLOATS).add(others).add(lost).mul(by);
      load(beyond, r).sub(scaled).intoArray(sum, r);
    }
  }

  /** Of few classes, every element is asked whether it is the label's: no scalar is stored. */
  private void scaleAndPutLabels() {
    FloatVector zero = zero(FLOATS);
    int end = classes * pitch;
    for (int r = 0; r < count; r += LANES) {
      IntVector wanted = IntVector.fromArray(INTS, label, r);
      FloatVector by = load(factor, r);
      FloatVector others = zero;
      for (int i = r, c = 0; i < end; i += pitch, c++) {
        VectorMask<Float> isLabel = IntVector.broadcast(INTS, c).eq(wanted).cast(FLOATS);
        others = load(tile, i).blend(zero, isLabel).add(others);
      }
      FloatVector atLabels = load(beyond, r).sub(by.mul(others));
      for (int i = r, c = 0; i < end; i += pitch, c++) {
        VectorMask<Float> isLabel = IntVector.broadcast(INTS, c).eq(wanted).cast(FLOATS);
        FloatVector scaled = load(tile, i).mul(by);
        scaled.blend(atLabels, isLabel).intoArray(tile, i);
      }
    }
  }

  @Override
  void logSoftmax() {
    for (int c = 0; c < classes; c++) {
      int at = c * pitch;
      for (int r = 0; r < count; r += LANES) {
        FloatVector z = load(tile, at + r);
        FloatVector distance = z.sub(load(references, r));
        distance.sub(load(logSum, r)).intoArray(tile, at + r);
      }
    }
    store();
  }

  @Override
  void store() {
    if (call.out.stride == classes && classes <= Transpose.MOST_TO_ROWS) {
      transposeBack();
    } else {
      for (int r = 0; r < count; r++) {
        int to = call.out.row(first + r);
        for (int c = 0; c < classes; c++) {
          call.out.array[to + c] = tile[c * pitch + r];
        }
      }
    }
  }

  /** The last rows by way of the tile: what is written beyond them must not be seen. */
  private void transposeBack() {
    float[] y = call.out.array;
    int to = call.out.row(first);
    int whole = Math.max(0, count - Transpose.rowsSpoilt(classes)) / LANES * LANES;
    Transpose.toRows(tile, 0, pitch, whole, y, to, classes);
    for (int r = whole; r < count; r += LANES) {
      Transpose.toRows(tile, r, pitch, LANES, tile, aside, classes);
      int left = Math.min(LANES, count - r);
      System.arraycopy(tile, aside, y, to + r * classes, left * classes);
    }
  }

  @Override
  void logitsAtLabels() {
    if (classes > FEW_CLASSES) {
      takeAtLabels(tile, 0, 1, pitch);
      return;
    }
    FloatVector zero = zero(FLOATS);
    int end = classes * pitch;
    for (int r = 0; r < count; r += LANES) {
      IntVector wanted = IntVector.fromArray(INTS, label, r);
      FloatVector found = zero;
      for (int i = r, c = 0; i < end; i += pitch, c++) {
        VectorMask<Float> isHere = IntVector.broadcast(INTS, c).eq(wanted).cast(FLOATS);
        found = load(tile, i).blend(found, isHere.not());
      }
      zero(FLOATS).add(found).intoArray(atLabel, r);
    }
  }

  @Override
  void scaleMinusTarget(int r, float[] t, int target, int step, double scale) {
    for (int c = 0; c < classes; c++) {
      int at = c * pitch + r;
      float wanted = (float) (scale * t[target + c * step]);
      tile[at] = tile[at] * factor[r] - wanted;
    }
  }
}
