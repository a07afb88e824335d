package io.github.softmax4j;

import static java.lang.Float.NEGATIVE_INFINITY;
import static java.lang.Float.POSITIVE_INFINITY;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Filters against a sorted row, draws against the probabilities the filters leave. */
class SamplerTest {

  private static final SlowFilter NONE = SlowFilter.NONE;

  private static final List<SlowFilter> FILTERS =
      List.of(
          NONE,
          NONE.withTemperature(0),
          NONE.withTemperature(0.7),
          NONE.withTemperature(3),
          NONE.withTemperature(1e-300),
          NONE.withTemperature(1e300),
          NONE.withTemperature(Double.MIN_VALUE),
          NONE.withTopK(1),
          NONE.withTopK(3),
          NONE.withTopK(50),
          NONE.withTopK(Integer.MAX_VALUE),
          NONE.withTopP(1e-300),
          NONE.withTopP(0.3),
          NONE.withTopP(0.9),
          NONE.withTopP(0.999999),
          NONE.withMinP(1e-300),
          NONE.withMinP(0.05),
          NONE.withMinP(1),
          NONE.withTopK(40).withTopP(0.8),
          NONE.withTopP(0.95).withMinP(0.1),
          new SlowFilter(0.6, 20, 0.95, 0.02),
          new SlowFilter(1.7, 500, 0.9, 1e-4),
          new SlowFilter(0, 20, 0.95, 0.02));

  @ParameterizedTest
  @EnumSource
  void leavesWhatASortedRowLeaves(Family family) {
    Random random = new Random(family.ordinal());
    for (int classes : Sizes.with(Sizes.small(), 97, 1009)) {
      float[] logits = family.row(classes, random);
      int[] order = SlowFilter.order(logits);
      for (SlowFilter filter : FILTERS) {
        float[] actual = filtered(filter.sampler(), logits);
        filter.check(logits, order, actual, family + " of " + classes);
      }
    }
  }

  @Tag("slow")
  @ParameterizedTest
  @EnumSource(
      value = Family.class,
      names = {"GAUSSIAN", "EQUAL", "CLOSE", "MASKED", "DOMINANT", "WIDE"})
  void leavesWhatASortedVocabularyLeaves(Family family) {
    float[] logits = family.row(128256, new Random(7));
    int[] order = SlowFilter.order(logits);
    for (SlowFilter filter : FILTERS) {
      filter.check(logits, order, filtered(filter.sampler(), logits), family.toString());
    }
  }

  /** Ties everywhere: few different logits, ascending and descending and in waves. */
  @Tag("slow")
  @Test
  void leavesWhatASortedRowWithTiesLeaves() {
    for (int classes : new int[] {2, 7, 64, 1000, 5000}) {
      for (int different = 1; different <= 9; different += 2) {
        for (int kind = 0; kind < 4; kind++) {
          float[] logits = ties(classes, different, kind);
          int[] order = SlowFilter.order(logits);
          for (SlowFilter filter : FILTERS) {
            String where = "%d of %d different, kind %d".formatted(classes, different, kind);
            filter.check(logits, order, filtered(filter.sampler(), logits), where);
          }
        }
      }
    }
  }

  private static float[] ties(int classes, int different, int kind) {
    Random random = new Random(classes);
    float[] logits = new float[classes];
    for (int c = 0; c < classes; c++) {
      int step = (int) ((long) c * different / classes);
      logits[c] =
          switch (kind) {
            case 0 -> step;
            case 1 -> -step;
            case 2 -> c % different;
            default -> random.nextInt(different);
          };
    }
    return logits;
  }

  @Test
  void leavesWhatASortedRowLeavesForRandomOptions() {
    Random random = new Random(1);
    for (int i = 0; i < 3000; i++) {
      int classes = 1 + random.nextInt(300);
      Family family = Family.values()[random.nextInt(Family.values().length)];
      float[] logits = family.row(classes, random);
      SlowFilter filter =
          new SlowFilter(
              Math.exp(random.nextGaussian()),
              random.nextInt(classes + 2),
              1 - random.nextDouble(),
              Math.pow(random.nextDouble(), 8));
      filter.check(logits, filtered(filter.sampler(), logits), family + " of " + classes);
    }
  }

