package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Results that are finite floats, though sums, products or factors on the way to them are not. Each
 * test has rows for every kernel.
 */
class FiniteTest {

  private static final float MAX = Float.MAX_VALUE;

  private static final double TOLERANCE = 4e-6;

  /** Classes for every kind of rows at every width. */
  private static final int[] CLASSES = {2, 3, 5, 10, 16, 24, 40, 100, 600, 2100, 8200, 9001};

  /** Enough rows for every way to go through few or many of them. */
  private static final int[] ROWS = {1, 3, 40};

  /** Where the large logits of a row are. */
  private enum Places {
    FIRST,
    LAST,
    SPREAD;

    boolean has(int c, int n) {
      return switch (this) {
        case FIRST -> c == 0;
        case LAST -> c == n - 1;
        case SPREAD -> c % 3 == 1;
      };
    }
  }

  private static void near(double expected, double actual, double magnitude, String where) {
    near(expected, actual, magnitude, where, 0);
  }

  private static void near(
      double expected, double actual, double magnitude, String where, int element) {
    double tolerance = TOLERANCE * magnitude + 1e-37;
    if (!(Math.abs(expected - actual) <= tolerance)) {
      throw new AssertionError(
          "%s, element %d: is %s, should be %s within %s"
              .formatted(where, element, actual, expected, tolerance));
    }
  }

  /** The row as often as there are rows. */
  private static float[] repeated(float[] row, int rows) {
    float[] all = new float[row.length * rows];
    for (int r = 0; r < rows; r++) {
      System.arraycopy(row, 0, all, r * row.length, row.length);
    }
    return all;
  }

  private static float[] row(int n, Places places, float large, float small) {
    float[] row = new float[n];
    for (int c = 0; c < n; c++) {
      row[c] = places.has(c, n) ? large : small;
    }
    return row;
  }

  /** The loss of a label with smoothing, from the formula. */
  private static double smoothedLoss(Oracle oracle, int label, float[] weights, double smoothing) {
    double loss = (1 - smoothing) * weights[label] * oracle.loss(label);
    for (int c = 0; c < weights.length; c++) {
      loss += weights[c] == 0 ? 0 : smoothing / weights.length * weights[c] * oracle.loss(c);
    }
    return loss;
  }

  private static float[] filled(int n, float value) {
    float[] filled = new float[n];
    Arrays.fill(filled, value);
    return filled;
  }

