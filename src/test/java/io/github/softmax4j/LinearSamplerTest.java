package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Draws from a linear layer, against those from its logits held in full. */
class LinearSamplerTest {

  private static final SlowFilter NONE = SlowFilter.NONE;

  private static final List<SlowFilter> FILTERS =
      List.of(
          NONE,
          NONE.withTemperature(0),
          NONE.withTemperature(0.7),
          NONE.withTemperature(3),
          NONE.withTemperature(1e300),
          NONE.withTemperature(Double.MIN_VALUE),
          NONE.withTopK(1),
          NONE.withTopK(50),
          NONE.withTopK(4500),
          NONE.withTopP(1e-300),
          NONE.withTopP(0.3),
          NONE.withTopP(0.9),
          NONE.withTopP(0.999999),
          NONE.withTemperature(3).withTopP(0.99),
          NONE.withTemperature(1e300).withTopP(0.95),
          NONE.withMinP(1e-300),
          NONE.withMinP(0.05),
          NONE.withMinP(1),
          NONE.withTopK(40).withTopP(0.8),
          NONE.withTopP(0.95).withMinP(0.1),
          NONE.withTopP(0.99).withMinP(1e-9),
          new SlowFilter(1.7, 500, 0.9, 1e-4));

  /** Of a share of the probabilities that are left. */
  private static final double ROUNDING = 4e-6;

  @ParameterizedTest
  @EnumSource
  void drawsAsFromTheLogits(Family family) {
    Random random = new Random(family.ordinal());
    for (int classes : new int[] {1, 7, 768, 769, 5003}) {
      float[] logits = family.row(classes, random);
      for (SlowFilter filter : FILTERS) {
        Sampler sampler = filter.sampler();
        for (double u : new double[] {0, 0.6, 1 - 0x1p-53}) {
          String where = "%s, %s of %d, number %s".formatted(filter, family, classes, u);
          assertDraw(sampler, logits, u, where);
        }
      }
    }
  }

  private static void assertDraw(Sampler sampler, float[] logits, double u, String where) {
    int expected = sampler.sample(logits, 0, logits.length, SamplerTest.fixed(u));
    int drawn = draw(sampler, Layer.of(logits), SamplerTest.fixed(u));
    boolean isExact = sampler.topK < logits.length;
    if (drawn != expected) {
      assertTrue(
          !isExact && liesOn(sampler, logits, drawn, u),
          where + ": " + drawn + ", not " + expected);
    }
  }

  /** Whether the number falls on the class within rounding. */
  private static boolean liesOn(Sampler sampler, float[] logits, int drawn, double u) {
    float[] p = new float[logits.length];
    sampler.filteredProbabilities(logits, p, 1, logits.length);
    double before = 0;
    for (int c = 0; c < drawn; c++) {
      before += p[c];
    }
    return before - ROUNDING <= u && u <= before + p[drawn] + ROUNDING;
  }

  private static int draw(Sampler sampler, Layer layer, RandomGenerator random) {
    int[] sample = new int[1];
    sampler.sample(layer.input(), layer.weights(), layer.bias(), sample, random);
    return sample[0];
  }

  /** The seed is fixed, so no number is near a border by chance. */
  @Test
  void aBatchDrawsAsFromItsLogits() {
    for (int rows = 0; rows <= 9; rows++) {
      assertBatch(Layer.random(rows, 6, 5));
      assertBatch(Layer.random(rows, 6, 1000));
    }
    assertBatch(Layer.random(3, 20, 5003));
  }

  private static void assertBatch(Layer layer) {
    int rows = layer.rows();
    float[] logits = layer.logits();
    for (SlowFilter filter : FILTERS) {
      Sampler sampler = filter.sampler();
      int[] expected = new int[rows];
      sampler.sample(logits, expected, rows, layer.classes(), new SplittableRandom(9));
      String where = "%s, %d rows of %d".formatted(filter, rows, layer.classes());
      assertArrayEquals(expected, sample(sampler, layer, 9), where);
    }
  }

  private static int[] sample(Sampler sampler, Layer layer, long seed) {
    int[] samples = new int[layer.rows()];
    sampler.sample(
        layer.input(), layer.weights(), layer.bias(), samples, new SplittableRandom(seed));
    return samples;
  }

  /** Rows are computed in groups, whose size depends on the filters. */
  @Test
  void aRowDoesNotDependOnTheBatch() {
    Layer layer = Layer.random(LinearLogits.ROWS + 3, 2, 5003);
    SlowFilter someWide = NONE.withTemperature(3).withTopP(0.95);
    long wide = IntStream.range(0, 8).filter(r -> leavesMany(someWide, layer.row(r))).count();
    assertTrue(0 < wide && wide < 8, wide + " of 8 rows leave more classes than are ranked");
    for (SlowFilter filter : List.of(NONE, NONE.withTopK(9), NONE.withTopP(0.9), someWide)) {
      int[] all = sample(filter.sampler(), layer, 4);
      RandomGenerator random = new SplittableRandom(4);
      for (int r = 0; r < layer.rows(); r++) {
        assertEquals(draw(filter.sampler(), layer.row(r), random), all[r], filter + ", row " + r);
      }
    }
  }

  /** Whether more classes are left of a row than are ranked. */
  private static boolean leavesMany(SlowFilter filter, Layer row) {
    float[] p = new float[row.classes()];
    filter.sampler().filteredProbabilities(row.logits(), p, 1, row.classes());
    int left = 0;
    for (float probability : p) {
      left += probability > 0 ? 1 : 0;
    }
    return left > 4096;
  }

