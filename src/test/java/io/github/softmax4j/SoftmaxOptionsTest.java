package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scale, soft cap and masks against a softmax of the kept logits in double. */
class SoftmaxOptionsTest {

  private static final float INF = Float.POSITIVE_INFINITY;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6})
  void randomOptions(int seed) {
    Random random = new Random(seed);
    for (int classes : Sizes.with(Sizes.small(), 251, 1000)) {
      new MaskedRows(random, 1 + random.nextInt(classes > 100 ? 3 : 20), classes, 1).check(0, 0);
    }
  }

  @Test
  void longRows() {
    new MaskedRows(new Random(7), 2, 32000, 1).check(0, 0);
    new MaskedRows(new Random(8), 2, 50257, 1).check(0, 0);
  }

  @Test
  void withoutOptionsItIsTheSame() {
    Batch batch = Batch.of(Family.WIDE, 30, 77);
    float[] x = new float[30 * 77];
    for (int r = 0; r < 30; r++) {
      System.arraycopy(batch.logits[r], 0, x, r * 77, 77);
    }
    float[] expected = new float[x.length];
    float[] actual = new float[x.length];
    Softmax.softmax(x, expected, 30, 77);
    Softmax.softmax(
        MatrixView.of(x, 30, 77), MatrixView.of(actual, 30, 77), SoftmaxOptions.builder().build());
    Bits.assertSame(expected, actual, "no options");
  }

  @Test
  void fullFormTouchesNothingElse() {
    float[] x = {9, 1, 2, 9, 3, 4, 9};
    float[] y = {9, 9, 9, 9, 9, 9, 9};
    SoftmaxOptions options = SoftmaxOptions.builder().mask(Mask.causal(2, 0)).build();
    Softmax.softmax(MatrixView.of(x, 1, 3, 2, 2), MatrixView.of(y, 1, 3, 2, 2), options);
    float p = (float) (1 / (1 + Math.E));
    assertArrayEquals(new float[] {9, 1, 0, 9, p, 1 - p, 9}, y, 1e-6f);
  }

  @Test
  void badMasksAreRefused() {
    float[] x = new float[6];
    refused(
        "lengths: row 1 has length 4, outside [0, 3]",
        () -> run(x, Mask.lengths(new int[] {3, 4})));
    refused(
        "lengths: 1 of 1 rows each are not enough for 2 rows",
        () -> run(x, Mask.lengths(new int[1])));
    refused(
        "keep: the array's length of 4 is no multiple of the 3 classes",
        () -> run(x, Mask.keep(new boolean[4])));
    refused("queries: must be at least 1, is 0", () -> Mask.causal(0, 1));
    refused(
        "logitScale: must be finite and above 0, is -1.0",
        () -> SoftmaxOptions.builder().logitScale(-1));
    assertArrayEquals(new float[6], x);
  }

  private static void run(float[] x, Mask mask) {
    Softmax.softmax(
        MatrixView.of(x, 2, 3),
        MatrixView.of(x, 2, 3),
        SoftmaxOptions.builder().mask(mask).build());
  }

  private static void refused(String message, Runnable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call::run).getMessage());
  }

  private static int[] severalClasses() {
    return Sizes.with(Sizes.around(), 100, 8209);
  }

  private static float[] gaussian(int n) {
    float[] values = new float[n];
    Random random = new Random(n);
    for (int i = 0; i < n; i++) {
      values[i] = (float) (3 * random.nextGaussian());
    }
    return values;
  }

  @Test
  void infiniteLogitsBecomeTheCap() {
    SoftmaxOptions capped = SoftmaxOptions.builder().softCap(2).logitScale(0.5f).build();
    for (int classes : severalClasses()) {
      float[] infinite = gaussian(3 * classes);
      float[] huge = infinite.clone();
      for (int i = 0; i < infinite.length; i += 1 + classes / 3) {
        infinite[i] = i % 2 == 0 ? INF : -INF;
        huge[i] = i % 2 == 0 ? 1e30f : -1e30f;
      }
      float[] p = new float[infinite.length];
      float[] expected = new float[infinite.length];
      Softmax.softmax(MatrixView.of(infinite, 3, classes), MatrixView.of(p, 3, classes), capped);
      Softmax.softmax(MatrixView.of(huge, 3, classes), MatrixView.of(expected, 3, classes), capped);
      Bits.assertSame(expected, p, "infinite or huge");
      Softmax.logSoftmax(MatrixView.of(infinite, 3, classes), MatrixView.of(p, 3, classes), capped);
      for (float log : p) {
        assertTrue(log >= -4 - Math.log(classes) - 1e-5, "nothing is masked by -infinity");
      }
    }
  }

  /** Of nothing but -infinity without a mask as of nothing kept; one of NaN or +infinity is not. */
  @ParameterizedTest
  @ValueSource(floats = {1, 0.5f})
  void rowsOfNothing(float scale) {
    SoftmaxOptions zero = SoftmaxOptions.builder().logitScale(scale).emptyRowsAreZero(true).build();
    SoftmaxOptions usual = SoftmaxOptions.builder().logitScale(scale).build();
    for (int classes : severalClasses()) {
      float[] x = gaussian(5 * classes);
      Arrays.fill(x, classes, 2 * classes, -INF);
      Arrays.fill(x, 2 * classes, 4 * classes, -INF);
      x[2 * classes + classes / 2] = Float.NaN;
      x[4 * classes - 1] = INF;
      float[] none = new float[classes];
      float[] nan = filled(classes, Float.NaN);
      assertRows(softmax(x, classes, zero), softmax(x, classes, usual), none, nan);
      assertRows(
          logSoftmax(x, classes, zero), logSoftmax(x, classes, usual), filled(classes, -INF), nan);
      float[] lse = new float[5];
      Softmax.logSumExp(MatrixView.of(x, 5, classes), MatrixView.ofColumn(lse), zero);
      assertArrayEquals(new float[] {lse[0], -INF, Float.NaN, INF, lse[4]}, lse);
    }
  }

  private static float[] softmax(float[] x, int classes, SoftmaxOptions options) {
    float[] y = new float[x.length];
    Softmax.softmax(
        MatrixView.of(x, x.length / classes, classes),
        MatrixView.of(y, x.length / classes, classes),
        options);
    return y;
  }

  private static float[] logSoftmax(float[] x, int classes, SoftmaxOptions options) {
    float[] y = new float[x.length];
    Softmax.logSoftmax(
        MatrixView.of(x, x.length / classes, classes),
        MatrixView.of(y, x.length / classes, classes),
        options);
    return y;
  }

  /** Only the second row differs, in which there is nothing. */
  private static void assertRows(float[] zero, float[] usual, float[] nothing, float[] nan) {
    float[][] ofZero = rows(zero, nan.length);
    float[][] ofUsual = rows(usual, nan.length);
    Bits.assertSame(new float[][] {ofUsual[0], nothing, nan, nan, ofUsual[4]}, ofZero, "zero");
    Bits.assertSame(new float[][] {ofZero[0], nan, nan, nan, ofZero[4]}, ofUsual, "usual");
    assertTrue(Float.isFinite(ofZero[0][0]) && Float.isFinite(ofZero[4][0]));
  }

  private static float[][] rows(float[] x, int classes) {
    float[][] rows = new float[x.length / classes][];
    Arrays.setAll(rows, r -> Arrays.copyOfRange(x, r * classes, (r + 1) * classes));
    return rows;
  }

  private static float[] filled(int n, float value) {
    float[] values = new float[n];
    Arrays.fill(values, value);
    return values;
  }

  /** Row {@code r} has the bias of row {@code r} modulo their number. */
  @Test
  void biasOfSeveralRows() {
    for (int classes : severalClasses()) {
      float[] x = gaussian(7 * classes);
      float[] bias = gaussian(3 * classes);
      float[] sums = new float[x.length];
      for (int i = 0; i < x.length; i++) {
        sums[i] = x[i] + bias[i % bias.length];
      }
      SoftmaxOptions options = SoftmaxOptions.builder().mask(Mask.bias(bias)).build();
      float[] expected = new float[x.length];
      Softmax.softmax(sums, expected, 7, classes);
      Bits.assertSame(expected, softmax(x, classes, options), "bias of 3 rows");
    }
  }

  /** A bias without a meaning spoils the rows that have it. */
  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
  void biasThatSpoilsItsRow(float spoiler) {
    for (int classes : severalClasses()) {
      float[] x = gaussian(4 * classes);
      float[] bias = gaussian(2 * classes);
      SoftmaxOptions options = SoftmaxOptions.builder().mask(Mask.bias(bias)).build();
      float[][] sound = rows(softmax(x, classes, options), classes);
      bias[2 * classes - 1] = spoiler;
      float[] nan = filled(classes, Float.NaN);
      float[][] expected = {sound[0], nan, sound[2], nan};
      Bits.assertSame(expected, rows(softmax(x, classes, options), classes), "softmax");
      float[] lse = new float[4];
      Softmax.logSumExp(MatrixView.of(x, 4, classes), MatrixView.ofColumn(lse, 0, 4), options);
      assertEquals(spoiler, lse[1]);
      assertTrue(Float.isFinite(lse[0]) && Float.isFinite(lse[2]));
    }
  }

  private static SoftmaxOptions all(float[] bias, int queries) {
    return SoftmaxOptions.builder()
        .logitScale(0.7f)
        .softCap(5)
        .mask(Mask.bias(bias).and(Mask.causal(queries, bias.length / 2)))
        .build();
  }

  @Test
  void stridesAndInPlace() {
    for (int classes : severalClasses()) {
      float[] x = gaussian(3 * classes);
      SoftmaxOptions options = all(gaussian(classes), 3);
      float[] expected = logSoftmax(x, classes, options);
      float[] inPlace = x.clone();
      Softmax.logSoftmax(
          MatrixView.of(inPlace, 3, classes), MatrixView.of(inPlace, 3, classes), options);
      Bits.assertSame(expected, inPlace, "in place");
      int stride = classes + 2;
      float[] spaced = filled(1 + 3 * stride, 9);
      float[] untouched = spaced.clone();
      for (int r = 0; r < 3; r++) {
        System.arraycopy(x, r * classes, spaced, 1 + r * stride, classes);
        System.arraycopy(expected, r * classes, untouched, 1 + r * stride, classes);
      }
      float[] apart = filled(spaced.length, 9);
      Softmax.logSoftmax(
          MatrixView.of(spaced, 1, stride, 3, classes),
          MatrixView.of(apart, 1, stride, 3, classes),
          options);
      Bits.assertSame(untouched, apart, "with a stride");
      Softmax.logSoftmax(
          MatrixView.of(spaced, 1, stride, 3, classes),
          MatrixView.of(spaced, 1, stride, 3, classes),
          options);
      Bits.assertSame(untouched, spaced, "with a stride, in place");
    }
  }

  /** What a row gives does not depend on the rows beside it. */
  @Test
  void rowsDoNotDependOnTheirPlace() {
    for (int classes : severalClasses()) {
      int rows = classes > 1000 ? 5 : 2 * Sizes.LANES + 5;
      float[] x = gaussian(rows * classes);
      SoftmaxOptions options = all(gaussian(classes), 1);
      float[][] p = rows(softmax(x, classes, options), classes);
      float[][] logP = rows(logSoftmax(x, classes, options), classes);
      float[] lse = new float[rows];
      Softmax.logSumExp(
          MatrixView.of(x, rows, classes), MatrixView.ofColumn(lse, 0, rows), options);
      for (int r = 0; r < rows; r++) {
        float[] alone = Arrays.copyOfRange(x, r * classes, (r + 1) * classes);
        float[] lseAlone = new float[1];
        Softmax.logSumExp(
            MatrixView.of(alone, 1, classes), MatrixView.ofColumn(lseAlone, 0, 1), options);
        Bits.assertSame(p[r], softmax(alone, classes, options), "row " + r + " alone");
        Bits.assertSame(logP[r], logSoftmax(alone, classes, options), "row " + r + " alone");
        assertEquals(lse[r], lseAlone[0]);
      }
    }
  }

  /** It would be written over while later rows still need it. */
  @Test
  void biasInTheOutputIsRefused() {
    float[] x = {1, 2, 3, 4, 5, 6};
    float[] bias = {1, 2, 3, 0, 0, 0};
    float[] before = bias.clone();
    Mask first = Mask.bias(bias);
    for (Mask mask : List.of(first, first.and(Mask.causal(2, 0)), Mask.causal(2, 0).and(first))) {
      SoftmaxOptions options = SoftmaxOptions.builder().mask(mask).build();
      assertBiasRefused(
          () -> Softmax.softmax(MatrixView.of(x, 2, 3), MatrixView.of(bias, 2, 3), options));
      assertBiasRefused(
          () -> Softmax.logSoftmax(MatrixView.of(x, 2, 3), MatrixView.of(bias, 2, 3), options));
      assertBiasRefused(
          () ->
              Softmax.logSumExp(MatrixView.of(x, 2, 3), MatrixView.ofColumn(bias, 0, 2), options));
      Bits.assertSame(before, bias, "the bias of a refused call");
    }
  }

  private static void assertBiasRefused(Runnable call) {
    String message = assertThrows(IllegalArgumentException.class, call::run).getMessage();
    assertTrue(message.contains("bias"), message);
  }

  @Test
  void partsOfAVocabulary() {
    Batch batch = Batch.of(Family.GAUSSIAN, 5, 100);
    float[] p = new float[500];
    float[] left = new float[5 * 64];
    float[] right = new float[5 * 36];
    for (int r = 0; r < 5; r++) {
      System.arraycopy(batch.logits[r], 0, p, r * 100, 100);
      System.arraycopy(batch.logits[r], 0, left, r * 64, 64);
      System.arraycopy(batch.logits[r], 64, right, r * 36, 36);
    }
    Partials all = new Partials(5).of(left, 64).merge(new Partials(5).of(right, 36));
    float[] logs = right.clone();
    Softmax.softmax(p, p, 5, 100);
    Softmax.softmax(MatrixView.of(left, 5, 64), MatrixView.of(left, 5, 64), all);
    Softmax.softmax(MatrixView.of(right, 5, 36), MatrixView.of(right, 5, 36), all);
    Softmax.logSoftmax(MatrixView.of(logs, 5, 36), MatrixView.of(logs, 5, 36), all);
    for (int r = 0; r < 5; r++) {
      for (int c = 0; c < 100; c++) {
        float actual = c < 64 ? left[r * 64 + c] : right[r * 36 + c - 64];
        assertEquals(p[r * 100 + c], actual, 1e-6 * p[r * 100 + c]);
        if (c >= 64) {
          assertEquals(Math.log(p[r * 100 + c]), logs[r * 36 + c - 64], 2e-5);
        }
      }
    }
  }
}
