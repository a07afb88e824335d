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
 * Rows of few classes, or with their class axis in the middle, class by class in a tile in which
 * each lane is a row: no lane is idle and nothing is added up across lanes. Class {@code c} of the
 * rows is at {@code c * pitch}, one row after the other; what follows the last row, up to a whole
 * vector, is of no consequence.
 */
final class NarrowRows extends Rows {

  /** Up to this many classes there is room for {@link #MOST} rows, and sums need no help. */
  static final int MOST_CLASSES = LANES == 8 ? 24 : 32;

  private static final int SIGN = Integer.SIZE - 1;

  /** As many elements at once: logits and terms stay in L1. */
  private static final int ELEMENTS = 4096;

  /** Of many classes, logits and terms stay in L2, as more rows at once make longer copies. */
  private static final int ELEMENTS_OF_MANY = 65536;

  /** Up to so many, to ask of every element whether it is its label's costs least. */
  private static final int FEW_CLASSES = 12;

  /** As many classes are added up before their sum joins the others: see {@link WideRows}. */
  static final int PART = 8;

  /** The logits, and at {@link #terms} the terms. */
  private float[] tile = {};

  private int terms;
  private int pitch;

  private final int[] keys = new int[MOST];
  private final float[] part = new float[MOST];
  private final float[] lost = new float[MOST];

  /** Where the rows of a vector start, relative to its first. */
  private final int[] starts = new int[LANES];

  /** Where in the tile the elements of {@link #LANES} rows are, one row after the other. */
  private final int[] back = new int[LANES * MOST_CLASSES];

  private int backClasses;

  NarrowRows(Call call) {
    super(call);
    makeRoom(MOST_CLASSES * MOST);
  }

  /** The terms are behind the logits. */
  private void makeRoom(int elements) {
    terms = behind(elements);
    tile = new float[terms + elements];
  }

  /**
   * Where, behind so many elements, others of the same places start. A multiple of 4 KiB in between
   * would have every load wait for a store that it seems to depend on, so half of that is added.
   */
  static int behind(int elements) {
    return (elements + 1023) / 1024 * 1024 + 512;
  }

  static boolean fits(int classes) {
    return classes <= MOST_CLASSES && !ShortRows.fits(classes) && !ColumnRows.fits(classes);
  }

  /** How many rows of so many classes stay in the cache: whole vectors. */
  static int atOnce(int classes) {
    if (classes <= MOST_CLASSES) {
      return Math.min(MOST, ELEMENTS / classes / LANES * LANES);
    }
    return Math.clamp(ELEMENTS_OF_MANY / classes / LANES * LANES, LANES, MOST);
  }

  @Override
  int atOnce() {
    int rows = atOnce(classes);
    pitch = classes <= MOST_CLASSES ? MOST : rows;
    if (tile.length - terms < classes * pitch) {
      makeRoom(classes * pitch);
    }
    return rows;
  }

  @Override
  void nextMaxima() {
    maxima();
  }

  @Override
  void maxima() {
    if (call.logits.inner > 1) {
      takeBlocks();
    } else {
      takeRows();
      verticalMaxima();
    }
  }

  /** Fills the tile from rows one behind the other. */
  private void takeRows() {
    int whole = count / LANES * LANES;
    if (whole > 0) {
      turn(0, whole, LANES);
    }
    if (whole < count) {
      turn(whole, count, count - whole);
    }
  }

  /** Fills the tile from rows that already lie beside each other, and finds their maxima. */
  private void takeBlocks() {
    Arrays.fill(keys, 0, count, Integer.MIN_VALUE);
    for (int c = 0; c < classes; c++) {
      call.logits.takeClass(c, first, count, tile, c * pitch);
      raiseKeys(c * pitch);
    }
    for (int r = 0; r < count; r += LANES) {
      IntVector key = IntVector.fromArray(INTS, keys, r);
      IntVector turned = key.lanewise(VectorOperators.ASHR, SIGN).and(Integer.MAX_VALUE);
      turned.lanewise(VectorOperators.XOR, key).reinterpretAsFloats().intoArray(max, r);
    }
  }

  /** The bits that order all floats as integers: those of negative ones are turned round. */
  private void raiseKeys(int at) {
    for (int r = 0; r < count; r += LANES) {
      IntVector bits = FloatVector.fromArray(FLOATS, tile, at + r).reinterpretAsInts();
      IntVector turned = bits.lanewise(VectorOperators.ASHR, SIGN).and(Integer.MAX_VALUE);
      turned
          .lanewise(VectorOperators.XOR, bits)
          .max(IntVector.fromArray(INTS, keys, r))
          .intoArray(keys, r);
    }
  }

