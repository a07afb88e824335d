package io.github.softmax4j.kernel;

import static io.github.softmax4j.kernel.Lanes.FLOATS;
import static io.github.softmax4j.kernel.Lanes.INTS;
import static io.github.softmax4j.kernel.Lanes.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/**
 * Rows with their class axis in the middle, which lie beside each other as {@link NarrowRows} need
 * them. They are copied all the same: as far apart as classes are in an array, often by a power of
 * two, they would drive each other out of the caches. Results go straight to where they belong.
 */
final class BlockRows extends NarrowRows {

  /** Of many classes, they stay in L2, as more rows at once make longer copies. */
  private static final int ELEMENTS_OF_MANY = 65536;

  /** Of blocks with fewer rows, the results go through the tile, as runs of them are short. */
  private static final int LONG_RUN = 2 * LANES;

  /** What becomes of the tile's rows from {@code r} on, in one block, of one class. */
  @FunctionalInterface
  private interface LastStep {
    void write(int c, int r, int rows, float[] y, int to);
  }

  private final LastStep scaled = this::writeScaled;
  private final LastStep minusLabels = this::writeScaledMinusLabels;
  private final LastStep logSoftmax = this::writeLogSoftmax;

  BlockRows(Call call) {
    super(call);
  }

  /** How many rows of so many classes stay in the cache: whole vectors. */
  static int atOnce(int classes) {
    return Math.clamp(ELEMENTS_OF_MANY / classes / LANES * LANES, LANES, MOST);
  }

  @Override
  int atOnce() {
    return makeRoom(atOnce(classes));
  }

  @Override
  void take() {
    for (int c = 0; c < classes; c++) {
      call.logits.takeClass(c, first, count, tile, c * pitch);
    }
  }

  @Override
  void scale() {
    if (hasLongRuns()) {
      write(scaled);
    } else {
      super.scale();
    }
  }

  @Override
  void scaleMinusLabels(float[] weights, int at) {
    if (weights == null && hasLongRuns()) {
      findAtLabels();
      write(minusLabels);
    } else {
      super.scaleMinusLabels(weights, at);
    }
  }

  @Override
  void logSoftmax() {
    if (hasLongRuns()) {
      write(logSoftmax);
    } else {
      super.logSoftmax();
    }
  }

  @Override
  void store() {
    call.out.giveBlocks(first, count, classes, tile, 0, pitch);
  }

  private boolean hasLongRuns() {
    return call.out.inner >= LONG_RUN;
  }

  private void write(LastStep step) {
    Matrix out = call.out;
    for (int r = 0, size; r < count; r += size) {
      size = Math.min(count - r, out.leftOfBlock(first + r));
      int to = out.row(first + r);
      for (int c = 0; c < classes; c++) {
        step.write(c, r, size, out.array, to + c * out.inner);
      }
    }
  }

  /** A twin of the next, since softmax shall not look for labels. */
  private void writeScaled(int c, int begin, int rows, float[] y, int to) {
    int from = c * pitch + begin;
    int whole = Lanes.wholeGroups(rows, LANES);
    for (int r = 0; r < whole; r += LANES) {
      FloatVector e = FloatVector.fromArray(FLOATS, tile, from + r);
      e.mul(FloatVector.fromArray(FLOATS, factor, begin + r)).intoArray(y, to + r);
    }
    for (int r = whole; r < rows; r++) {
      y[to + r] = tile[from + r] * factor[begin + r];
    }
  }

  /** What is to be at the labels stands in {@link #sum}. */
  private void writeScaledMinusLabels(int c, int begin, int rows, float[] y, int to) {
    int from = c * pitch + begin;
    int whole = Lanes.wholeGroups(rows, LANES);
    for (int r = 0; r < whole; r += LANES) {
      FloatVector e = FloatVector.fromArray(FLOATS, tile, from + r);
      FloatVector scaled = e.mul(FloatVector.fromArray(FLOATS, factor, begin + r));
      VectorMask<Float> isLabel = IntVector.fromArray(INTS, label, begin + r).eq(c).cast(FLOATS);
      scaled.blend(FloatVector.fromArray(FLOATS, sum, begin + r), isLabel).intoArray(y, to + r);
    }
    for (int r = whole; r < rows; r++) {
      y[to + r] = label[begin + r] == c ? sum[begin + r] : tile[from + r] * factor[begin + r];
    }
  }

  private void writeLogSoftmax(int c, int begin, int rows, float[] y, int to) {
    int from = c * pitch + begin;
    int whole = Lanes.wholeGroups(rows, LANES);
    for (int r = 0; r < whole; r += LANES) {
      FloatVector z = FloatVector.fromArray(FLOATS, tile, from + r);
      FloatVector distance = z.sub(FloatVector.fromArray(FLOATS, references, begin + r));
      distance.sub(FloatVector.fromArray(FLOATS, logSum, begin + r)).intoArray(y, to + r);
    }
    for (int r = whole; r < rows; r++) {
      y[to + r] = tile[from + r] - references[begin + r] - logSum[begin + r];
    }
  }
}
