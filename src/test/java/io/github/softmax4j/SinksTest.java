package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Attention sinks: one more logit in the denominator, and the gradient with respect to it. */
class SinksTest {

  private static final float INF = Float.POSITIVE_INFINITY;
  private static final float SCALE = 0.5f;

  static IntStream classes() {
    return Arrays.stream(Sizes.with(Sizes.around(), 100, 9000));
  }

  /** Rows whose sinks are, in double, one more class. */
  private static final class Case {
    final int rows;
    final int classes;
    final int inner;
    final float[] logits;
    final float[] upstream;
    final float[] sinks;
    final int rowsEach;
    final int[] lengths;
    final SoftmaxOptions options;

    Case(Random random, int rows, int classes, int inner) {
      this.rows = rows;
      this.classes = classes;
      this.inner = inner;
      logits = gaussian(random, rows * classes);
      upstream = gaussian(random, rows * classes);
      sinks = gaussian(random, 1 + random.nextInt(3));
      rowsEach = 1 + random.nextInt(4);
      lengths = random.ints(rows, 0, classes + 1).toArray();
      options =
          SoftmaxOptions.builder()
              .logitScale(SCALE)
              .mask(Mask.lengths(lengths))
              .sinks(sinks, rowsEach)
              .build();
    }

    MatrixView view(float[] array) {
      return MatrixView.ofBlocks(array, rows / inner, classes, inner);
    }

    int at(int r, int c) {
      return (r / inner * classes + c) * inner + r % inner;
    }

    int sink(int r) {
      return r / rowsEach % sinks.length;
    }

    /** The logarithm of the denominator. */
    double logSumExp(int r) {
      double max = sinks[sink(r)];
      for (int c = 0; c < lengths[r]; c++) {
        max = Math.max(max, SCALE * (double) logits[at(r, c)]);
      }
      double sum = Math.exp(sinks[sink(r)] - max);
      for (int c = 0; c < lengths[r]; c++) {
        sum += Math.exp(SCALE * (double) logits[at(r, c)] - max);
      }
      return max + Math.log(sum);
    }

    double logProbability(int r, int c) {
      return c < lengths[r]
          ? SCALE * (double) logits[at(r, c)] - logSumExp(r)
          : Double.NEGATIVE_INFINITY;
    }

    double[] sinkGradient() {
      double[] gradient = new double[sinks.length];
      for (int r = 0; r < rows; r++) {
        double product = 0;
        for (int c = 0; c < lengths[r]; c++) {
          product += Math.exp(logProbability(r, c)) * upstream[at(r, c)];
        }
        gradient[sink(r)] -= Math.exp(sinks[sink(r)] - logSumExp(r)) * product;
      }
      return gradient;
    }

    void check() {
      float[] p = new float[logits.length];
      float[] logP = new float[logits.length];
      float[] lse = new float[rows];
      Softmax.softmax(view(logits), view(p), options);
      Softmax.logSoftmax(view(logits), view(logP), options);
      Softmax.logSumExp(view(logits), MatrixView.ofColumn(lse), options);
      for (int r = 0; r < rows; r++) {
        assertNear(logSumExp(r), lse[r], "log-sum-exp");
        for (int c = 0; c < classes; c++) {
          double expected = logProbability(r, c);
          assertNear(expected, logP[at(r, c)], "log-probability");
          double probability = Math.exp(expected);
          assertEquals(probability, p[at(r, c)], 4e-6 * probability, () -> this + " probability");
        }
      }
      checkGradient(p, lse);
    }

    private void checkGradient(float[] p, float[] lse) {
      float[] actual = new float[sinks.length + 1];
      actual[sinks.length] = 7;
      Softmax.sinkGradient(view(p), view(upstream), MatrixView.ofColumn(lse), options, actual);
      double[] expected = sinkGradient();
      for (int s = 0; s < sinks.length; s++) {
        assertEquals(expected[s], actual[s], 1e-5 * rows, () -> this + " gradient of the sink");
      }
      assertEquals(7, actual[sinks.length]);
    }

    private void assertNear(double expected, float actual, String what) {
      double bound = 4e-6 * Math.max(1, Math.abs(expected));
      assertTrue(
          expected == actual || Math.abs(expected - actual) <= bound,
          () -> "%s, %s: %s for %s".formatted(this, what, actual, expected));
    }

    @Override
    public String toString() {
      return "%d rows of %d, inner %d".formatted(rows, classes, inner);
    }
  }