  /** Fills lanes {@code r <= i < end} from vectors of {@code rows} rows. */
  private void turn(int begin, int end, int rows) {
    float[] x = call.logits.array;
    int from = call.logits.row(first);
    int stride = call.logits.stride;
    for (int i = 0; i < LANES; i++) {
      starts[i] = Math.min(i, rows - 1) * stride;
    }
    if (GATHERS) {
      for (int c = 0; c < classes; c++) {
        int at = c * pitch;
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
            tile[c * pitch + r + i] = x[row + c];
          }
        }
      }
    }
  }

  /**
   * Of the bits as integers, as in {@link WideRows#maxima}: the smallest where all are negative.
   */
  private void verticalMaxima() {
    int pitch = this.pitch;
    int end = classes * pitch;
    for (int r = 0; r < count; r += LANES) {
      IntVector first = FloatVector.fromArray(FLOATS, tile, r).reinterpretAsInts();
      IntVector most = first;
      IntVector least = first;
      for (int i = r + pitch; i < end; i += pitch) {
        IntVector keys = FloatVector.fromArray(FLOATS, tile, i).reinterpretAsInts();
        most = keys.max(most);
        least = keys.min(least);
      }
      IntVector top = first.max(most);
      top.blend(least, top.lt(0)).reinterpretAsFloats().intoArray(max, r);
    }
  }

  @Override
  void sums() {
    terms();
  }

  /** The exponential is written out for the reasons in {@link ExponentialPasses}. */
  @Override
  void terms() {
    if (weights != null) {
      weightedDistances();
    }
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
    clearSums();
    float[] tile = this.tile;
    for (int c = 0; c < classes; c++) {
      if (c > 0 && c % PART == 0) {
        joinPart();
      }
      int at = c * pitch;
      int to = terms + at;
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
        e.intoArray(tile, to + r);
        e.add(FloatVector.fromArray(FLOATS, part, r)).intoArray(part, r);
      }
    }
    joinPart();
    finishSum();
  }

  private void clearSums() {
    FloatVector zero = FloatVector.zero(FLOATS);
    for (int r = 0; r < count; r += LANES) {
      zero.intoArray(sum, r);
      zero.intoArray(part, r);
      zero.intoArray(lost, r);
    }
  }

  /** In float, with every addition's error kept (Knuth's two-sum). */
  private void weightedDistances() {
    int end = classes * pitch;
    for (int r = 0; r < count; r += LANES) {
      FloatVector reference = FloatVector.fromArray(FLOATS, references, r);
      FloatVector sum = FloatVector.zero(FLOATS);
      FloatVector errors = FloatVector.zero(FLOATS);
      int c = weightsAt;
      for (int i = r; i < end; i += pitch, c++) {
        FloatVector far = reference.sub(FloatVector.fromArray(FLOATS, tile, i)).mul(weights[c]);
        FloatVector next = far.add(sum);
        FloatVector added = next.sub(sum);
        FloatVector lostOfSum = next.sub(added).sub(sum);
        errors = far.sub(added).sub(lostOfSum).add(errors);
        sum = next;
      }
      FloatVector zero = FloatVector.zero(FLOATS);
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
      FloatVector m = FloatVector.fromArray(FLOATS, max, r);
      FloatVector s = FloatVector.fromArray(FLOATS, sum, r);
      FloatVector l = FloatVector.fromArray(FLOATS, lost, r);
      s.add(l).add(m.sub(m)).intoArray(sum, r);
    }
  }

  /** {@code sum += part}, which starts again. Of many parts, the rounding errors are kept. */
  private void joinPart() {
    FloatVector zero = FloatVector.zero(FLOATS);
    boolean many = classes > MOST_CLASSES;
    for (int r = 0; r < count; r += LANES) {
      FloatVector p = FloatVector.fromArray(FLOATS, part, r);
      FloatVector s = FloatVector.fromArray(FLOATS, sum, r);
      FloatVector joined = s.add(p);
      joined.intoArray(sum, r);
      zero.intoArray(part, r);
      if (many) {
        FloatVector error = p.sub(joined.sub(s));
        error.add(FloatVector.fromArray(FLOATS, lost, r)).intoArray(lost, r);
      }
    }
  }

  private int at(int r, int c) {
    return terms + c * pitch + r;
  }

  @Override
  void scale() {
    for (int c = 0; c < classes; c++) {
      int at = at(0, c);
      for (int r = 0; r < count; r += LANES) {
        FloatVector e = FloatVector.fromArray(FLOATS, tile, at + r);
        e.mul(FloatVector.fromArray(FLOATS, factor, r)).intoArray(tile, at + r);
      }
    }
  }

  @Override
  void scaleMinusLabels(float[] weights, int at) {
    findAtLabels();
    if (weights == null && classes <= FEW_CLASSES) {
      scaleAndPutLabels();
      return;
    }
    scale();
    if (weights != null) {
      subtractWeights(weights, at);
    }
    for (int r = 0; r < count; r++) {
      if (label[r] >= 0) {
        tile[at(r, label[r])] = sum[r];
      }
    }
  }

  private void subtractWeights(float[] u, int at) {
    for (int c = 0; c < classes; c++) {
      int to = at(0, c);
      FloatVector up = FloatVector.broadcast(FLOATS, -u[at + c]);
      for (int r = 0; r < count; r += LANES) {
        FloatVector y = FloatVector.fromArray(FLOATS, tile, to + r);
        FloatVector.fromArray(FLOATS, shift, r).fma(up, y).intoArray(tile, to + r);
      }
    }
  }

  /** In the place of {@link #sum}, what the terms become at the labels. */
  private void findAtLabels() {
    FloatVector zero = FloatVector.zero(FLOATS);
    clearSums();
    for (int c = 0; c < classes; c++) {
      if (classes > MOST_CLASSES && c % PART == 0) {
        joinPart();
      }
      int at = at(0, c);
      IntVector thisClass = IntVector.broadcast(INTS, c);
      for (int r = 0; r < count; r += LANES) {
        FloatVector e = FloatVector.fromArray(FLOATS, tile, at + r);
        VectorMask<Float> isLabel = IntVector.fromArray(INTS, label, r).eq(thisClass).cast(FLOATS);
        e.blend(zero, isLabel).add(FloatVector.fromArray(FLOATS, part, r)).intoArray(part, r);
      }
    }
    joinPart();
    for (int r = 0; r < count; r += LANES) {
      FloatVector l = FloatVector.fromArray(FLOATS, lost, r);
      FloatVector others = FloatVector.fromArray(FLOATS, sum, r).add(l);
      FloatVector scaled = others.mul(FloatVector.fromArray(FLOATS, factor, r));
      FloatVector.fromArray(FLOATS, beyond, r).sub(scaled).intoArray(sum, r);
    }
  }

  /** Of few classes, every element is asked whether it is the label's: no scalar is stored. */
  private void scaleAndPutLabels() {
    for (int c = 0; c < classes; c++) {
      int at = at(0, c);
      IntVector thisClass = IntVector.broadcast(INTS, c);
      for (int r = 0; r < count; r += LANES) {
        FloatVector e = FloatVector.fromArray(FLOATS, tile, at + r);
        FloatVector p = e.mul(FloatVector.fromArray(FLOATS, factor, r));
        VectorMask<Float> isLabel = IntVector.fromArray(INTS, label, r).eq(thisClass).cast(FLOATS);
        p.blend(FloatVector.fromArray(FLOATS, sum, r), isLabel).intoArray(tile, at + r);
      }
    }
  }

  @Override
  void logSoftmax() {
    for (int c = 0; c < classes; c++) {
      int at = c * pitch;
      for (int r = 0; r < count; r += LANES) {
        FloatVector z = FloatVector.fromArray(FLOATS, tile, at + r);
        FloatVector distance = z.sub(FloatVector.fromArray(FLOATS, references, r));
        distance.sub(FloatVector.fromArray(FLOATS, logSum, r)).intoArray(tile, terms + at + r);
      }
    }
    store();
  }

  @Override
  void store() {
    if (call.out.inner > 1) {
      call.out.giveBlocks(first, count, classes, tile, terms, pitch);
    } else if (GATHERS && call.out.stride == classes) {
      gatherBack();
    } else {
      for (int r = 0; r < count; r++) {
        int to = call.out.row(first + r);
        for (int c = 0; c < classes; c++) {
          call.out.array[to + c] = tile[at(r, c)];
        }
      }
    }
  }

  private void gatherBack() {
    prepareBack();
    float[] y = call.out.array;
    int to = call.out.row(first);
    int n = classes * LANES;
    int end = count * classes;
    int r = 0;
    for (int start = 0; start + n <= end; start += n, r += LANES) {
      for (int i = 0; i < n; i += LANES) {
        FloatVector.fromArray(FLOATS, tile, terms + r, back, i).intoArray(y, to + start + i);
      }
    }
    int start = r * classes;
    for (int i = 0; i < end - start; i += LANES) {
      VectorMask<Float> inRows = FLOATS.indexInRange(start + i, end);
      FloatVector rest = FloatVector.fromArray(FLOATS, tile, terms + r, back, i);
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
  void logitsAtLabels() {
    gatherAtLabels(tile, 0, 1, pitch);
  }

  @Override
  void scaleMinusTarget(int r, float[] t, int target, int step, double scale) {
    for (int c = 0; c < classes; c++) {
      int at = at(r, c);
      float wanted = (float) (scale * t[target + c * step]);
      tile[at] = tile[at] * factor[r] - wanted;
    }
  }
}
