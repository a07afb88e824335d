package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.softmax4j.internal.vector.CodeKind;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Log-probabilities of given classes, against those of all classes. */
@Tag("slow")
class LogProbabilitiesOfTest {

  private static final int GUARD = -7;

  @ParameterizedTest
  @EnumSource
  void areThoseOfLogSoftmax(Family family) {
    for (int classes : Sizes.smallAndMedium()) {
      for (int rows : classes > 70 ? new int[] {1, 5} : Sizes.ROWS) {
        assertSameAsLogSoftmax(Batch.of(family, rows, classes), 1, 3);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("io.github.softmax4j.Borders#classes")
  void ofEachKindOfRows(int classes) {
    for (int rows : Borders.fewRows(classes)) {
      assertSameAsLogSoftmax(Batch.of(Family.GAUSSIAN, rows, classes), 1, 2);
    }
    assertSameAsLogSoftmax(SpecialRows.batch(classes), 1, 5);
    assertSameAsLogSoftmax(SpecialRows.batch(classes), 2, 5);
  }

  @ParameterizedTest
  @ValueSource(ints = {32000, 128256})
  void ofAVocabulary(int classes) {
    assertSameAsLogSoftmax(Batch.of(Family.GAUSSIAN, 3, classes), 1, 20);
    assertSameAsLogSoftmax(Batch.of(Family.RISING, 2, classes), 1, classes);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 10, 33, 150, 1009})
  void withTheClassAxisInTheMiddle(int classes) {
    for (int inner : new int[] {2, 5, 2 * Sizes.LANES + 3, 300}) {
      assertSameAsLogSoftmax(Batch.of(Family.WIDE, 2 * inner, classes), inner, 3);
    }
  }

  /** Plain Java that serves until vector code is compiled. */
  @Test
  void lanewiseCodeHasTheSameBits() {
    assumeTrue(ActivePath.get().kind() == ActivePath.Kind.VECTOR, "there are no vectors");
    for (int classes : Sizes.with(Sizes.around(), 25, 41, 600, 9000)) {
      assertLanewise(Batch.of(Family.GAUSSIAN, 1, classes), 1);
      assertLanewise(Batch.of(Family.GAUSSIAN, 8, classes), 1);
      assertLanewise(Batch.of(Family.GAUSSIAN, 8, classes), 4);
    }
  }

  private static void assertLanewise(Batch batch, int inner) {
    int[] indices = indices(batch.rows(), 3, batch.classes);
    float[] expected = run(batch, inner, indices, 3);
    CodeKind.LANEWISE.select();
    try {
      float[] actual = run(batch, inner, indices, 3);
      Bits.assertSame(expected, actual, "lanewise, of " + batch.classes);
    } finally {
      CodeKind.VECTORS.select();
    }
  }

  @Test
  void areWithinTheirBounds() {
    for (int classes : Sizes.with(Sizes.around(), 1000)) {
      Batch batch = Batch.of(Family.WIDE, 4, classes);
      int[] indices = indices(4, 6, classes);
      float[] actual = run(batch, 1, indices, 6);
      for (int i = 0; i < indices.length; i++) {
        double expected = batch.oracle(i / 6).logSoftmax()[indices[i]];
        assertEquals(expected, actual[i], 2.4e-6 * Math.max(1, -expected), classes + " classes");
      }
    }
  }

  private static void assertSameAsLogSoftmax(Batch batch, int inner, int k) {
    int[] indices = indices(batch.rows(), k, batch.classes);
    int outer = batch.rows() / inner;
    Blocks all = new Blocks(outer, batch.classes, inner, 0, 0);
    Blocks logits = new Blocks(outer, batch.classes, inner, 0, 0).fill(batch.logits);
    Softmax.logSoftmax(logits.view(), all.view());
    float[][] expected = all.toRows();
    float[] actual = run(batch, inner, indices, k);
    for (int i = 0; i < indices.length; i++) {
      assertEquals(
          expected[i / k][indices[i]],
          actual[i],
          () -> "%d x %d, inner %d".formatted(batch.rows(), batch.classes, inner));
    }
    if (inner == 1) {
      float[] flat = new float[indices.length];
      Softmax.logProbabilitiesOf(logits.array, k, indices, flat, batch.rows(), batch.classes);
      Bits.assertSame(actual, flat, "flat");
    }
  }

  /** Some of them twice. */
  private static int[] indices(int rows, int k, int classes) {
    return new Random(classes).ints(rows * k, 0, classes).toArray();
  }

  /** With gaps everywhere, which stay what they are. */
  private static float[] run(Batch batch, int inner, int[] indices, int k) {
    int rows = batch.rows();
    Blocks logits = new Blocks(rows / inner, batch.classes, inner, 3, 5).fill(batch.logits);
    Matrix out = new Matrix(rows, k, 2, 3, 1);
    int[] spaced = new int[1 + rows * (k + 2)];
    Arrays.fill(spaced, GUARD);
    for (int r = 0; r < rows; r++) {
      System.arraycopy(indices, r * k, spaced, 1 + r * (k + 2), k);
    }
    int[] before = spaced.clone();
    Softmax.logProbabilitiesOf(
        logits.view(), IntView.of(spaced, 1, k + 2, rows, k), out.view("out", rows, k));
    out.assertGuardsUntouched("log-probabilities");
    out.assertRowsWritten("log-probabilities");
    assertArrayEquals(before, spaced, "the indices");
    Bits.assertSame(batch.logits, logits.toRows(), "the logits");
    float[] values = new float[rows * k];
    IntStream.range(0, rows).forEach(r -> System.arraycopy(out.row(r), 0, values, r * k, k));
    return values;
  }

  @Test
  void allocatesNothing() {
    for (int classes : new int[] {10, 20, 1000, 32000}) {
      float[] logits = Family.GAUSSIAN.row(2 * classes, new Random(1));
      int[] indices = new int[16];
      float[] values = new float[16];
      Runnable work = () -> Softmax.logProbabilitiesOf(logits, 8, indices, values, 2, classes);
      int calls = Math.max(30, 300_000 / classes);
      AllocationTest.assertAllocatesNothing(work, calls, "8 of " + classes);
    }
  }

  @Test
  void refusesBadArguments() {
    float[] x = new float[15];
    int[] i = new int[6];
    float[] p = {9, 9, 9, 9, 9, 9};
    Class<IllegalArgumentException> bad = IllegalArgumentException.class;
    Class<NullPointerException> missing = NullPointerException.class;
    Class<IndexOutOfBoundsException> tooShort = IndexOutOfBoundsException.class;
    refused(bad, () -> Softmax.logProbabilitiesOf(x, 0, i, p, 3, 5), "k: must be at least 1, is 0");
    refused(missing, () -> Softmax.logProbabilitiesOf(null, 2, i, p, 3, 5), "logits");
    refused(missing, () -> Softmax.logProbabilitiesOf(x, 2, null, p, 3, 5), "indices");
    refused(missing, () -> Softmax.logProbabilitiesOf(x, 2, i, null, 3, 5), "logProbabilities");
    refused(tooShort, () -> Softmax.logProbabilitiesOf(x, 2, i, p, 4, 5), "logits: ", "20");
    refused(tooShort, () -> Softmax.logProbabilitiesOf(x, 3, i, p, 3, 5), "indices: ", "9");
    refused(
        tooShort,
        () -> Softmax.logProbabilitiesOf(x, 2, i, new float[5], 3, 5),
        "logProbabilities: ");
    MatrixView logits = MatrixView.of(x, 3, 5);
    MatrixView values = MatrixView.of(p, 3, 2);
    IntView longs = IntView.ofColumn(new long[3], 0, 3);
    refused(bad, () -> Softmax.logProbabilitiesOf(logits, longs, values), "indices: ", "int");
    IntView column = IntView.ofColumn(i, 0, 3);
    refused(
        bad,
        () -> Softmax.logProbabilitiesOf(logits, column, values),
        "logProbabilities: has 2 columns, but indices has 1");
    IntView fewer = IntView.of(i, 2, 2);
    refused(bad, () -> Softmax.logProbabilitiesOf(logits, fewer, values), "indices: has 2 rows");
    MatrixView blocks = MatrixView.ofBlocks(p, 1, 2, 3);
    IntView all = IntView.of(i, 3, 2);
    refused(bad, () -> Softmax.logProbabilitiesOf(logits, all, blocks), "logProbabilities: ");
    MatrixView within = MatrixView.of(x, 9, 2, 3, 2);
    refused(bad, () -> Softmax.logProbabilitiesOf(logits, all, within), "overlaps", "logits");
    assertArrayEquals(new float[] {9, 9, 9, 9, 9, 9}, p);
  }

  /** Also more classes than there are, as they may be named twice. */
  @Test
  void behindTheLogits() {
    float[] both = {1, 2, 0, 0, 0};
    Softmax.logProbabilitiesOf(
        MatrixView.of(both, 1, 2),
        IntView.of(new int[] {1, 0, 1}, 1, 3),
        MatrixView.of(both, 2, 3, 1, 3));
    float[] expected = {1, 2};
    Softmax.logSoftmax(expected, expected, 1, 2);
    Bits.assertSame(new float[] {1, 2, expected[1], expected[0], expected[1]}, both, "behind");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 5, Integer.MIN_VALUE, Integer.MAX_VALUE})
  void indicesThatAreNoClasses(int index) {
    float[] x = new float[15];
    float[] p = {9, 9, 9, 9, 9, 9};
    String says = "indices: row 2 has class " + index + ", outside [0, 5)";
    int[] indices = {0, 4, 1, 2, 3, index};
    refused(
        IllegalArgumentException.class,
        () -> Softmax.logProbabilitiesOf(x, 2, indices, p, 3, 5),
        says);
    int[] spaced = {-9, 0, 4, -9, 1, 2, -9, 3, index};
    refused(
        IllegalArgumentException.class,
        () ->
            Softmax.logProbabilitiesOf(
                MatrixView.of(x, 3, 5), IntView.of(spaced, 1, 3, 3, 2), MatrixView.of(p, 3, 2)),
        says);
    assertArrayEquals(new float[] {9, 9, 9, 9, 9, 9}, p);
  }

  private static void refused(Class<? extends Exception> type, Executable call, String... says) {
    Exception refusal = assertThrows(type, call);
    for (String word : says) {
      assertTrue(refusal.getMessage().contains(word), () -> word + " in: " + refusal);
    }
  }
}