  /** Tenths do not add up to 0.3 in any binary arithmetic; who asks for 0.3 wants three of them. */
  @Test
  void nucleusOfEqualsIsNotOffByRounding() {
    for (int classes : new int[] {2, 3, 7, 10, 60, 1000}) {
      float[] logits = new float[classes];
      for (int k = 1; k < classes; k++) {
        float[] left = filtered(NONE.withTopP((double) k / classes).sampler(), logits);
        for (int c = 0; c < classes; c++) {
          assertEquals(c < k ? 1f / k : 0, left[c], 1e-6f, k + " of " + classes + " equals");
        }
      }
    }
  }

  @Test
  void withoutFiltersItIsSoftmax() {
    float[] logits = Family.GAUSSIAN.row(1000, new Random(3));
    float[] expected = new float[1000];
    Softmax.softmax(logits, expected, 1, 1000);
    assertArrayEquals(expected, filtered(NONE.sampler(), logits), 1e-6f);
  }

  private static float[] filtered(Sampler sampler, float[] logits) {
    float[] probabilities = new float[logits.length];
    sampler.filteredProbabilities(logits, probabilities, 1, logits.length);
    return probabilities;
  }

  /** Every number a generator can give hits the class that it falls on. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 10, 511, 512, 513, 1500, 5000})
  void drawsWhereTheNumberFalls(int classes) {
    for (Family family : List.of(Family.GAUSSIAN, Family.MASKED, Family.EQUAL, Family.WIDE)) {
      float[] logits = family.row(classes, new Random(classes));
      for (SlowFilter filter : FILTERS) {
        Sampler sampler = filter.sampler();
        float[] p = filtered(sampler, logits);
        for (int i = 0; i <= 64; i++) {
          double u = Math.min(i / 64.0, 1 - 0x1p-53);
          int drawn = sampler.sample(logits, 0, classes, fixed(u));
          double before = 0;
          for (int c = 0; c < drawn; c++) {
            before += p[c];
          }
          String where = "%s, %s of %d, number %s: %d".formatted(filter, family, classes, u, drawn);
          assertTrue(p[drawn] > 0 || p[drawn] == 0 && vanished(logits, drawn, filter), where);
          assertTrue(before - 2e-6 <= u && u <= before + p[drawn] + 2e-6, where);
        }
      }
    }
  }

  private static boolean vanished(float[] logits, int c, SlowFilter filter) {
    return logits[c] > NEGATIVE_INFINITY && filter.minP() == 0;
  }

  static RandomGenerator fixed(double u) {
    return () -> (long) (u * 0x1p53) << 11;
  }

  /**
   * The seed is fixed, so this cannot fail by chance; the limits are those of one failure in a
   * million for 5, 49 and 7 degrees of freedom.
   */
  @Tag("slow")
  @Test
  void drawsWithTheProbabilitiesLeft() {
    float[] six = {0.3f, -1, 2, 0.7f, -0.2f, 1.1f};
    assertTrue(chiSquare(NONE, six) < 35.9);
    assertTrue(chiSquare(NONE.withTemperature(2.5), six) < 35.9);
    assertTrue(chiSquare(NONE, Family.CLOSE.row(50, new Random(2))) < 122);
    float[] many = Family.GAUSSIAN.row(1000, new Random(8));
    assertTrue(chiSquare(NONE.withTopK(8), many) < 40.6);
    assertTrue(chiSquare(new SlowFilter(2, 100, 0.5, 0.7), many) < 40.6);
  }

