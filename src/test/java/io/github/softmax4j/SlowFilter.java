package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * What a sampler's filters leave of a row, by sorting it and in double. Where the end of the
 * nucleus or the limit of min-p is within rounding of a class, that class may stay or not.
 */
record SlowFilter(double temperature, int topK, double topP, double minP) {

  /** Of a sum of probabilities, and of their ratio, relative. */
  private static final double ROUNDING = 4e-7;

  private static final double RATIO_ROUNDING = 4e-6;

  /** Below this times the classes, a probability may be 0. */
  private static final double VANISHING = 1e-36;

  static final SlowFilter NONE = new SlowFilter(1, 0, 1, 0);

  SlowFilter withTemperature(double t) {
    return new SlowFilter(t, topK, topP, minP);
  }

  SlowFilter withTopK(int k) {
    return new SlowFilter(temperature, k, topP, minP);
  }

  SlowFilter withTopP(double p) {
    return new SlowFilter(temperature, topK, p, minP);
  }

  SlowFilter withMinP(double p) {
    return new SlowFilter(temperature, topK, topP, p);
  }

  Sampler sampler() {
    return Sampler.builder().temperature(temperature).topK(topK).topP(topP).minP(minP).build();
  }

  /** The row's classes in the filters' order. */
  static int[] order(float[] logits) {
    return IntStream.range(0, logits.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer c) -> 0.0 - logits[c]).thenComparing(c -> c))
        .mapToInt(c -> c)
        .toArray();
  }

  /** Fails unless {@code actual} is what is left of the row. */
  void check(float[] logits, float[] actual, String where) {
    check(logits, order(logits), actual, where);
  }

  void check(float[] logits, int[] order, float[] actual, String where) {
    int left = temperature == 0 ? 1 : topK == 0 ? logits.length : Math.min(topK, logits.length);
    double[] p = softmax(logits, Arrays.copyOf(order, left));
    int surely = topP == 1 ? left : nucleus(p, topP - 1e-6 - ROUNDING);
    int perhaps = topP == 1 ? left : nucleus(p, topP - 1e-6 + ROUNDING);
    boolean[] kept = new boolean[logits.length];
    for (int i = 0; i < logits.length; i++) {
      float value = actual[order[i]];
      double ratio = i < left ? p[i] / p[0] : 0;
      boolean vanishes = i < left && p[i] < VANISHING * logits.length;
      if (i >= perhaps || ratio < minP * (1 - RATIO_ROUNDING)) {
        require(value == 0, where, i, "should have been filtered, but is " + value);
      } else if (i < surely && ratio > minP * (1 + RATIO_ROUNDING)) {
        require(value > 0 || vanishes, where, i, "should have been kept");
      }
      kept[i] = value > 0;
    }
    checkValues(p, kept, order, actual, where);
  }

  private void checkValues(double[] p, boolean[] kept, int[] order, float[] actual, String where) {
    double sum =
        Oracle.sum(IntStream.range(0, p.length).mapToDouble(i -> kept[i] ? p[i] : 0).toArray());
    for (int i = 0; i < p.length; i++) {
      if (kept[i]) {
        double expected = p[i] / sum;
        double small = p[i] < 1e-6 ? -Math.log(p[i]) * 0x1p-23 : 0;
        double tolerance = Math.max(expected * (2e-6 + small), VANISHING * order.length);
        double error = Math.abs(actual[order[i]] - expected);
        require(error <= tolerance, where, i, "is " + actual[order[i]] + ", not " + expected);
      }
    }
  }

  private double[] softmax(float[] logits, int[] classes) {
    double t = temperature == 0 ? 1 : temperature;
    double max = logits[classes[0]];
    double[] p = Arrays.stream(classes).mapToDouble(c -> Math.exp((logits[c] - max) / t)).toArray();
    double sum = Oracle.sum(p);
    Arrays.setAll(p, i -> p[i] / sum);
    return p;
  }

  /** How many of the first add up to this. */
  private static int nucleus(double[] p, double target) {
    double sum = 0;
    for (int i = 0; i < p.length; i++) {
      sum += p[i];
      if (sum >= target) {
        return i + 1;
      }
    }
    return p.length;
  }

  private void require(boolean fine, String where, int i, String what) {
    if (!fine) {
      fail("%s, %s: number %d in order %s".formatted(this, where, i, what));
    }
  }
}
