package io.github.softmax4j;

import static java.lang.Float.NEGATIVE_INFINITY;
import static java.lang.Float.NaN;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Penalties, biases and log-probabilities, against double. */
class SampleBatchTest {

  private static final SlowFilter ALL = SlowFilter.NONE;

  static final List<SlowFilter> FILTERS =
      List.of(
          ALL,
          ALL.withTemperature(0),
          ALL.withTemperature(0.7),
          ALL.withTopK(3),
          ALL.withTopP(0.9),
          ALL.withMinP(0.05),
          new SlowFilter(1.7, 40, 0.9, 1e-4));

  private static final int ROWS = 3;

  /** Logits {2, -1, 0.5, 0}: classes 0, 0 and 1 have been generated, class 3 is in the prompt. */
  @Test
  void anExampleByHand() {
    Sampler sampler =
        Sampler.builder()
            .repetitionPenalty(2)
            .presencePenalty(0.5)
            .frequencyPenalty(0.25)
            .logitBias(new int[] {2, 1}, new float[] {1, 3})
            .build();
    float[] p = new float[4];
    SampleBatch batch =
        SampleBatch.of(1, 4)
            .logits(new float[] {2, -1, 0.5f, 0})
            .probabilities(p)
            .history(new int[] {3, 0, 1, 0}, 4)
            .generatedFrom(new int[] {1});
    sampler.filteredProbabilities(batch);
    // 2 / 2 - 0.5 - 2 * 0.25 = 0; -1 * 2 - 0.5 - 0.25 + 3 = 0.25; 0.5 + 1 = 1.5; 0 * 2 = 0
    double[] expected = new Oracle(0, 0.25, 1.5, 0).softmax();
    for (int c = 0; c < 4; c++) {
      assertEquals(expected[c], p[c], 1e-6, "class " + c);
    }
  }

  @ParameterizedTest
  @EnumSource
  void leavesWhatChangedLogitsLeave(Family family) {
    Random random = new Random(family.ordinal());
    for (int classes : Sizes.with(Sizes.around(), 97, 1009)) {
      Batch rows = Batch.of(family, ROWS, classes);
      Histories histories = new Histories(ROWS, classes, 30, random);
      for (SlowChanges changes : SlowChanges.some(classes, random)) {
        float[][] changed = changed(changes, rows.logits, histories);
        for (SlowFilter filter : FILTERS) {
          String where = "%s of %d, %s, %s".formatted(family, classes, changes, filter);
          assertLeaves(changes.sampler(filter), filter, rows, changed, histories, where);
        }
      }
    }
  }

  private static float[][] changed(SlowChanges changes, float[][] rows, Histories histories) {
    float[][] changed = new float[rows.length][];
    Arrays.setAll(
        changed, r -> changes.changed(rows[r], histories.prompt(r), histories.generated(r)));
    return changed;
  }

  private static void assertLeaves(
      Sampler sampler,
      SlowFilter filter,
      Batch rows,
      float[][] changed,
      Histories histories,
      String where) {
    int classes = changed[0].length;
    Matrix logits = new Matrix(ROWS, classes, 2, 3, 1).fill(rows.logits);
    Matrix p = new Matrix(ROWS, classes, 1, 4, 2);
    int[] samples = new int[ROWS + 1];
    SampleBatch batch =
        histories
            .set(SampleBatch.of(ROWS, classes))
            .logits(view(logits))
            .probabilities(view(p))
            .samples(IntView.ofColumn(samples, 1, ROWS));
    sampler.filteredProbabilities(batch);
    sampler.sample(batch, new SplittableRandom(7));
    p.assertGuardsUntouched(where);
    logits.assertGuardsUntouched(where);
    Sampler plain = filter.sampler();
    SplittableRandom random = new SplittableRandom(7);
    for (int r = 0; r < ROWS; r++) {
      Bits.assertSame(rows.logits[r], logits.row(r), where + ": logits are not written");
      int drawn = plain.sample(changed[r], 0, classes, random);
      assertEquals(drawn, samples[r + 1], where);
      if (drawn >= 0) {
        filter.check(changed[r], p.row(r), where);
      }
    }
  }