  private static double chiSquare(SlowFilter filter, float[] logits) {
    int draws = 50_000;
    Sampler sampler = filter.sampler();
    RandomGenerator random = new SplittableRandom(42);
    int[] seen = new int[logits.length];
    for (int i = 0; i < draws; i++) {
      seen[sampler.sample(logits, 0, logits.length, random)]++;
    }
    float[] p = filtered(sampler, logits);
    double sum = 0;
    for (int c = 0; c < p.length; c++) {
      double expected = (double) p[c] * draws;
      if (expected == 0) {
        assertEquals(0, seen[c], "a class that was filtered");
      } else {
        sum += (seen[c] - expected) * (seen[c] - expected) / expected;
      }
    }
    return sum;
  }

  @Test
  void greedyTakesTheFirstOfTheLargest() {
    Sampler greedy = Sampler.builder().temperature(0).build();
    RandomGenerator random = new SplittableRandom(1);
    assertEquals(1, greedy.sample(new float[] {1, 3, 3, 2}, 0, 4, random));
    assertEquals(0, greedy.sample(new float[] {-0f, 0f, -0f}, 0, 3, random));
    assertEquals(1, greedy.sample(new float[] {9, NEGATIVE_INFINITY, -7}, 1, 2, random));
    float[] ascending = new float[5000];
    for (int c = 0; c < 5000; c++) {
      ascending[c] = c;
    }
    assertEquals(4999, greedy.sample(ascending, 0, 5000, random));
  }

  @Test
  void aBatchIsItsRowsOneAfterTheOther() {
    for (int classes : Sizes.with(Sizes.around(), 1009)) {
      Batch batch = Batch.of(Family.GAUSSIAN, 7, classes);
      batch.logits[3][classes / 2] = Float.NaN;
      for (SlowFilter filter : FILTERS) {
        Sampler sampler = filter.sampler();
        RandomGenerator random = new SplittableRandom(5);
        int[] expected = new int[7];
        Arrays.setAll(expected, r -> sampler.sample(batch.logits[r], 0, classes, random));
        assertEquals(-1, expected[3], "the row with NaN");
        for (Layout layout : List.of(Layout.TIGHT, Layout.SPACED, Layout.COLUMNS)) {
          Matrix logits =
              new Matrix(7, classes, layout.logitsOffset(), layout.logitsGap(), layout.behind());
          logits.fill(batch.logits);
          int[] samples = new int[9];
          sampler.sample(
              logits.view("logits", 7, classes),
              IntView.ofColumn(samples, 2, 7),
              new SplittableRandom(5));
          assertArrayEquals(new int[2], Arrays.copyOf(samples, 2), "before the rows");
          assertArrayEquals(expected, Arrays.copyOfRange(samples, 2, 9), layout.toString());
        }
      }
    }
  }

  @Test
  void shortForm() {
    float[] logits = Family.GAUSSIAN.row(60, new Random(1));
    Sampler sampler = Sampler.builder().topK(9).build();
    int[] full = new int[6];
    sampler.sample(MatrixView.of(logits, 6, 10), IntView.ofColumn(full), new SplittableRandom(3));
    int[] samples = new int[6];
    sampler.sample(logits, samples, 6, 10, new SplittableRandom(3));
    assertArrayEquals(full, samples);
  }

  /** Beside other threads, after longer rows, in another batch: the same bits. */
  @Test
  void filteredRowsDoNotDependOnOthers() {
    for (SlowFilter filter : FILTERS) {
      Sampler sampler = filter.sampler();
      for (int classes : new int[] {1009, 3, 33, 100}) {
        Batch batch = Batch.of(Family.GAUSSIAN, 5, classes);
        Matrix logits = new Matrix(5, classes, 3, 5, 1).fill(batch.logits);
        Matrix out = new Matrix(5, classes, 2, 7, 4);
        sampler.filteredProbabilities(
            logits.view("logits", 5, classes), out.view("probabilities", 5, classes));
        out.assertGuardsUntouched(filter.toString());
        for (int r = 0; r < 5; r++) {
          Bits.assertSame(filtered(sampler, batch.logits[r]), out.row(r), filter + ", row " + r);
        }
        sampler.filteredProbabilities(
            logits.view("logits", 5, classes), logits.view("probabilities", 5, classes));
        logits.assertGuardsUntouched(filter.toString());
        Bits.assertSame(out.toRows(), logits.toRows(), filter + ", in place");
      }
    }
  }

