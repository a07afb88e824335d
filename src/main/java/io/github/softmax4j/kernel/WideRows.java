package io.github.softmax4j.kernel;

/** Rows whose classes run along the lanes: one block, or for a long row several. */
final class WideRows {

  private static final double LN_2 = Math.log(2);

  /** The maximum of each block of the row at hand: its exponentials are relative to it. */
  private static final ThreadLocal<float[]> BLOCK_MAXIMA = ThreadLocal.withInitial(() -> new float[64]);

  private WideRows() {}

  /** Bits by which exponentials are kept small, so that dividing by their sum gives no denormal. */
  static int headroom(int classes) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(classes - 1);
  }

  /** The row's maximum and sum, for {@link #max} and {@link #sum}. */
  static long maxAndSum(float[] x, int from, int n, int headroom) {
    if (n > Blocks.SIZE) {
      return longMaxAndSum(x, from, n, null, 0, headroom);
    }
    float max = Blocks.max(x, from, n);
    return Blocks.pack(max, Blocks.sumExponentials(x, from, n, max, headroom));
  }

  /** As {@link #maxAndSum}, and leaves in {@code y} what {@link #scale} makes a softmax of. */
  static long maxAndExponentials(float[] x, int from, int n, float[] y, int to, int headroom) {
    if (n > Blocks.SIZE) {
      return longMaxAndSum(x, from, n, y, to, headroom);
    }
    float max = Blocks.max(x, from, n);
    return Blocks.pack(max, Blocks.storeExponentials(x, from, n, max, y, to, headroom));
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
    return Math.log(sum(maxAndSum)) + headroom * LN_2;
  }

  /** {@code y = softmax}. */
  static void scale(float[] y, int to, int n, long row) {
    float factor = 1 / sum(row);
    if (n <= Blocks.SIZE) {
      Blocks.scale(y, to, n, factor);
    } else {
      longScaleAndSum(y, to, n, max(row), factor);
    }
  }

  /** {@code y = scale * softmax}; returns the row's sum of that. */
  static double scaleAndSum(float[] y, int to, int n, long row, double scale) {
    float factor = (float) (scale / sum(row));
    return n <= Blocks.SIZE
        ? Blocks.scaleAndSum(y, to, n, factor)
        : longScaleAndSum(y, to, n, max(row), factor);
  }

  /** {@code y = (x - max) - logSum}. */
  static void subtract(float[] x, int from, float[] y, int to, int n, float max, float logSum) {
    Blocks.subtract(x, from, y, to, n, max, logSum);
  }

  /** The largest logit; NaN if there is a NaN whose sign bit is clear. */
  static float max(float[] x, int from, int n) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < n; i += Blocks.SIZE) {
      max = Math.max(max, Blocks.max(x, from + i, Math.min(Blocks.SIZE, n - i)));
    }
    return max;
  }

  /** {@code sum(t * (max - x))} over the targets that are not 0, and {@code sum(t)}, packed. */
  static long distanceAndMass(float[] x, int from, float[] t, int target, int n, float max) {
    double distance = 0;
    double mass = 0;
    for (int i = 0; i < n; i += Blocks.SIZE) {
      int size = Math.min(Blocks.SIZE, n - i);
      long part = Blocks.distanceAndMass(x, from + i, t, target + i, size, max);
      distance += Blocks.first(part);
      mass += Blocks.second(part);
    }
    return Blocks.pack((float) distance, (float) mass);
  }

  /** {@code y = scale * (softmax * mass - t)}. */
  static void scaleMinusTargets(
      float[] y, int to, float[] t, int target, int n, long row, double mass, double scale) {
    double factor = scale * mass / sum(row);
    if (n <= Blocks.SIZE) {
      Blocks.scaleMinusTargets(y, to, t, target, n, (float) factor, (float) scale);
      return;
    }
    float[] maxima = blockMaxima(n);
    for (int i = 0, block = 0; i < n; i += Blocks.SIZE, block++) {
      int size = Math.min(Blocks.SIZE, n - i);
      float blockFactor = (float) (factor * weight(maxima[block], max(row)));
      Blocks.scaleMinusTargets(y, to + i, t, target + i, size, blockFactor, (float) scale);
    }
  }

  /** Each block relative to its own maximum, so that the row is read from memory once. */
  private static long longMaxAndSum(
      float[] x, int from, int n, float[] y, int to, int headroom) {
    float[] maxima = y == null ? null : blockMaxima(n);
    float max = Float.NEGATIVE_INFINITY;
    double sum = 0;
    for (int i = 0, block = 0; i < n; i += Blocks.SIZE, block++) {
      int size = Math.min(Blocks.SIZE, n - i);
      float blockMax = Blocks.max(x, from + i, size);
      float part;
      if (y == null) {
        part = Blocks.sumExponentials(x, from + i, size, blockMax, headroom);
      } else {
        part = Blocks.storeExponentials(x, from + i, size, blockMax, y, to + i, headroom);
        maxima[block] = blockMax;
      }
      float both = Math.max(max, blockMax);
      sum = sum * weight(max, both) + part * weight(blockMax, both);
      max = both;
    }
    return Blocks.pack(max, (float) sum);
  }

  private static double longScaleAndSum(float[] y, int to, int n, float max, float factor) {
    float[] maxima = blockMaxima(n);
    double total = 0;
    for (int i = 0, block = 0; i < n; i += Blocks.SIZE, block++) {
      int size = Math.min(Blocks.SIZE, n - i);
      float blockFactor = (float) (factor * weight(maxima[block], max));
      total += Blocks.scaleAndSum(y, to + i, size, blockFactor);
    }
    return total;
  }

  /** What a sum relative to one maximum counts relative to another that is at least as large. */
  private static double weight(float max, float overall) {
    return max == overall ? 1 : Math.exp((double) max - overall);
  }

  private static float[] blockMaxima(int n) {
    float[] maxima = BLOCK_MAXIMA.get();
    int blocks = (n - 1) / Blocks.SIZE + 1;
    if (maxima.length < blocks) {
      maxima = new float[blocks];
      BLOCK_MAXIMA.set(maxima);
    }
    return maxima;
  }
}
