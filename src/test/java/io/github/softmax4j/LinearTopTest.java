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

/** The most probable classes of a linear layer, against those of its logits held in full. */
class LinearTopTest {

  @ParameterizedTest
  @EnumSource
  void areThoseOfTheLogits(Family family) {
    Random random = new Random(family.ordinal());
    for (int classes : Layer.CLASSES) {
      Layer layer = Layer.of(family.row(classes, random));
      for (int k : new int[] {1, 2, 50, classes / 2, classes}) {
        if (k >= 1 && k <= classes) {
          assertTop(layer, k, "%s, %d of %d".formatted(family, k, classes));
        }
      }
    }
  }

  @Test
  void rowsInViewsWithGaps() {
    for (int classes : Layer.CLASSES) {
      for (int rows = 0; rows <= 9; rows++) {
        Layer layer = Layer.random(rows, 5, classes);
        assertTop(layer, Math.min(4, classes), rows + " rows of " + classes);
      }
    }
    assertTop(Layer.random(2, 300, 1000), 7, "two blocks of features");
  }

  private static void assertTop(Layer layer, int k, String where) {
    int rows = layer.rows();
    int[] expectedIndices = new int[rows * k];
    float[] expected = new float[rows * k];
    Softmax.topLogProbabilities(
        layer.logits(), k, expectedIndices, expected, rows, layer.classes());
    Top top = Top.of(layer, k);
    assertArrayEquals(expectedIndices, top.indices, where);
    for (int i = 0; i < rows * k; i++) {
      float bound = 1e-6f * Math.max(1, Math.abs(expected[i]));
      boolean isSame = Float.compare(expected[i], top.logProbabilities[i]) == 0;
      assertTrue(
          isSame || Math.abs(expected[i] - top.logProbabilities[i]) <= bound,
          where + ": " + top.logProbabilities[i] + " instead of " + expected[i]);
    }
    int[] argmax = new int[rows];
    Linear.argmax(layer.input(), layer.weights(), layer.bias(), argmax);
    for (int r = 0; r < rows; r++) {
      assertEquals(expectedIndices[r * k], argmax[r], where);
    }
  }

  private record Top(int[] indices, float[] logProbabilities) {
    static Top of(Layer layer, int k) {
      Top top = new Top(new int[layer.rows() * k], new float[layer.rows() * k]);
      Linear.topLogProbabilities(
          layer.input(), layer.weights(), layer.bias(), k, top.indices, top.logProbabilities);
      return top;
    }
  }

  /** Rows are computed in groups, whose size depends on k. */
  @Test
  void aRowDoesNotDependOnTheBatch() {
    for (int k : new int[] {1, 3, 1400}) {
      Layer layer = Layer.random(2 * LinearLogits.ROWS + 1, 2, 1500);
      Top all = Top.of(layer, k);
      for (int r = 0; r < layer.rows(); r += 48) {
        Top one = Top.of(layer.row(r), k);
        int from = r * k;
        assertArrayEquals(one.indices, Arrays.copyOfRange(all.indices, from, from + k));
        float[] ofAll = Arrays.copyOfRange(all.logProbabilities, from, from + k);
        Bits.assertSame(one.logProbabilities, ofAll, "row " + r + ", k " + k);
      }
    }
  }

  @Test
  void equalLogitsGiveTheLowestClass() {
    float[] logits = new float[2000];
    for (int c : new int[] {700, 768, 1900}) {
      logits[c] = 1;
    }
    assertArrayEquals(new int[] {700, 768, 1900, 0}, Top.of(Layer.of(logits), 4).indices);
    int[] argmax = new int[1];
    Linear.argmax(Layer.of(logits).input(), Layer.of(logits).weights(), null, argmax);
    assertEquals(700, argmax[0]);
  }

  /** NaN and infinity in one class, in the first block, the last one or both. */
  @Test
  void rowsWithoutSoftmax() {
    float[] spoilers = {Float.NaN, Float.intBitsToFloat(0xffc00000), POSITIVE_INFINITY};
    for (float spoiler : spoilers) {
      for (int at : new int[] {0, 500, 768, 1999}) {
        float[] logits = Family.GAUSSIAN.row(2000, new Random(at));
        logits[at] = spoiler;
        assertNothing(Layer.of(logits), spoiler + " at " + at);
        logits[1500] = spoiler;
        assertNothing(Layer.of(logits), spoiler + " twice");
      }
    }
  }