  @Test
  void oneNumberForEachRowWhateverIsInIt() {
    float[] logits = {1, 2, Float.NaN, 0, NEGATIVE_INFINITY, NEGATIVE_INFINITY, 5, 5};
    for (SlowFilter filter : FILTERS) {
      int[] numbers = {0};
      RandomGenerator counting = () -> numbers[0]++;
      filter.sampler().sample(logits, new int[4], 4, 2, counting);
      assertEquals(4, numbers[0], filter.toString());
    }
  }

  @Test
  void rowsWithoutSoftmax() {
    float[] spoilers = {
      Float.NaN,
      Float.intBitsToFloat(0xffc00000),
      Float.intBitsToFloat(0x7f800001),
      POSITIVE_INFINITY
    };
    for (SlowFilter filter : FILTERS) {
      for (int classes : Sizes.with(Sizes.around(), 300)) {
        for (float spoiler : spoilers) {
          for (int at = 0; at < classes; at += 1 + classes / 20) {
            float[] logits = Family.GAUSSIAN.row(classes, new Random(at));
            logits[at] = spoiler;
            assertNone(filter.sampler(), logits);
          }
        }
        float[] nothing = new float[classes];
        Arrays.fill(nothing, NEGATIVE_INFINITY);
        assertNone(filter.sampler(), nothing);
      }
    }
  }

  private static void assertNone(Sampler sampler, float[] logits) {
    assertEquals(-1, sampler.sample(logits, 0, logits.length, new SplittableRandom(1)));
    float[] nan = new float[logits.length];
    Arrays.fill(nan, Float.NaN);
    Bits.assertSame(nan, filtered(sampler, logits), "no softmax");
  }

  @Tag("slow")
  @Test
  void allocatesNothing() {
    for (int classes : new int[] {10, 1000, 32000}) {
      float[] logits = Family.GAUSSIAN.row(3 * classes, new Random(1));
      float[] probabilities = new float[3 * classes];
      int[] samples = new int[3];
      RandomGenerator random = new SplittableRandom(1);
      for (SlowFilter filter :
          List.of(NONE, NONE.withTopP(0.9), new SlowFilter(0.7, 50, 0.9, 0.1))) {
        Sampler sampler = filter.sampler();
        Runnable work =
            () -> {
              sampler.sample(logits, samples, 3, classes, random);
              samples[0] = sampler.sample(logits, classes, classes, random);
              sampler.filteredProbabilities(logits, probabilities, 3, classes);
            };
        int calls = Math.max(30, 100_000 / classes);
        AllocationTest.assertAllocatesNothing(work, calls, filter + " of " + classes);
      }
    }
  }

  @Test
  void refusesBadOptions() {
    List<Double> bad = List.of(-1e-9, -1.0, Double.NaN, Double.NEGATIVE_INFINITY);
    List<Double> badOrInfinite = with(bad, Double.POSITIVE_INFINITY);
    for (double t : badOrInfinite) {
      refused(() -> Sampler.builder().temperature(t), "temperature", "" + t);
    }
    for (double p : with(badOrInfinite, 0.0, -0.0, 1 + 1e-15)) {
      refused(() -> Sampler.builder().topP(p), "topP", "" + p);
    }
    for (double p : with(badOrInfinite, 1 + 1e-15)) {
      refused(() -> Sampler.builder().minP(p), "minP", "" + p);
    }
    for (int k : new int[] {-1, Integer.MIN_VALUE}) {
      refused(() -> Sampler.builder().topK(k), "topK", "" + k);
    }
  }

  private static List<Double> with(List<Double> some, Double... others) {
    List<Double> all = new ArrayList<>(some);
    all.addAll(List.of(others));
    return all;
  }

  private static void refused(Executable call, String... says) {
    refused(IllegalArgumentException.class, call, says);
  }