  private static MatrixView view(Matrix matrix) {
    return MatrixView.of(matrix.array, matrix.offset, matrix.stride, matrix.rows, matrix.classes);
  }

  @ParameterizedTest
  @EnumSource
  void logProbabilities(Family family) {
    Random random = new Random(family.ordinal());
    for (int classes : Sizes.with(Sizes.around(), 97, 1009, 5000)) {
      Batch rows = Batch.of(family, ROWS, classes);
      Histories histories = new Histories(ROWS, classes, 9, random);
      for (SlowChanges changes : SlowChanges.some(classes, random)) {
        float[][] changed = changed(changes, rows.logits, histories);
        for (SlowFilter filter : FILTERS) {
          String where = "%s of %d, %s, %s".formatted(family, classes, changes, filter);
          Drawn drawn = Drawn.of(changes.sampler(filter), rows, histories);
          for (int r = 0; r < ROWS; r++) {
            drawn.check(r, rows.logits[r], changed[r], filter.temperature(), where);
          }
        }
      }
    }
  }

  /** All outputs of a batch, and what the filters leave. */
  private record Drawn(int[] samples, float[] given, float[] drawn, float[] left) {

    static Drawn of(Sampler sampler, Batch rows, Histories histories) {
      int classes = rows.logits[0].length;
      Matrix logits = new Matrix(ROWS, classes, 0, 0, 0).fill(rows.logits);
      Drawn all =
          new Drawn(new int[ROWS], new float[ROWS], new float[1 + ROWS], new float[ROWS * classes]);
      SampleBatch batch =
          histories
              .set(SampleBatch.of(ROWS, classes))
              .logits(logits.array)
              .samples(all.samples)
              .logProbabilities(all.given)
              .drawnLogProbabilities(MatrixView.ofColumn(all.drawn, 1, ROWS))
              .probabilities(all.left);
      sampler.sample(batch, new SplittableRandom(classes));
      sampler.filteredProbabilities(batch);
      return all;
    }

    void check(int r, float[] logits, float[] changed, double temperature, String where) {
      int c = samples[r];
      if (c < 0) {
        assertTrue(!Float.isFinite(max(changed)), where);
        assertTrue(given[r] != given[r] && drawn[1 + r] != drawn[1 + r], where);
        return;
      }
      double expected = Oracle.of(logits).logSoftmax()[c];
      assertNear(expected, given[r], 2.4e-6 * Math.max(1, Math.abs(expected)), where);
      double expectedDrawn = logProbabilityOfLeft(r, c, changed, temperature);
      assertNear(expectedDrawn, drawn[1 + r], 5e-6 + 1e-7 * Math.abs(expectedDrawn), where);
    }

    private static float max(float[] row) {
      float max = NEGATIVE_INFINITY;
      for (float z : row) {
        max = Math.max(max, z);
      }
      return max;
    }

    private double logProbabilityOfLeft(int r, int c, float[] changed, double temperature) {
      double t = temperature == 0 ? 1 : temperature;
      double sum = 0;
      for (int i = 0; i < changed.length; i++) {
        boolean isLeft = left[r * changed.length + i] > 0;
        sum += isLeft ? Math.exp(((double) changed[i] - changed[c]) / t) : 0;
      }
      return -Math.log(sum);
    }

    private static void assertNear(double expected, float actual, double bound, String where) {
      if (!(Math.abs(expected - actual) <= bound)) {
        assertEquals(expected, actual, bound, where);
      }
    }
  }