  /** The last tie of the nucleus is in the second block, and more classes are left than ranked. */
  @Test
  void aWideNucleusEndsWithinATie() {
    float[] logits = new float[20000];
    Sampler sampler = NONE.withTopP(0.25).sampler();
    assertEquals(4999, draw(sampler, Layer.of(logits), SamplerTest.fixed(1 - 0x1p-53)));
    assertEquals(2500, draw(sampler, Layer.of(logits), SamplerTest.fixed(0.50001)));
    logits[19999] = 1e-3f;
    assertEquals(19999, draw(sampler, Layer.of(logits), SamplerTest.fixed(1 - 0x1p-53)));
  }

  @Test
  void rowsWithoutSoftmax() {
    float[] spoilers = {Float.NaN, Float.POSITIVE_INFINITY};
    for (SlowFilter filter : FILTERS) {
      Sampler sampler = filter.sampler();
      for (float spoiler : spoilers) {
        for (int at : new int[] {0, 768, 4999}) {
          float[] logits = Family.GAUSSIAN.row(5000, new Random(at));
          logits[at] = spoiler;
          assertEquals(-1, draw(sampler, Layer.of(logits), new SplittableRandom(1)), filter + "");
        }
      }
      float[] bias = new float[5000];
      Arrays.fill(bias, Float.NEGATIVE_INFINITY);
      Layer random = Layer.random(2, 3, 5000);
      Layer nothing = new Layer(random.input(), random.weights(), MatrixView.ofRow(bias));
      assertArrayEquals(new int[] {-1, -1}, sample(sampler, nothing, 1), filter + "");
      bias[4000] = 1;
      assertArrayEquals(new int[] {4000, 4000}, sample(sampler, nothing, 1), filter + "");
    }
  }

  @Test
  void oneNumberForEachRowWhateverIsInIt() {
    float[] inputs = {1, Float.NaN, 2, Float.POSITIVE_INFINITY, 3};
    Layer layer =
        new Layer(
            MatrixView.of(inputs, 5, 1),
            MatrixView.of(Family.GAUSSIAN.row(9, new Random(1)), 9, 1),
            null);
    for (SlowFilter filter : FILTERS) {
      int[] numbers = {0};
      RandomGenerator counting = () -> numbers[0]++;
      int[] samples = new int[5];
      filter.sampler().sample(layer.input(), layer.weights(), null, samples, counting);
      assertEquals(5, numbers[0], filter.toString());
      assertEquals(-1, samples[1]);
      assertEquals(-1, samples[3]);
    }
  }

  @Test
  void allocatesNothing() {
    for (int rows : new int[] {1, 3}) {
      Layer layer = Layer.random(rows, 4, 5003);
      int[] samples = new int[rows];
      RandomGenerator random = new SplittableRandom(1);
      for (SlowFilter filter :
          List.of(
              NONE,
              NONE.withTemperature(0.7).withTopP(0.9),
              NONE.withTopP(0.999999),
              NONE.withTopK(50).withMinP(0.1))) {
        Sampler sampler = filter.sampler();
        AllocationTest.assertAllocatesNothing(
            () -> sampler.sample(layer.input(), layer.weights(), layer.bias(), samples, random),
            50,
            filter + " of " + rows);
      }
    }
  }

  @Test
  void refusesBadArguments() {
    Sampler s = NONE.sampler();
    MatrixView x = MatrixView.of(new float[6], 2, 3);
    MatrixView w = MatrixView.of(new float[15], 5, 3);
    MatrixView b = MatrixView.ofRow(new float[5]);
    int[] samples = {7, 7};
    RandomGenerator random =
        () -> {
          throw new AssertionError("a number drawn before the arguments were checked");
        };
    Class<NullPointerException> missing = NullPointerException.class;
    Class<IllegalArgumentException> bad = IllegalArgumentException.class;
    refused(missing, () -> s.sample(null, w, b, samples, random), "input");
    refused(missing, () -> s.sample(x, null, b, samples, random), "weights");
    refused(missing, () -> s.sample(x, w, b, null, random), "samples");
    refused(missing, () -> s.sample(x, w, b, samples, null), "random");
    refused(bad, () -> s.sample(x, b, null, samples, random), "weights", "features", "5", "3");
    refused(bad, () -> s.sample(x, w, w, samples, random), "bias", "5 rows");
    refused(bad, () -> s.sample(x, w.slice(0, 4), b, samples, random), "bias", "5", "4");
    refused(
        IndexOutOfBoundsException.class,
        () -> s.sample(w, x, null, samples, random),
        "samples",
        "5");
    assertArrayEquals(new int[] {7, 7}, samples, "nothing is written");
  }

  private static void refused(Class<? extends Exception> type, Executable call, String... says) {
    Exception refusal = assertThrows(type, call);
    for (String word : says) {
      assertTrue(refusal.getMessage().contains(word), () -> word + " in: " + refusal);
    }
  }

  /** A generator's exception reaches the caller, and the next call is as ever. */
  @Test
  void aGeneratorMayThrowOrSampleItself() {
    Layer layer = Layer.random(3, 6, 1000);
    Sampler sampler = NONE.sampler();
    int[] expected = sample(sampler, layer, 2);
    RandomGenerator broken =
        () -> {
          throw new IllegalStateException("empty");
        };
    assertThrows(IllegalStateException.class, () -> draw(sampler, layer.row(0), broken));
    RandomGenerator inner = new SplittableRandom(2);
    RandomGenerator nested =
        () -> {
          draw(sampler, layer.row(1), new SplittableRandom(5));
          return inner.nextLong();
        };
    int[] samples = new int[3];
    sampler.sample(layer.input(), layer.weights(), layer.bias(), samples, nested);
    assertArrayEquals(expected, samples);
  }
}