  private static void refused(Class<? extends Exception> type, Executable call, String... says) {
    Exception refusal = assertThrows(type, call);
    for (String word : says) {
      assertTrue(refusal.getMessage().contains(word), () -> word + " in: " + refusal);
    }
  }

  @Test
  void refusesBadArguments() {
    Sampler s = Sampler.builder().build();
    float[] x = new float[15];
    RandomGenerator random =
        () -> {
          throw new AssertionError("a number drawn before the arguments were checked");
        };
    Class<NullPointerException> missing = NullPointerException.class;
    Class<IndexOutOfBoundsException> tooShort = IndexOutOfBoundsException.class;
    refused(missing, () -> s.sample(null, 0, 5, random), "logits");
    refused(missing, () -> s.sample(x, 0, 5, null), "random");
    refused(() -> s.sample(x, 0, 0, random), "classes", "0");
    refused(() -> s.sample(x, -1, 5, random), "logits", "offset", "-1");
    refused(tooShort, () -> s.sample(x, 11, 5, random), "logits", "16");
    int[] samples = {7, 7, 7};
    refused(missing, () -> s.sample(null, samples, 3, 5, random), "logits");
    refused(missing, () -> s.sample(x, null, 3, 5, random), "samples");
    refused(missing, () -> s.sample(x, samples, 3, 5, null), "random");
    refused(() -> s.sample(x, samples, -1, 5, random), "rows", "-1");
    refused(tooShort, () -> s.sample(x, samples, 4, 5, random), "logits", "20");
    refused(tooShort, () -> s.sample(x, samples, 4, 3, random), "samples", "4");
    MatrixView view = MatrixView.of(x, 3, 5);
    IntView two = IntView.ofColumn(samples, 0, 2);
    refused(() -> s.sample(view, two, random), "samples", "2", "3");
    IntView longs = IntView.ofColumn(new long[3], 0, 3);
    refused(() -> s.sample(view, longs, random), "samples", "long");
    MatrixView block = MatrixView.ofBlocks(x, 1, 5, 3);
    refused(() -> s.sample(block, IntView.ofColumn(samples), random), "logits", "contiguous");
    assertArrayEquals(new int[] {7, 7, 7}, samples, "nothing is written");
    refused(missing, () -> s.filteredProbabilities(x, null, 3, 5), "probabilities");
    refused(tooShort, () -> s.filteredProbabilities(x, new float[14], 3, 5), "probabilities");
    MatrixView first = MatrixView.of(x, 0, 5, 2, 5);
    MatrixView over = MatrixView.of(x, 1, 5, 2, 5);
    refused(() -> s.filteredProbabilities(first, over), "probabilities", "overlaps");
    refused(() -> s.filteredProbabilities(block, block), "logits", "contiguous");
  }

  @Test
  void noRows() {
    int[] samples = {};
    Sampler.builder().build().sample(new float[0], samples, 0, 5, new SplittableRandom(1));
    Sampler.builder().build().filteredProbabilities(new float[0], new float[0], 0, 5);
    assertEquals(0, samples.length);
  }

  /** No order makes the search for a threshold slow. */
  @Test
  void anyOrderOfTheRowIsAGoodOne() {
    int classes = 128256;
    float[] wave = new float[classes];
    for (int c = 0; c < classes; c++) {
      wave[c] = Math.min(c, classes - c) * 1e-5f;
    }
    float[] ascending = wave.clone();
    Arrays.sort(ascending);
    float[] descending = new float[classes];
    for (int c = 0; c < classes; c++) {
      descending[c] = ascending[classes - 1 - c];
    }
    SlowFilter nucleus = NONE.withTopP(0.5);
    SlowFilter first = NONE.withTopK(5000);
    for (float[] row : List.of(wave, ascending, descending, new float[classes])) {
      nucleus.check(row, filtered(nucleus.sampler(), row), "ordered row");
      first.check(row, filtered(first.sampler(), row), "ordered row");
    }
  }
}
