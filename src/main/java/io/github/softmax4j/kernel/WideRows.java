package io.github.softmax4j.kernel;

/** Rows of more than one vector, whose classes run along the lanes: one block, or several. */
final class WideRows {

  /** Times less than this, the smallest of {@link Lanes#exp}'s results is no normal number. */
  private static final float SMALL_FACTOR = 0.75f;

  private WideRows() {}

  /** {@link Lanes#headroom} where the quotient is then multiplied by {@code scale}. */
  static int headroom(int classes, double scale) {
    int below1 = Math.max(0, -Math.getExponent(scale));
    return Math.min(Lanes.headroom(classes) + below1, Lanes.MOST_HEADROOM);
  }

  /** The row's maximum and sum, for {@link #max} and {@link #sum}. */
  static long maxAndSum(float[] x, int from, int n, int headroom, Scratch scratch) {
    if (n > Blocks.next(n)) {
      return longMaxAndSum(x, from, n, null, 0, headroom, scratch);
    }
    float max = Blocks.max(x, from, n);
    float sum = Blocks.sumExponentials(x, from, n, max, headroom, scratch.lanes);
    return Blocks.pack(max, sum);
  }

  /** As {@link #maxAndSum}, and leaves in {@code y} what {@link #scale} makes a softmax of. */
  static long maxAndExponentials(
      float[] x, int from, int n, float[] y, int to, int headroom, Scratch scratch) {
    if (n > Blocks.next(n)) {
      return longMaxAndSum(x, from, n, y, to, headroom, scratch);
    }
    float max = Blocks.max(x, from, n);
    float sum = Blocks.storeExponentials(x, from, n, max, y, to, headroom, scratch.lanes);
    return Blocks.pack(max, sum);
  }

  static float max(long maxAndSum) {
    return Blocks.first(maxAndSum);
  }

  /** NaN if the maximum is not finite: such a row has no softmax. */
  static float sum(long maxAndSum) {
    return Float.isFinite(Blocks.first(maxAndSum)) ? Blocks.second(maxAndSum) : Float.NaN;
  }

  /** {@code ln(sum(exp(x - max)))}. */
  static double logSum(long maxAndSum, int headroom) {
    return Math.log(Math.scalb((double) sum(maxAndSum), headroom));
  }

  /** {@code y = softmax}. */
  static void scale(float[] y, int to, int n, long row, Scratch scratch) {
    float factor = 1 / sum(row);
    if (n == Blocks.next(n)) {
      Blocks.scale(y, to, n, factor);
    } else {
      longScaleAndSum(y, to, n, max(row), factor, scratch);
    }
  }

  /** {@code y = scale * softmax}; returns the row's sum of that. */
  static double scaleAndSum(float[] y, int to, int n, long row, double scale, Scratch scratch) {
    float factor = (float) (scale / sum(row));
    return n == Blocks.next(n)
        ? Blocks.scaleAndSum(y, to, n, factor, scratch.lanes)
        : longScaleAndSum(y, to, n, max(row), factor, scratch);
  }

  /** The largest logit; NaN if there is a NaN whose sign bit is clear. */
  static float max(float[] x, int from, int n) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = 0, size; i < n; i += size) {
      size = Blocks.next(n - i);
      max = Math.max(max, Blocks.max(x, from + i, size));
    }
    return max;
  }

  /** {@code sum(t * (max - x))} over the targets that are not 0, and {@code sum(t)}, packed. */
  static long distanceAndMass(
      float[] x, int from, float[] t, int target, int n, float max, Scratch scratch) {
    double distance = 0;
    double mass = 0;
    for (int i = 0, size; i < n; i += size) {
      size = Blocks.next(n - i);
      long part = Blocks.distanceAndMass(x, from + i, t, target + i, size, max, scratch.lanes);
      distance += Blocks.first(part);
      mass += Blocks.second(part);
    }
    return Blocks.pack((float) distance, (float) mass);
  }

  /** {@code y = scale * (softmax * mass - t)}. */
  static void scaleMinusTargets(
      float[] y,
      int to,
      float[] t,
      int target,
      int n,
      long row,
      double mass,
      double scale,
      Scratch scratch) {
    double factor = scale * mass / sum(row);
    if (n == Blocks.next(n)) {
      flush(y, to, n, (float) factor);
      Blocks.scaleMinusTargets(y, to, t, target, n, (float) factor, (float) scale);
      return;
    }
    float[] maxima = scratch.blockMaxima(n);
    for (int i = 0, size, block = 0; i < n; i += size, block++) {
      size = Blocks.next(n - i);
      float blockFactor = (float) (factor * weight(maxima[block], max(row)));
      flush(y, to + i, size, blockFactor);
      Blocks.scaleMinusTargets(y, to + i, t, target + i, size, blockFactor, (float) scale);
    }
  }

  /** Each block relative to its own maximum, so that the row is read from memory once. */
  private static long longMaxAndSum(
      float[] x, int from, int n, float[] y, int to, int headroom, Scratch scratch) {
    float[] maxima = y == null ? null : scratch.blockMaxima(n);
    float max = Float.NEGATIVE_INFINITY;
    double sum = 0;
    for (int i = 0, size, block = 0; i < n; i += size, block++) {
      size = Blocks.next(n - i);
      float blockMax = Blocks.max(x, from + i, size);
      float part;
      if (y == null) {
        part = Blocks.sumExponentials(x, from + i, size, blockMax, headroom, scratch.lanes);
      } else {
        part =
            Blocks.storeExponentials(
                x, from + i, size, blockMax, y, to + i, headroom, scratch.lanes);
        maxima[block] = blockMax;
      }
      float both = Math.max(max, blockMax);
      sum = sum * weight(max, both) + part * weight(blockMax, both);
      max = both;
    }
    return Blocks.pack(max, (float) sum);
  }

  private static double longScaleAndSum(
      float[] y, int to, int n, float max, float factor, Scratch scratch) {
    float[] maxima = scratch.blockMaxima(n);
    double total = 0;
    for (int i = 0, size, block = 0; i < n; i += size, block++) {
      size = Blocks.next(n - i);
      float blockFactor = (float) (factor * weight(maxima[block], max));
      flush(y, to + i, size, blockFactor);
      total += Blocks.scaleAndSum(y, to + i, size, blockFactor, scratch.lanes);
    }
    return total;
  }

  /** The headroom is for the row's own maximum: relative to a lower one there may be denormals. */
  private static void flush(float[] y, int to, int n, float factor) {
    if (Math.abs(factor) < SMALL_FACTOR) {
      Blocks.flush(y, to, n, factor);
    }
  }

  /** What a sum relative to one maximum counts relative to another that is at least as large. */
  private static double weight(float max, float overall) {
    return max == overall ? 1 : Math.exp((double) max - overall);
  }
}