  /** A row gives the same alone, whatever else is asked for. */
  @Test
  void aRowDoesNotDependOnTheBatch() {
    Random random = new Random(5);
    for (int classes : Sizes.around()) {
      Batch rows = Batch.of(Family.GAUSSIAN, ROWS, classes);
      Histories histories = new Histories(ROWS, classes, 12, random);
      for (SlowFilter filter : FILTERS) {
        Sampler sampler = SlowChanges.some(classes, random).getLast().sampler(filter);
        Drawn all = Drawn.of(sampler, rows, histories);
        SplittableRandom numbers = new SplittableRandom(classes);
        for (int r = 0; r < ROWS; r++) {
          int[] sample = new int[1];
          float[] given = new float[1];
          SampleBatch one =
              histories
                  .set(SampleBatch.of(1, classes), r)
                  .logits(rows.logits[r])
                  .samples(sample)
                  .logProbabilities(r == 1 ? null : given);
          sampler.sample(one, numbers);
          assertEquals(all.samples[r], sample[0], filter.toString());
          assertEquals(r == 1 ? 0 : all.given[r], given[0], filter.toString());
        }
      }
    }
  }

  @Test
  void withoutChangesItIsThePlainCall() {
    float[] logits = Family.GAUSSIAN.row(4 * 300, new Random(1));
    for (SlowFilter filter : FILTERS) {
      int[] expected = new int[4];
      filter.sampler().sample(logits, expected, 4, 300, new SplittableRandom(3));
      int[] samples = new int[4];
      SampleBatch batch = SampleBatch.of(4, 300).logits(logits).samples(samples);
      SlowChanges.NONE.sampler(filter).sample(batch, new SplittableRandom(3));
      assertArrayEquals(expected, samples, filter.toString());
    }
  }

  @Test
  void aBiasNeedsNoBatch() {
    float[] logits = Family.GAUSSIAN.row(4 * 300, new Random(1));
    SlowChanges bias =
        new SlowChanges(1, 0, 0, new int[] {299, 0, 5}, new float[] {4, NEGATIVE_INFINITY, 3});
    float[] changed = new float[logits.length];
    int[] nothing = {};
    for (int r = 0; r < 4; r++) {
      float[] row = Arrays.copyOfRange(logits, r * 300, r * 300 + 300);
      System.arraycopy(bias.changed(row, nothing, nothing), 0, changed, r * 300, 300);
    }
    for (SlowFilter filter : FILTERS) {
      Sampler sampler = bias.sampler(filter);
      int[] expected = new int[4];
      filter.sampler().sample(changed, expected, 4, 300, new SplittableRandom(3));
      int[] samples = new int[4];
      sampler.sample(logits, samples, 4, 300, new SplittableRandom(3));
      assertArrayEquals(expected, samples, filter.toString());
      assertEquals(
          expected[0], sampler.sample(logits, 0, 300, new SplittableRandom(3)), filter.toString());
      float[] left = new float[logits.length];
      float[] expectedLeft = new float[logits.length];
      filter.sampler().filteredProbabilities(changed, expectedLeft, 4, 300);
      sampler.filteredProbabilities(logits, left, 4, 300);
      Bits.assertSame(expectedLeft, left, filter.toString());
    }
  }

  @Test
  void theBiasesAreCopied() {
    int[] classes = {1};
    float[] biases = {NEGATIVE_INFINITY};
    Sampler.Builder builder = Sampler.builder().logitBias(classes, biases);
    classes[0] = 0;
    biases[0] = 0;
    assertEquals(0, builder.build().sample(new float[] {0, 90}, 0, 2, new SplittableRandom(1)));
    Sampler cleared = builder.logitBias(new int[0], new float[0]).build();
    assertEquals(1, cleared.sample(new float[] {0, 90}, 0, 2, new SplittableRandom(1)));
  }

  @Test
  void specialValues() {
    float inf = Float.POSITIVE_INFINITY;
    float[] ban1 = {NEGATIVE_INFINITY, 0};
    assertRow(new float[] {1, NaN, 2}, ban1, -1);
    assertRow(new float[] {1, inf, 2}, ban1, -1);
    assertRow(new float[] {NEGATIVE_INFINITY, 5, NEGATIVE_INFINITY}, ban1, -1);
    assertRow(new float[] {NEGATIVE_INFINITY, 5, 0}, ban1, 2);
    assertRow(new float[] {3, 5, 0}, new float[] {NEGATIVE_INFINITY, NEGATIVE_INFINITY}, 0);
    assertRow(new float[] {3e38f, -3e38f, 3e38f}, new float[] {0, 3e38f}, -1); // overflows
  }