  @Test
  void minusInfinityByTheBias() {
    float[] bias = new float[2000];
    Arrays.fill(bias, NEGATIVE_INFINITY);
    Layer random = Layer.random(3, 4, 2000);
    Layer nothing = new Layer(random.input(), random.weights(), MatrixView.ofRow(bias));
    assertNothing(nothing, "all classes masked");
    bias[1000] = 0;
    Top top = Top.of(nothing, 3);
    for (int r = 0; r < 3; r++) {
      assertArrayEquals(new int[] {1000, 0, 1}, Arrays.copyOfRange(top.indices, 3 * r, 3 * r + 3));
      assertEquals(0, top.logProbabilities[3 * r], 1e-6);
      assertEquals(NEGATIVE_INFINITY, top.logProbabilities[3 * r + 1]);
    }
  }

  private static void assertNothing(Layer layer, String where) {
    Top top = Top.of(layer, 3);
    int[] argmax = new int[layer.rows()];
    Linear.argmax(layer.input(), layer.weights(), layer.bias(), argmax);
    for (int i = 0; i < 3 * layer.rows(); i++) {
      assertEquals(-1, top.indices[i], where);
      assertTrue(Float.isNaN(top.logProbabilities[i]), where);
      assertEquals(-1, argmax[i / 3], where);
    }
  }

  @Test
  void allocatesNothing() {
    for (int rows : new int[] {1, 5}) {
      Layer layer = Layer.random(rows, 16, 2000);
      int[] indices = new int[9 * rows];
      float[] logProbabilities = new float[9 * rows];
      Runnable work =
          () -> {
            Linear.argmax(layer.input(), layer.weights(), layer.bias(), indices);
            Linear.topLogProbabilities(
                layer.input(), layer.weights(), layer.bias(), 9, indices, logProbabilities);
          };
      AllocationTest.assertAllocatesNothing(work, 100, rows + " rows");
    }
  }

  @Test
  void refusesBadArguments() {
    MatrixView x = MatrixView.of(new float[6], 2, 3);
    MatrixView w = MatrixView.of(new float[15], 5, 3);
    MatrixView b = MatrixView.ofRow(new float[5]);
    int[] i = {7, 7, 7, 7};
    float[] p = {7, 7, 7, 7};
    Class<IllegalArgumentException> bad = IllegalArgumentException.class;
    Class<NullPointerException> missing = NullPointerException.class;
    Class<IndexOutOfBoundsException> tooShort = IndexOutOfBoundsException.class;
    refused(missing, () -> Linear.topLogProbabilities(null, w, b, 2, i, p), "input");
    refused(missing, () -> Linear.topLogProbabilities(x, null, b, 2, i, p), "weights");
    refused(missing, () -> Linear.topLogProbabilities(x, w, b, 2, null, p), "indices");
    refused(missing, () -> Linear.topLogProbabilities(x, w, b, 2, i, null), "logProbabilities");
    refused(missing, () -> Linear.argmax(x, w, b, null), "argmax");
    refused(bad, () -> Linear.topLogProbabilities(x, w, b, 0, i, p), "k", "0", "[1, 5]");
    refused(bad, () -> Linear.topLogProbabilities(x, w, b, 6, i, p), "k", "6", "[1, 5]");
    refused(bad, () -> Linear.topLogProbabilities(w, b, null, 1, i, p), "weights", "features");
    refused(bad, () -> Linear.argmax(x, w, x, i), "bias", "2 rows");
    refused(bad, () -> Linear.argmax(x, w.slice(0, 4), b, i), "bias", "5", "weights", "4");
    refused(bad, () -> Linear.argmax(x, w.slice(0, 0), null, i), "weights", "at least 1 class");
    refused(tooShort, () -> Linear.topLogProbabilities(x, w, b, 3, i, p), "indices", "6");
    int[] enough = new int[6];
    refused(
        tooShort, () -> Linear.topLogProbabilities(x, w, b, 3, enough, p), "logProbabilities", "6");
    refused(tooShort, () -> Linear.argmax(w, x, null, i), "argmax", "5");
    for (MatrixView in : new MatrixView[] {x, w, b}) {
      refused(
          bad,
          () -> Linear.topLogProbabilities(x, w, b, 1, i, in.array()),
          "logProbabilities",
          "overlaps");
    }
    assertArrayEquals(new int[] {7, 7, 7, 7}, i, "nothing is written");
    assertArrayEquals(new float[] {7, 7, 7, 7}, p, "nothing is written");
  }

  private static void refused(Class<? extends Exception> type, Executable call, String... says) {
    Exception refusal = assertThrows(type, call);
    for (String word : says) {
      assertTrue(refusal.getMessage().contains(word), () -> word + " in: " + refusal);
    }
  }
}
