package io.github.softmax4j;

import static java.lang.Float.NEGATIVE_INFINITY;
import static java.lang.Float.POSITIVE_INFINITY;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The first classes of a row, against the sorted row. */
class TopLogProbabilitiesTest {

  @ParameterizedTest
  @EnumSource
  void areTheFirstOfTheSortedRow(Family family) {
    Random random = new Random(3);
    for (int classes : Sizes.with(Sizes.smallAndMedium(), 32000)) {
      float[] logits = family.row(classes, random);
      for (int k : new int[] {1, 2, 5, 50, classes / 2, classes - 1, classes}) {
        if (k >= 1 && k <= classes) {
          assertFirst(logits, k, family + ", " + k + " of " + classes);
        }
      }
    }
  }

  private static void assertFirst(float[] logits, int k, String where) {
    int classes = logits.length;
    int[] indices = new int[k];
    float[] actual = new float[k];
    Softmax.topLogProbabilities(logits, k, indices, actual, 1, classes);
    assertArrayEquals(Arrays.copyOf(SlowFilter.order(logits), k), indices, where);
    float[] all = new float[classes];
    Softmax.logSoftmax(logits, all, 1, classes);
    float[] expected = new float[k];
    for (int i = 0; i < k; i++) {
      expected[i] = all[indices[i]];
    }
    Bits.assertSame(expected, actual, where);
  }

  @Test
  void tiesAreInAscendingOrderOfTheClass() {
    int[] indices = new int[4];
    float[] logProbabilities = new float[4];
    float[] logits = {0, 1, -0f, 1, NEGATIVE_INFINITY, 1, 0};
    Softmax.topLogProbabilities(logits, 4, indices, logProbabilities, 1, 7);
    assertArrayEquals(new int[] {1, 3, 5, 0}, indices);
    assertFirst(logits, 7, "-infinity comes last");
  }

  @Test
  void rowsAndStrides() {
    int classes = 21;
    int k = 4;
    Batch batch = Batch.of(Family.GAUSSIAN, 5, classes);
    Matrix logits = new Matrix(5, classes, 3, 2, 1).fill(batch.logits);
    Matrix out = new Matrix(5, k, 2, 3, 1);
    int[] indices = new int[1 + 5 * 6];
    Arrays.fill(indices, -7);
    Softmax.topLogProbabilities(
        MatrixView.of(logits.array, 3, classes + 2, 5, classes),
        IntView.of(indices, 1, 6, 5, k),
        MatrixView.of(out.array, 2, k + 3, 5, k));
    out.assertGuardsUntouched("log-probabilities");
    out.assertRowsWritten("log-probabilities");
    for (int r = 0; r < 5; r++) {
      int[] expectedIndices = new int[k];
      float[] expected = new float[k];
      Softmax.topLogProbabilities(batch.logits[r], k, expectedIndices, expected, 1, classes);
      Bits.assertSame(expected, out.row(r), "row " + r);
      int from = 1 + 6 * r;
      assertArrayEquals(expectedIndices, Arrays.copyOfRange(indices, from, from + k));
      assertEquals(-7, indices[from + k], "between the rows");
    }
  }

  @Test
  void rowsWithoutSoftmax() {
    float[] spoilers = {Float.NaN, Float.intBitsToFloat(0xffc00000), POSITIVE_INFINITY};
    for (float spoiler : spoilers) {
      float[] logits = new float[200];
      logits[150] = spoiler;
      assertNothing(logits, 3);
    }
    float[] nothing = new float[200];
    Arrays.fill(nothing, NEGATIVE_INFINITY);
    assertNothing(nothing, 3);
  }

  private static void assertNothing(float[] logits, int k) {
    int[] indices = new int[k];
    float[] logProbabilities = new float[k];
    Softmax.topLogProbabilities(logits, k, indices, logProbabilities, 1, logits.length);
    for (int i = 0; i < k; i++) {
      assertEquals(-1, indices[i]);
      assertTrue(Float.isNaN(logProbabilities[i]));
    }
  }

  @Test
  void allocatesNothing() {
    for (int classes : new int[] {10, 1000, 32000}) {
      float[] logits = Family.GAUSSIAN.row(2 * classes, new Random(1));
      int[] indices = new int[16];
      float[] logProbabilities = new float[16];
      Runnable work =
          () -> Softmax.topLogProbabilities(logits, 8, indices, logProbabilities, 2, classes);
      int calls = Math.max(30, 300_000 / classes);
      AllocationTest.assertAllocatesNothing(work, calls, "top 8 of " + classes);
    }
  }

  @Test
  void refusesBadArguments() {
    float[] x = new float[60];
    int[] i = new int[6];
    float[] p = new float[6];
    Class<IllegalArgumentException> bad = IllegalArgumentException.class;
    Class<NullPointerException> missing = NullPointerException.class;
    Class<IndexOutOfBoundsException> tooShort = IndexOutOfBoundsException.class;
    refused(bad, () -> Softmax.topLogProbabilities(x, 0, i, p, 3, 5), "k", "0", "[1, 5]");
    refused(bad, () -> Softmax.topLogProbabilities(x, 6, i, p, 3, 5), "k", "6", "[1, 5]");
    refused(missing, () -> Softmax.topLogProbabilities(null, 2, i, p, 3, 5), "logits");
    refused(missing, () -> Softmax.topLogProbabilities(x, 2, null, p, 3, 5), "indices");
    refused(missing, () -> Softmax.topLogProbabilities(x, 2, i, null, 3, 5), "logProbabilities");
    refused(tooShort, () -> Softmax.topLogProbabilities(x, 2, i, p, 13, 5), "logits", "65");
    refused(tooShort, () -> Softmax.topLogProbabilities(x, 2, i, p, 4, 5), "indices", "8");
    int[] enough = new int[60];
    refused(tooShort, () -> Softmax.topLogProbabilities(x, 2, enough, p, 4, 5), "logProbabilities");
    refused(bad, () -> full(x, i, -1, 2, p, 0, 2), "indices", "offset", "-1");
    refused(bad, () -> full(x, i, 0, 1, p, 0, 2), "indices", "stride 1");
    refused(bad, () -> full(x, i, 0, 2, p, 0, 1), "logProbabilities", "stride 1");
    refused(bad, () -> full(x, i, 0, 2, x, 14, 2), "logProbabilities", "overlaps", "logits");
    full(x, i, 0, 2, x, 15, 2); // behind them
  }

  private static void full(
      float[] x, int[] i, int iOffset, int iStride, float[] p, int pOffset, int pStride) {
    Softmax.topLogProbabilities(
        MatrixView.of(x, 3, 5),
        IntView.of("indices", i, iOffset, iStride, 3, 2),
        MatrixView.of("logProbabilities", p, pOffset, pStride, 3, 2));
  }

  private static void refused(Class<? extends Exception> type, Executable call, String... says) {
    Exception refusal = assertThrows(type, call);
    for (String word : says) {
      assertTrue(refusal.getMessage().contains(word), () -> word + " in: " + refusal);
    }
  }
}
