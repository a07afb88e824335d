package io.github.softmax4j.kernel;

import static io.github.softmax4j.kernel.Lanes.LANES;

/** Rows of many classes, which run along the lanes where they lie; the terms are in {@code y}. */
final class WideRows extends Rows {

  /** As many elements at once: logits and results stay in L1. */
  private static final int ELEMENTS = 2048;

  /** As many targets are added up before their sum joins the others in double. */
  private static final int BLOCK = 256 * LANES;

  private final float[] lanes = new float[MOST * LANES];

  /** What the passes over the rows before these have seen of them. */
  private final float[] keys = new float[MOST * LANES];

  @Override
  int atOnce() {
    return Math.clamp(ELEMENTS / classes, 1, MOST);
  }

  @Override
  void maxima() {
    Passes.maxima(x, from, stride, count, classes, max);
  }

  @Override
  void nextMaxima() {
    if (Passes.LOOKS_AHEAD) {
      Passes.foldMaxima(keys, x, from, stride, count, classes, max);
    } else {
      maxima();
    }
  }

  @Override
  void sums() {
    int ahead = ahead();
    Passes.sums(
        x,
        from,
        stride,
        count,
        classes,
        headroom,
        max,
        lanes,
        ahead > 0 ? from + count * stride : from,
        Math.max(ahead, 1),
        keys);
    fold();
  }

  @Override
  void terms() {
    int ahead = ahead();
    Passes.terms(
        x,
        from,
        stride,
        y,
        to,
        yStride,
        count,
        classes,
        headroom,
        max,
        lanes,
        ahead > 0 ? from + count * stride : from,
        Math.max(ahead, 1),
        keys);
    fold();
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
    Passes.scale(y, to, yStride, count, classes, factor);
  }

  @Override
  void scaleAndSumOthers() {
    for (int r = 0; r < count; r++) {
      y[at(r, label[r])] = 0;
    }
    Passes.scaleAndSum(y, to, yStride, count, classes, factor, lanes);
    fold();
  }

  @Override
  void store() {
    // they are there
  }

  @Override
  void logSoftmax() {
    Passes.subtract(x, from, stride, y, to, yStride, count, classes, max, logSum);
  }

  @Override
  void target(int r, float[] t, int target) {
    double distances = 0;
    double masses = 0;
    for (int i = 0, size; i < classes; i += size) {
      int left = classes - i;
      size = left <= BLOCK + LANES ? left : BLOCK;
      Passes.distanceAndMass(x, from + r * stride + i, t, target + i, size, max[r], lanes);
      distances += total(lanes, 0);
      masses += total(lanes, LANES);
    }
    distance[r] = distances;
    mass[r] = masses;
  }

  @Override
  void scaleMinusTarget(int r, float[] t, int target, double scale) {
    Passes.scaleMinusTargets(y, at(r, 0), t, target, classes, factor[r], (float) scale);
  }

  /** A long row's few roundings more would show, and it has the time for more exact additions. */
  private void fold() {
    if (classes > ELEMENTS) {
      sum[0] = (float) total(lanes, 0) + (max[0] - max[0]);
    } else {
      Passes.fold(lanes, count, max, sum);
    }
  }

  private static double total(float[] lanes, int at) {
    double total = 0;
    for (int i = at; i < at + LANES; i++) {
      total += lanes[i];
    }
    return total;
  }
}
