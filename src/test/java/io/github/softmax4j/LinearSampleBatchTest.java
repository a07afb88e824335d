package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Penalties, biases and log-probabilities of a linear layer, against those of its logits. */
class LinearSampleBatchTest {

  private static final SlowFilter ALL = SlowFilter.NONE;

  /** The last two leave more classes than are ranked. */
  private static final List<SlowFilter> FILTERS =
      List.of(
          ALL,
          ALL.withTemperature(0),
          ALL.withTemperature(0.7),
          ALL.withTopK(50),
          ALL.withTopP(0.9),
          ALL.withMinP(0.05),
          new SlowFilter(1.7, 500, 0.9, 1e-4),
          ALL.withTemperature(9).withTopP(0.99),
          ALL.withTemperature(9).withTopP(0.99).withMinP(1e-9));

  /** Of a share of the probabilities that are left. */
  private static final double ROUNDING = 4e-6;

  /** Of a log-probability, relative to 1 or to itself. */
  private static final double LOG_ROUNDING = 1e-5;

  @Test
  void drawsAsFromTheLogits() {
    for (int classes : new int[] {1, 7, 768, 769, 1600}) {
      check(Layer.random(3, 6, classes), FILTERS.subList(0, 7));
    }
  }

  @Test
  void drawsAsFromManyLogits() {
    check(Layer.random(9, 4, 5003), FILTERS);
  }

  private static void check(Layer layer, List<SlowFilter> filters) {
    Random random = new Random(layer.classes());
    Histories histories = new Histories(layer.rows(), layer.classes(), 60, random);
    for (SlowChanges changes : SlowChanges.some(layer.classes(), random)) {
      for (SlowFilter filter : filters) {
        Sampler sampler = changes.sampler(filter);
        String where = "%d classes, %s, %s".formatted(layer.classes(), changes, filter);
        Outputs expected = Outputs.ofLogits(sampler, layer, histories);
        Outputs actual = Outputs.ofLayer(sampler, layer, histories, 4);
        for (int r = 0; r < layer.rows(); r++) {
          assertDraw(sampler, layer, expected, actual, r, where);
        }
      }
    }
  }

  private static void assertDraw(
      Sampler sampler, Layer layer, Outputs expected, Outputs actual, int r, String where) {
    int drawn = actual.samples[r];
    if (drawn == expected.samples[r]) {
      assertNear(expected.given[r], actual.given[r], where);
      assertNear(expected.drawn[r], actual.drawn[r], where);
    } else {
      boolean isExact = sampler.topK < layer.classes();
      assertTrue(!isExact && expected.liesOn(r, drawn, actual.numbers[r]), where);
    }
  }

  private static void assertNear(double expected, double actual, String where) {
    assertEquals(expected, actual, LOG_ROUNDING * Math.max(1, Math.abs(expected)), where);
  }

  /** What a batch gives, its numbers and, from logits, what the filters leave. */
  private record Outputs(
      int[] samples, float[] given, float[] drawn, float[] left, double[] numbers) {

    static Outputs ofLogits(Sampler sampler, Layer layer, Histories histories) {
      Outputs outputs = of(layer.rows(), layer.rows() * layer.classes());
      SampleBatch batch =
          outputs
              .set(SampleBatch.of(layer.rows(), layer.classes()).logits(layer.logits()))
              .probabilities(outputs.left);
      histories.set(batch);
      sampler.sample(batch, outputs.random(4));
      sampler.filteredProbabilities(batch);
      return outputs;
    }

    static Outputs ofLayer(Sampler sampler, Layer layer, Histories histories, long seed) {
      Outputs outputs = of(layer.rows(), 0);
      SampleBatch batch =
          outputs
              .set(SampleBatch.of(layer.rows(), layer.classes()))
              .layer(layer.input(), layer.weights(), layer.bias());
      sampler.sample(histories.set(batch), outputs.random(seed));
      return outputs;
    }

    private static Outputs of(int rows, int left) {
      return new Outputs(
          new int[rows], new float[rows], new float[rows], new float[left], new double[rows]);
    }

    private SampleBatch set(SampleBatch batch) {
      return batch.samples(samples).logProbabilities(given).drawnLogProbabilities(drawn);
    }

    /** A generator whose numbers are kept. */
    private RandomGenerator random(long seed) {
      SplittableRandom random = new SplittableRandom(seed);
      int[] next = {0};
      return () -> {
        long bits = random.nextLong();
        numbers[next[0]++] = (bits >>> 11) * 0x1p-53;
        return bits;
      };
    }

    /** Whether the number falls on the class within rounding. */
    boolean liesOn(int r, int drawn, double number) {
      int classes = left.length / samples.length;
      double before = 0;
      for (int c = 0; c < drawn; c++) {
        before += left[r * classes + c];
      }
      double upTo = before + left[r * classes + drawn];
      return before - ROUNDING <= number && number <= upTo + ROUNDING;
    }
  }

