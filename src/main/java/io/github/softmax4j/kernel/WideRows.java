package io.github.softmax4j.kernel;

import static io.github.softmax4j.kernel.Lanes.LANES;

/** Rows of many classes, which run along the lanes where they lie; the terms are in {@code y}. */
final class WideRows extends Rows {

  /** As many elements at once: logits and results stay in L1. */
  private static final int ELEMENTS = 4096;

  /** As many targets are added up before their sum joins the others in double. */
  private static final int BLOCK = 256 * LANES;

  private final float[] references = new float[MOST * LANES];
  private final float[] lanes = new float[MOST * LANES];
  private final float[] otherLanes = new float[MOST * LANES];

  @Override
  int atOnce() {
    return Math.clamp(ELEMENTS / classes, 1, MOST);
  }

  @Override
  void maxima() {
    Passes.maxima(x, from, stride, count, classes, max);
    for (int r = 0; r < count; r++) {
      // of nothing but -inf: the terms are then 0, and not NaN
      factor[r] = Math.max(max[r], -Float.MAX_VALUE);
    }
    Passes.spread(factor, count, references);
  }

  @Override
  void sums() {
    Passes.sums(x, from, stride, count, classes, headroom, references, lanes);
    Passes.fold(lanes, count, sum);
    markSpecial();
  }

  @Override
  void terms() {
    Passes.terms(x, from, stride, y, to, yStride, count, classes, headroom, references, lanes);
    Passes.fold(lanes, count, sum);
    markSpecial();
  }

  @Override
  float[] termsArray() {
    return y;
  }

  @Override
  int at(int r, int c) {
    return to + r * yStride + c;
  }

  @Override
  void scale() {
    Passes.spread(factor, count, lanes);
    Passes.scale(y, to, yStride, count, classes, lanes);
  }

  @Override
  void scaleAndSum() {
    Passes.spread(factor, count, lanes);
    Passes.scaleAndSum(y, to, yStride, count, classes, lanes, otherLanes);
    Passes.fold(otherLanes, count, sum);
  }

  @Override
  void store() {
    // they are there
  }

  @Override
  void logSoftmax(float[] y, int to, int yStride) {
    Passes.spread(logSum, count, lanes);
    Passes.subtract(x, from, stride, y, to, yStride, count, classes, references, lanes);
  }

  @Override
  void targets(float[] t, int target, int targetStride) {
    for (int r = 0; r < count; r++) {
      double distances = 0;
      double masses = 0;
      for (int i = 0, size; i < classes; i += size) {
        int left = classes - i;
        size = left <= BLOCK + LANES ? left : BLOCK;
        int row = from + r * stride + i;
        Passes.distanceAndMass(x, row, t, target + r * targetStride + i, size, max[r], lanes);
        distances += total(0);
        masses += total(LANES);
      }
      distance[r] = distances;
      mass[r] = masses;
    }
  }

  @Override
  void scaleMinusTargets(float[] t, int target, int targetStride, double scale) {
    for (int r = 0; r < count; r++) {
      Passes.scaleMinusTargets(
          y, at(r, 0), t, target + r * targetStride, classes, factor[r], (float) scale);
    }
  }

  private double total(int at) {
    double total = 0;
    for (int i = at; i < at + LANES; i++) {
      total += lanes[i];
    }
    return total;
  }
}