  private static float[] gaussian(Random random, int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) (3 * random.nextGaussian());
    }
    return values;
  }

  @Tag("slow")
  @ParameterizedTest
  @MethodSource("classes")
  void areOneMoreClass(int classes) {
    Random random = new Random(classes);
    int rows = classes > 1000 ? 4 : 20;
    for (int inner : new int[] {1, 4, rows}) {
      new Case(random, rows, classes, inner).check();
    }
  }

  /** More rows than a stage has. */
  @Test
  void manyRows() {
    new Case(new Random(1), 600, 3, 1).check();
    new Case(new Random(2), 600, 3, 300).check();
  }

  /** Also in the logits' place, with strides, and in blocks of one row. */
  @ParameterizedTest
  @MethodSource("classes")
  void sameBitsAsARowWithThatClass(int classes) {
    int rows = 5;
    float[] x = gaussian(new Random(classes), rows * (classes + 1));
    float[] sinks = new float[rows];
    for (int r = 0; r < rows; r++) {
      sinks[r] = x[r * (classes + 1) + classes];
    }
    MatrixView whole = MatrixView.of(x, rows, classes + 1);
    MatrixView part = whole.sliceColumns(0, classes);
    SoftmaxOptions options = SoftmaxOptions.builder().sinks(sinks, 1).build();
    float[] expected = new float[x.length];
    MatrixView out = MatrixView.of(expected, rows, classes + 1);
    float[] lse = new float[rows];
    float[] actual = new float[rows];
    Softmax.logSumExp(whole, MatrixView.ofColumn(lse));
    Softmax.logSumExp(part, MatrixView.ofColumn(actual), options);
    Bits.assertSame(lse, actual, "log-sum-exp");
    Softmax.softmax(whole, out);
    for (int r = 0; r < rows; r++) {
      expected[r * (classes + 1) + classes] = x[r * (classes + 1) + classes]; // stays
    }
    Softmax.softmax(part, part, options);
    Bits.assertSame(expected, x, "softmax in place");
  }

  @Test
  void specialValues() {
    float nan = Float.NaN;
    float[] x = {1, 2, nan, 0, -INF, -INF, 5, 5, INF, 0};
    float[] sinks = {-INF, 3, 3, nan, 3};
    SoftmaxOptions options = SoftmaxOptions.builder().sinks(sinks, 1).build();
    float[] p = new float[10];
    Softmax.softmax(MatrixView.of(x, 5, 2), MatrixView.of(p, 5, 2), options);
    float[] plain = new float[2];
    Softmax.softmax(new float[] {1, 2}, plain, 1, 2);
    assertArrayEquals(plain, Arrays.copyOf(p, 2), 1e-7f);
    assertArrayEquals(
        new float[] {nan, nan, 0, 0, nan, nan, nan, nan}, Arrays.copyOfRange(p, 2, 10));
    float[] lse = new float[5];
    Softmax.logSumExp(MatrixView.of(x, 5, 2), MatrixView.ofColumn(lse), options);
    assertArrayEquals(new float[] {lse[0], nan, 3, nan, INF}, lse);
    float[] gradient = new float[5];
    MatrixView ones = MatrixView.of(new float[] {1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, 5, 2);
    Softmax.sinkGradient(MatrixView.of(p, 5, 2), ones, MatrixView.ofColumn(lse), options, gradient);
    assertArrayEquals(new float[] {0, nan, 0, nan, nan}, gradient);
  }

  /** Biased logits beyond float count relative to the sink. */
  @Test
  void wideLogits() {
    float[] x = {3e38f, 3e38f};
    float[] sinks = {3e38f};
    SoftmaxOptions options =
        SoftmaxOptions.builder().mask(Mask.bias(new float[] {3e38f, -INF})).sinks(sinks, 1).build();
    float[] p = new float[2];
    Softmax.softmax(MatrixView.of(x, 1, 2), MatrixView.of(p, 1, 2), options);
    assertArrayEquals(new float[] {1, 0}, p);
  }

  /** Calls without sinks after each operation that has some. */
  @Test
  void nothingIsLeftForLaterCalls() {
    float[] x = {1, 2, 3};
    CrossEntropy scaled = CrossEntropy.builder().temperature(2).build();
    double expected = scaled.loss(x, new int[1], 1, 3);
    SoftmaxOptions options = SoftmaxOptions.builder().sinks(new float[] {20}, 1).build();
    MatrixView view = MatrixView.of(new float[3], 1, 3);
    MatrixView value = MatrixView.ofColumn(new float[1]);
    List<Runnable> calls =
        List.of(
            () -> Softmax.softmax(view, view, options),
            () -> Softmax.logSumExp(view, value, options),
            () -> Softmax.sinkGradient(view, view, value, options, new float[1]));
    for (Runnable call : calls) {
      call.run();
      assertEquals(expected, scaled.loss(x, new int[1], 1, 3));
    }
  }

  @Test
  void badArgumentsAreNamed() {
    SoftmaxOptions.Builder builder = SoftmaxOptions.builder();
    assertThrows(NullPointerException.class, () -> builder.sinks(null, 1));
    refused("sinks: ", () -> builder.sinks(new float[0], 1));
    refused("rowsEach: ", () -> builder.sinks(new float[1], 0));
    float[] x = new float[4];
    MatrixView view = MatrixView.of(x, 2, 2);
    SoftmaxOptions shared = SoftmaxOptions.builder().sinks(x, 1).build();
    refused("sinks: ", () -> Softmax.softmax(view, view, shared));
    MatrixView lse = MatrixView.ofColumn(new float[2]);
    SoftmaxOptions without = SoftmaxOptions.builder().build();
    refused("options: ", () -> Softmax.sinkGradient(view, view, lse, without, new float[1]));
    SoftmaxOptions two = SoftmaxOptions.builder().sinks(new float[2], 1).build();
    refused("sinkGradient: ", () -> Softmax.sinkGradient(view, view, lse, two, x));
    refused("logSumExp: ", () -> Softmax.sinkGradient(view, view, view, two, new float[2]));
    assertThrows(
        IndexOutOfBoundsException.class,
        () -> Softmax.sinkGradient(view, view, lse, two, new float[1]));
    assertArrayEquals(new float[4], x);
  }

  private static void refused(String name, Runnable call) {
    String message = assertThrows(IllegalArgumentException.class, call::run).getMessage();
    assertTrue(message.startsWith(name), message);
  }
}