  @ParameterizedTest
  @EnumSource
  void smoothingOfWideGaps(Places places) {
    float[][] pairs = {{0, -2e38f}, {0, -MAX}, {3e38f, -MAX}, {MAX, -1e30f}, {-1e38f, -MAX}};
    for (int n : CLASSES) {
      for (float[] pair : pairs) {
        float[] row = row(n, places, pair[0], pair[1]);
        checkSmoothing(row, filled(n, 1), null, places + " " + Arrays.toString(pair));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {1e38f, 1e-38f, 1e-30f})
  void smoothingWithUnusualClassWeights(float scale) {
    for (int n : CLASSES) {
      float[] row = new float[n];
      float[] weights = new float[n];
      Random random = new Random(n);
      for (int c = 0; c < n; c++) {
        row[c] = (float) random.nextGaussian() * 3;
        weights[c] = scale * (1 + random.nextInt(3));
      }
      checkSmoothing(row, weights, weights, "class weights of " + scale);
    }
  }

  private static void checkSmoothing(
      float[] row, float[] weights, float[] classWeights, String name) {
    int n = row.length;
    CrossEntropy.Builder options =
        CrossEntropy.builder().labelSmoothing(0.1).reduction(Reduction.SUM);
    CrossEntropy loss =
        (classWeights == null ? options : options.classWeights(classWeights)).build();
    Oracle oracle = Oracle.of(row);
    int label = n / 2;
    double expected = smoothedLoss(oracle, label, weights, 0.1);
    double largest = 0;
    for (float w : weights) {
      largest = Math.max(largest, w);
    }
    for (int rows : ROWS) {
      for (boolean inPlace : new boolean[] {false, true}) {
        String where = "%s, %d x %d, in place %b".formatted(name, rows, n, inPlace);
        float[] logits = repeated(row, rows);
        float[] gradient = inPlace ? logits : new float[logits.length];
        int[] labels = new int[rows];
        Arrays.fill(labels, label);
        double sum = loss.lossAndGradient(logits, labels, gradient, rows, n);
        near(expected, sum / rows, Math.max(largest, Math.abs(expected)), where);
        double[] g = smoothedGradient(oracle, label, weights);
        for (int i = 0; i < gradient.length; i++) {
          near(g[i % n], gradient[i], largest, where, i);
        }
      }
    }
  }

  private static double[] smoothedGradient(Oracle oracle, int label, float[] weights) {
    double[] p = oracle.softmax();
    double[] g = new double[p.length];
    double sum = 0.9 * weights[label];
    for (float w : weights) {
      sum += 0.1 / p.length * w;
    }
    for (int c = 0; c < p.length; c++) {
      double target = 0.1 / p.length * weights[c] + (c == label ? 0.9 * weights[label] : 0);
      g[c] = sum * p[c] - target;
    }
    return g;
  }

  /** Products of targets and gaps, and sums of targets. */
  @ParameterizedTest
  @EnumSource
  void targets(Places places) {
    float[][] pairs = {{3e38f, -1e37f, 1, -1}, {0, 1, 3e38f, 3e38f}, {-MAX, MAX, 2, 0}};
    for (int n : CLASSES) {
      for (float[] pair : pairs) {
        float[] row = row(n, places, pair[0], pair[1]);
        float[] targets = row(n, places, pair[2], pair[3]);
        Oracle oracle = Oracle.of(row);
        double[] expected = oracle.gradient(targets);
        double mass = 0;
        double loss = 0;
        double losses = 0;
        for (int c = 0; c < n; c++) {
          double term = targets[c] == 0 ? 0 : targets[c] * oracle.loss(c);
          mass += Math.abs(targets[c]);
          loss += term;
          losses += Math.abs(term);
        }
        for (int rows : ROWS) {
          String where = "%s %s, %d x %d".formatted(places, Arrays.toString(pair), rows, n);
          float[] gradient = new float[rows * n];
          double mean =
              CrossEntropy.builder()
                  .reduction(Reduction.SUM)
                  .build()
                  .lossAndGradient(repeated(row, rows), repeated(targets, rows), gradient, rows, n);
          near(loss, mean / rows, losses + mass, where);
          for (int i = 0; i < gradient.length; i++) {
            if (Math.abs(expected[i % n]) <= MAX) {
              near(expected[i % n], gradient[i], Math.min(mass, 1e43), where, i);
            }
          }
        }
      }
    }
  }

  /** Sums of gradients, and differences of a gradient and a sum. */
  @Tag("slow")
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void backward(boolean ofLog) {
    float[][] slopes = {{3e38f, -3e38f, 1}, {3e38f, 3e38f, 3e38f}, {-3e38f, MAX, -MAX}};
    for (int n : CLASSES) {
      for (float[] kinds : slopes) {
        for (int inner : new int[] {1, 2, 5}) {
          checkBackward(n, inner, kinds, ofLog);
        }
      }
    }
  }

  private static void checkBackward(int n, int inner, float[] kinds, boolean ofLog) {
    for (int outer : ROWS) {
      int rows = outer * inner;
      float[] y = new float[rows * n];
      float[] dy = new float[rows * n];
      for (int i = 0; i < y.length; i++) {
        int c = i / inner % n;
        double p = c == 0 ? 0.25 : c == 1 ? 0.75 : 0;
        y[i] = (float) (ofLog ? Math.log(p) : p);
        dy[i] = c < 2 ? kinds[c] : kinds[2] / n;
      }
      double sum = 0;
      for (int c = 0; c < n; c++) {
        double p = ofLog ? Math.exp(y[c * inner]) : y[c * inner];
        sum += ofLog ? dy[c * inner] : p * dy[c * inner];
      }
      String where = "%s, %d x %d x %d".formatted(Arrays.toString(kinds), outer, n, inner);
      for (float[] dx : new float[][] {new float[y.length], y.clone(), dy.clone()}) {
        boolean replacesY = Arrays.equals(dx, y);
        float[] ys = replacesY ? dx : y;
        float[] dys = !replacesY && Arrays.equals(dx, dy) ? dx : dy;
        if (ofLog) {
          Softmax.logSoftmaxBackward(
              MatrixView.ofBlocks(ys, outer, n, inner),
              MatrixView.ofBlocks(dys, outer, n, inner),
              MatrixView.ofBlocks(dx, outer, n, inner));
        } else {
          Softmax.softmaxBackward(
              MatrixView.ofBlocks(ys, outer, n, inner),
              MatrixView.ofBlocks(dys, outer, n, inner),
              MatrixView.ofBlocks(dx, outer, n, inner));
        }
        for (int i = 0; i < dx.length; i++) {
          double p = ofLog ? Math.exp(y[i]) : y[i];
          double expected = ofLog ? dy[i] - p * sum : p * (dy[i] - sum);
          if (Math.abs(expected) <= MAX) {
            near(expected, dx[i], MAX, where, i);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {3e37f, 1e30f, MAX})
  void zLossOfLargeLogits(float large) {
    for (int n : CLASSES) {
      for (int rows : ROWS) {
        float[] logits = repeated(row(n, Places.FIRST, large, 1), rows);
        float[] gradient = new float[logits.length];
        int[] labels = new int[rows];
        Arrays.fill(labels, n - 1);
        double sum =
            CrossEntropy.builder()
                .zLoss(1e-4)
                .reduction(Reduction.SUM)
                .build()
                .lossAndGradient(logits, labels, gradient, rows, n);
        String where = "%s, %d x %d".formatted(large, rows, n);
        near(1e-4 * large * large, sum / rows, 1e-4 * large * large, where);
        for (int i = 0; i < gradient.length; i++) {
          int c = i % n;
          double slope = c == 0 ? 2e-4 * large : 0;
          double ofLabel = (c == 0 ? 1 : 0) - (c == n - 1 ? 1 : 0);
          near(slope + ofLabel, gradient[i], Math.abs(slope) + Math.abs(ofLabel), where);
        }
      }
    }
  }

  /** Factors of gradients that floats cannot hold, or only as denormal numbers. */
  @ParameterizedTest
  @ValueSource(doubles = {1e39, 1e50, 1e-40, 1e-60})
  void gradientScales(double scale) {
    float other = (float) Math.clamp(1 / scale, 1e-38, 1e38);
    for (int n : CLASSES) {
      float[] row = row(n, Places.FIRST, 200, 0);
      row[n - 1] = 198;
      for (int rows : ROWS) {
        int[] labels = new int[rows];
        float[] factors = filled(rows, other);
        Arrays.fill(labels, n - 1);
        float[] gradient = new float[rows * n];
        float[] gradientOfTargets = new float[rows * n];
        Minibatch batch = Minibatch.of(rows, n).logits(repeated(row, rows)).gradientScale(scale);
        CrossEntropy loss = CrossEntropy.builder().reduction(Reduction.SUM).build();
        loss.lossAndGradient(batch.labels(labels).gradient(gradient).upstream(factors));
        float[] targets = repeated(row(n, Places.LAST, 1, 0), rows);
        loss.lossAndGradient(batch.targets(targets).gradient(gradientOfTargets));
        double[] expected = Oracle.of(row).gradient(n - 1);
        double factor = scale * other;
        String where = "scale %s, %d x %d".formatted(scale, rows, n);
        for (int i = 0; i < gradient.length; i++) {
          double e = factor * expected[i % n];
          if (Math.abs(e) <= MAX) {
            near(e, gradient[i], factor, where, i);
            near(e, gradientOfTargets[i], factor, where, i);
          }
        }
      }
    }
  }

  /** The first of them from the plain loss, whose gradient is 0 at a probability of 0. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 30})
  void gradientScaleBeyondFloatTimesZero(double softCap) {
    for (int n : CLASSES) {
      float[] row = row(n, Places.FIRST, 1, softCap == 0 ? -1000 : -1e30f);
      float[] gradient = new float[n];
      CrossEntropy.Builder options = CrossEntropy.builder();
      CrossEntropy loss = (softCap == 0 ? options : options.softCap((float) softCap)).build();
      loss.lossAndGradient(
          Minibatch.of(1, n)
              .logits(row)
              .labels(new int[] {0})
              .gradient(gradient)
              .gradientScale(1e39));
      for (int c = 1; c < n; c++) {
        assertEquals(0, gradient[c] + 0.0f, 1e-20f, "class %d of %d".formatted(c, n));
      }
    }
  }

  /** The softmax needs differences to the largest, which need not be floats. */
  @Tag("slow")
  @ParameterizedTest
  @EnumSource
  void scaledLogitsBeyondFloat(Places places) {
    float[][] pairs = {{1e38f, 0}, {-1e38f, -2e38f}, {MAX, -MAX}, {1e38f, 0.99999994f * 1e38f}};
    SoftmaxOptions options = SoftmaxOptions.builder().logitScale(10).build();
    for (int n : CLASSES) {
      for (float[] pair : pairs) {
        float[] row = row(n, places, pair[0], pair[1]);
        String where = "%s %s of %d".formatted(places, Arrays.toString(pair), n);
        checkWide(row, timesTen(row), options, where);
        checkWideLoss(row, timesTen(row), where);
      }
    }
  }

  private static double[] timesTen(float[] row) {
    double[] scaled = Oracle.toDouble(row);
    for (int c = 0; c < scaled.length; c++) {
      scaled[c] *= 10;
    }
    return scaled;
  }

  /** Logits and biases, large ones and others; the last have sums that are finite relatively. */
  @ParameterizedTest
  @EnumSource
  void biasedLogitsBeyondFloat(Places places) {
    float[][] kinds = {{3e38f, 1, 2e38f, -3e38f}, {-2.5e38f, -1e38f, -2e38f, -2e38f}};
    for (int n : CLASSES) {
      for (float[] kind : kinds) {
        float[] row = row(n, places, kind[0], kind[1]);
        float[] bias = row(n, places, kind[2], kind[3]);
        double[] sums = new double[n];
        for (int c = 0; c < n; c++) {
          sums[c] = (double) row[c] + bias[c];
        }
        SoftmaxOptions options = SoftmaxOptions.builder().mask(Mask.bias(bias)).build();
        String where = "biased %s %s of %d".formatted(places, Arrays.toString(kind), n);
        checkWide(row, sums, options, where);
      }
    }
  }

  private static void checkWide(
      float[] row, double[] logits, SoftmaxOptions options, String where) {
    int n = row.length;
    Oracle oracle = new Oracle(logits);
    double[] p = oracle.softmax();
    double[] logP = oracle.logSoftmax();
    for (int rows : ROWS) {
      float[] ofSoftmax = repeated(row, rows);
      Softmax.softmax(
          MatrixView.of(ofSoftmax, rows, n), MatrixView.of(ofSoftmax, rows, n), options);
      float[] ofLog = new float[rows * n];
      Softmax.logSoftmax(
          MatrixView.of(repeated(row, rows), rows, n), MatrixView.of(ofLog, rows, n), options);
      for (int i = 0; i < ofLog.length; i++) {
        near(p[i % n], ofSoftmax[i], p[i % n], where);
        assertEquals(
            (float) logP[i % n], ofLog[i], (float) (TOLERANCE * Math.max(1, -logP[i % n])));
      }
      float[] logSumExp = new float[rows];
      Softmax.logSumExp(
          MatrixView.of(repeated(row, rows), rows, n),
          MatrixView.ofColumn(logSumExp, 0, rows),
          options);
      assertEquals((float) oracle.logSumExp(), logSumExp[rows - 1], where);
    }
  }

  private static void checkWideLoss(float[] row, double[] logits, String where) {
    int n = row.length;
    Oracle oracle = new Oracle(logits);
    double zLoss = 1e-45 * oracle.logSumExp() * oracle.logSumExp();
    double expected = smoothedLoss(oracle, n - 1, filled(n, 1), 0.1) + zLoss;
    CrossEntropy loss =
        CrossEntropy.builder()
            .logitScale(10)
            .labelSmoothing(0.1)
            .zLoss(1e-45)
            .reduction(Reduction.SUM)
            .build();
    for (int rows : ROWS) {
      int[] labels = new int[rows];
      Arrays.fill(labels, n - 1);
      float[] inPlace = repeated(row, rows);
      double sum = loss.lossAndGradient(inPlace, labels, inPlace, rows, n);
      near(expected, sum / rows, Math.abs(expected), where);
      float[] gradient = new float[inPlace.length];
      double again = loss.lossAndGradient(repeated(row, rows), labels, gradient, rows, n);
      assertEquals(sum, again, where);
      Bits.assertSame(gradient, inPlace, where);
      double[] g = smoothedGradient(oracle, n - 1, filled(n, 1));
      double[] p = oracle.softmax();
      for (int i = 0; i < gradient.length; i++) {
        double slope = 2e-45 * oracle.logSumExp() * p[i % n];
        near(10 * (g[i % n] + slope), gradient[i], 10, where, i);
      }
    }
  }

  /** Their ratio, or its product with a logit, would be denormal or infinite. */
  @ParameterizedTest
  @ValueSource(floats = {MAX, 1e30f, 1e-30f, 1e-38f})
  void softCaps(float cap) {
    for (float scale : new float[] {0.001f, 1e-38f, 1e30f, MAX}) {
      if (scale / cap > MAX) {
        continue;
      }
      SoftmaxOptions options = SoftmaxOptions.builder().logitScale(scale).softCap(cap).build();
      CrossEntropy loss = CrossEntropy.builder().logitScale(scale).softCap(cap).build();
      for (int n : CLASSES) {
        float[] row = new float[n];
        double[] capped = new double[n];
        for (int c = 0; c < n; c++) {
          row[c] = (c % 7 - 3) / scale;
          capped[c] = cap * Math.tanh((double) scale * row[c] / cap);
        }
        String where = "scale %s, cap %s, %d classes".formatted(scale, cap, n);
        double[] expected = new Oracle(capped).logSoftmax();
        float[] logP = new float[n];
        Softmax.logSoftmax(MatrixView.of(row, 1, n), MatrixView.of(logP, 1, n), options);
        float[] gradient = new float[n];
        loss.lossAndGradient(row, new int[] {0}, gradient, 1, n);
        for (int c = 0; c < n; c++) {
          near(expected[c], logP[c], Math.max(1, -expected[c]), where);
          assertTrue(Float.isFinite(gradient[c]) || scale >= 1e30f, where);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.MAX_VALUE, 1e300, 1e100, 1e-100, Double.MIN_VALUE})
  void temperatures(double temperature) {
    for (int n : CLASSES) {
      float[] row = new float[n];
      for (int c = 0; c < n; c++) {
        row[c] = c % 13 * 0.25f;
      }
      float[] probabilities = new float[n];
      Sampler sampler = Sampler.builder().temperature(temperature).topP(0.5).build();
      sampler.filteredProbabilities(row, probabilities, 1, n);
      int kept = 0;
      for (float p : probabilities) {
        kept += p > 0 ? 1 : 0;
      }
      int largest = Math.min(n - 1, 12);
      int equal = 0;
      for (float x : row) {
        equal += x == row[largest] ? 1 : 0;
      }
      int expected = (temperature > 1 ? n + 1 : equal + 1) / 2;
      assertEquals(expected, kept, "classes left of %d".formatted(n));
      int drawn = sampler.sample(row, 0, n, new Random(1));
      assertTrue(probabilities[drawn] > 0);
    }
  }
}