  /** Rows are computed in groups, whose size depends on the filters and the histories. */
  @Test
  void aRowDoesNotDependOnTheBatch() {
    Layer layer = Layer.random(LinearLogits.ROWS + 3, 2, 1600);
    Random random = new Random(3);
    Histories histories = new Histories(layer.rows(), layer.classes(), 5000, random);
    SlowChanges changes = SlowChanges.some(layer.classes(), random).getLast();
    for (SlowFilter filter : List.of(ALL.withTemperature(0.7), ALL.withTopK(9))) {
      Sampler sampler = changes.sampler(filter);
      Outputs all = Outputs.ofLayer(sampler, layer, histories, 8);
      SplittableRandom numbers = new SplittableRandom(8);
      for (int r = 0; r < layer.rows(); r++) {
        int[] sample = new int[1];
        float[] drawn = new float[1];
        Layer row = layer.row(r);
        SampleBatch one =
            SampleBatch.of(1, layer.classes())
                .layer(row.input(), row.weights(), row.bias())
                .samples(sample)
                .drawnLogProbabilities(drawn);
        sampler.sample(histories.set(one, r), numbers);
        assertEquals(all.samples[r], sample[0], filter + ", row " + r);
        assertEquals(all.drawn[r], drawn[0], filter + ", row " + r);
      }
    }
  }

  @Test
  void aBiasNeedsNoBatch() {
    Layer layer = Layer.random(9, 4, 1600);
    SlowChanges bias =
        new SlowChanges(
            1, 0, 0, new int[] {1599, 3, 900}, new float[] {6, Float.NEGATIVE_INFINITY, 6});
    Histories none = new Histories(9, 1600, 1, new Random(1));
    for (SlowFilter filter : List.of(ALL, ALL.withTopK(2))) {
      Sampler sampler = bias.sampler(filter);
      int[] samples = new int[9];
      sampler.sample(
          layer.input(), layer.weights(), layer.bias(), samples, new SplittableRandom(4));
      int[] expected = Outputs.ofLayer(sampler, layer, none, 4).samples;
      assertEquals(Arrays.toString(expected), Arrays.toString(samples), filter.toString());
      int[] plain = new int[9];
      filter
          .sampler()
          .sample(layer.input(), layer.weights(), layer.bias(), plain, new SplittableRandom(4));
      assertTrue(!Arrays.equals(plain, samples), "the bias is of no consequence");
    }
  }

  @Test
  void rowsWithoutSoftmax() {
    float[] bias = new float[1000];
    bias[900] = Float.NaN;
    Layer random = Layer.random(2, 3, 1000);
    Layer spoiled = new Layer(random.input(), random.weights(), MatrixView.ofRow(bias));
    Histories none = new Histories(2, 1000, 1, new Random(1));
    SlowChanges ban =
        new SlowChanges(1, 0, 0, new int[] {900}, new float[] {Float.NEGATIVE_INFINITY});
    for (SlowFilter filter : FILTERS) {
      Outputs outputs = Outputs.ofLayer(ban.sampler(filter), spoiled, none, 4);
      for (int r = 0; r < 2; r++) {
        assertEquals(-1, outputs.samples[r], filter.toString());
        assertEquals(Float.NaN, outputs.given[r], filter.toString());
        assertEquals(Float.NaN, outputs.drawn[r], filter.toString());
      }
    }
  }

  @Test
  void allocatesNothing() {
    Layer layer = Layer.random(3, 4, 5003);
    Histories histories = new Histories(3, 5003, 200, new Random(1));
    SampleBatch batch =
        histories
            .set(SampleBatch.of(3, 5003))
            .layer(layer.input(), layer.weights(), layer.bias())
            .samples(new int[3])
            .logProbabilities(new float[3])
            .drawnLogProbabilities(new float[3]);
    SplittableRandom random = new SplittableRandom(1);
    SlowChanges changes = SlowChanges.some(5003, new Random(2)).getLast();
    for (SlowFilter filter : List.of(ALL, ALL.withTopP(0.999999), ALL.withTopK(50))) {
      Sampler sampler = changes.sampler(filter);
      AllocationTest.assertAllocatesNothing(
          () -> sampler.sample(batch, random), 50, filter.toString());
    }
  }
}
