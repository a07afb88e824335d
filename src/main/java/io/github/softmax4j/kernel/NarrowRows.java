package io.github.softmax4j.kernel;

import static io.github.softmax4j.kernel.Lanes.FLOATS;
import static io.github.softmax4j.kernel.Lanes.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Rows of few classes, turned so that each lane is a row: no lane is idle and nothing is added up
 * across lanes. {@code LANES} rows are a group; the groups are what {@link Passes} sees as rows, of
 * {@code classes} vectors. Lanes past the last row repeat it.
 */
final class NarrowRows extends Rows {

  /** Up to this many classes, rows across the lanes are faster than along them. */
  static final int MOST_CLASSES = 32;

  /** Vectors of less than 256 bits have no gather everywhere, and little to win from it. */
  private static final boolean GATHERS = LANES >= 8;

  private final float[] logits = new float[MOST * MOST_CLASSES];
  private final float[] terms = new float[MOST * MOST_CLASSES];
  private final float[] references = new float[MOST];

  /** Where the rows of a group start, relative to its first. */
  private final int[] starts = new int[LANES];

  /** Where in a turned group the elements of its rows are, one row after the other. */
  private final int[] back = new int[LANES * MOST_CLASSES];

  private int backClasses;

  @Override
  int atOnce() {
    return MOST;
  }

  @Override
  void maxima() {
    for (int r = 0; r < count; r += LANES) {
      turn(r);
    }
    verticalMaxima();
  }

  private void turn(int r) {
    int rows = Math.min(LANES, count - r);
    int row = from + r * stride;
    for (int i = 0; i < LANES; i++) {
      starts[i] = Math.min(i, rows - 1) * stride;
    }
    int at = r * classes;
    if (GATHERS) {
      for (int c = 0; c < classes; c++) {
        FloatVector.fromArray(FLOATS, x, row + c, starts, 0).intoArray(logits, at + c * LANES);
      }
    } else {
      for (int i = 0; i < LANES; i++) {
        for (int c = 0; c < classes; c++) {
          logits[at + c * LANES + i] = x[row + starts[i] + c];
        }
      }
    }
  }

  /** Of the bits as integers, as in {@link Passes#maxima}: the smallest where all are negative. */
  private void verticalMaxima() {
    FloatVector lowest = FloatVector.broadcast(FLOATS, -Float.MAX_VALUE);
    int n = classes * LANES;
    for (int r = 0; r < count; r += LANES) {
      int at = r * classes;
      IntVector most = FloatVector.fromArray(FLOATS, logits, at).reinterpretAsInts();
      IntVector least = most;
      for (int i = at + LANES; i < at + n; i += LANES) {
        IntVector keys = FloatVector.fromArray(FLOATS, logits, i).reinterpretAsInts();
        most = most.max(keys);
        least = least.min(keys);
      }
      FloatVector m = most.blend(least, most.lt(0)).reinterpretAsFloats();
      m.intoArray(max, r);
      m.max(lowest).intoArray(references, r);
    }
  }

  private int groups() {
    return (count - 1) / LANES + 1;
  }

  @Override
  void sums() {
    int n = classes * LANES;
    Passes.sums(logits, 0, n, groups(), n, headroom, references, sum);
    markSpecial();
  }

  @Override
  void terms() {
    int n = classes * LANES;
    Passes.terms(logits, 0, n, terms, 0, n, groups(), n, headroom, references, sum);
    markSpecial();
  }

  @Override
  float[] termsArray() {
    return terms;
  }

  @Override
  int at(int r, int c) {
    return (r / LANES * classes + c) * LANES + r % LANES;
  }

  @Override
  void scale() {
    int n = classes * LANES;
    Passes.scale(terms, 0, n, groups(), n, factor);
  }

  @Override
  void scaleAndSum() {
    int n = classes * LANES;
    Passes.scaleAndSum(terms, 0, n, groups(), n, factor, sum);
  }

  @Override
  void store() {
    turnBack(terms, y, to, yStride);
  }

  @Override
  void logSoftmax(float[] y, int to, int yStride) {
    int n = classes * LANES;
    Passes.subtract(logits, 0, n, terms, 0, n, groups(), n, references, logSum);
    turnBack(terms, y, to, yStride);
  }

  private void turnBack(float[] turned, float[] y, int to, int yStride) {
    if (GATHERS && yStride == classes) {
      prepareBack();
      gatherBack(turned, y, to);
      return;
    }
    for (int r = 0; r < count; r++) {
      int row = to + r * yStride;
      int at = at(r, 0);
      for (int c = 0; c < classes; c++) {
        y[row + c] = turned[at + c * LANES];
      }
    }
  }

  private void gatherBack(float[] turned, float[] y, int to) {
    int n = classes * LANES;
    int end = to + count * classes;
    int at = 0;
    int left = end - to;
    while (left >= n) {
      for (int i = 0; i < n; i += LANES) {
        FloatVector.fromArray(FLOATS, turned, at, back, i).intoArray(y, to + at + i);
      }
      at += n;
      left -= n;
    }
    for (int i = 0; i < left; i++) {
      y[to + at + i] = turned[at + back[i]];
    }
  }

  private void prepareBack() {
    if (backClasses == classes) {
      return;
    }
    for (int r = 0; r < LANES; r++) {
      for (int c = 0; c < classes; c++) {
        back[r * classes + c] = c * LANES + r;
      }
    }
    backClasses = classes;
  }

  @Override
  void targets(float[] t, int target, int targetStride) {
    for (int r = 0; r < count; r++) {
      double distances = 0;
      double masses = 0;
      for (int c = 0; c < classes; c++) {
        float weight = t[target + r * targetStride + c];
        masses += weight;
        if (weight != 0) {
          distances += weight * ((double) max[r] - logits[at(r, c)]);
        }
      }
      distance[r] = distances;
      mass[r] = masses;
    }
  }

  @Override
  void scaleMinusTargets(float[] t, int target, int targetStride, double scale) {
    for (int r = 0; r < count; r++) {
      for (int c = 0; c < classes; c++) {
        int at = at(r, c);
        terms[at] = terms[at] * factor[r] - (float) (scale * t[target + r * targetStride + c]);
      }
    }
  }
}