  /** Biases of classes 1 and 2; a class that is certain has log-probability 0 when drawn. */
  private static void assertRow(float[] logits, float[] biases, int expected) {
    Sampler sampler = Sampler.builder().logitBias(new int[] {1, 2}, biases).build();
    int[] sample = new int[1];
    float[] given = {9};
    float[] drawn = {9};
    float[] left = new float[3];
    SampleBatch batch =
        SampleBatch.of(1, 3)
            .logits(logits)
            .samples(sample)
            .logProbabilities(given)
            .drawnLogProbabilities(drawn)
            .probabilities(left);
    sampler.sample(batch, new SplittableRandom(1));
    sampler.filteredProbabilities(batch);
    assertEquals(expected, sample[0]);
    assertEquals(expected < 0 ? NaN : 0, drawn[0]);
    if (expected < 0) {
      assertEquals(NaN, given[0]);
    } else {
      assertEquals(Oracle.of(logits).logSoftmax()[expected], given[0], 1e-5);
    }
    for (int c = 0; c < 3; c++) {
      assertEquals(expected < 0 ? NaN : c == expected ? 1 : 0, left[c]);
    }
  }

  @Test
  void penaltiesOfSpecialValues() {
    Sampler sampler = Sampler.builder().repetitionPenalty(1e-30).frequencyPenalty(-1).build();
    float[] left = new float[3];
    SampleBatch batch = SampleBatch.of(1, 3).probabilities(left).history(new int[] {1, 1}, 2);
    sampler.filteredProbabilities(batch.logits(new float[] {0, NEGATIVE_INFINITY, 0}));
    assertArrayEquals(new float[] {0.5f, 0, 0.5f}, left);
    sampler.filteredProbabilities(batch.logits(new float[] {0, 1e20f, 0})); // overflows
    assertArrayEquals(new float[] {NaN, NaN, NaN}, left);
    sampler.filteredProbabilities(batch.logits(new float[] {0, -0f, 0}));
    double[] expected = new Oracle(0, 2, 0).softmax();
    assertEquals(expected[1], left[1], 1e-6);
  }

  /** A class is drawn, put behind the history in the same array, and then penalized. */
  @Test
  void aHistoryGrowsInItsArray() {
    Sampler sampler = Sampler.builder().temperature(0).frequencyPenalty(1).build();
    int[] tokens = new int[9];
    SampleBatch batch = SampleBatch.of(1, 3).logits(new float[] {2.5f, 1.2f, 0});
    for (int n = 0; n < tokens.length; n++) {
      sampler.sample(
          batch.history(tokens, n).samples(IntView.ofColumn(tokens, n, 1)),
          new SplittableRandom(n));
    }
    // the logits become 2.5, 1.5, .5, -.5, .. and 1.2, .2, -.8, .. and 0, -1, ..
    assertArrayEquals(new int[] {0, 0, 1, 0, 1, 2, 0, 1, 2}, tokens);
  }

  @Test
  void allocatesNothing() {
    for (int classes : new int[] {10, 1000, 32000}) {
      Histories histories = new Histories(ROWS, classes, 200, new Random(1));
      SampleBatch batch =
          histories
              .set(SampleBatch.of(ROWS, classes))
              .logits(Family.GAUSSIAN.row(ROWS * classes, new Random(1)))
              .samples(new int[ROWS])
              .logProbabilities(new float[ROWS])
              .drawnLogProbabilities(new float[ROWS])
              .probabilities(new float[ROWS * classes]);
      SplittableRandom random = new SplittableRandom(1);
      for (SlowFilter filter : List.of(ALL, ALL.withTopP(0.9), new SlowFilter(0.7, 50, 0.9, 0.1))) {
        Sampler sampler = SlowChanges.some(classes, new Random(2)).getLast().sampler(filter);
        Runnable work =
            () -> {
              sampler.sample(batch, random);
              sampler.filteredProbabilities(batch);
            };
        int calls = Math.max(30, 100_000 / classes);
        AllocationTest.assertAllocatesNothing(work, calls, filter + " of " + classes);
      }
    }
  }
}
