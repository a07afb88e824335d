package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What does not fit is refused by name, row and value, before anything is drawn or written. */
class SampleBatchValidationTest {

  private static final Class<IllegalArgumentException> BAD = IllegalArgumentException.class;
  private static final Class<IllegalStateException> LACKS = IllegalStateException.class;
  private static final Class<IndexOutOfBoundsException> SHORT = IndexOutOfBoundsException.class;
  private static final Class<NullPointerException> MISSING = NullPointerException.class;

  private static final RandomGenerator NO_NUMBER =
      () -> {
        throw new AssertionError("a number drawn before the arguments were checked");
      };

  private final Sampler plain = Sampler.builder().build();
  private final Sampler penalties = Sampler.builder().presencePenalty(1).build();
  private final float[] logits = new float[15];
  private final int[] samples = {7, 7, 7};
  private final float[] logProbabilities = {7, 7, 7};

  @Test
  void options() {
    Sampler.Builder b = Sampler.builder();
    double[] notFinite = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
    for (double p : notFinite) {
      refused(BAD, () -> b.repetitionPenalty(p), "repetitionPenalty", "" + p);
      refused(BAD, () -> b.presencePenalty(p), "presencePenalty", "" + p);
      refused(BAD, () -> b.frequencyPenalty(p), "frequencyPenalty", "" + p);
    }
    for (double p : new double[] {0, -0.0, -1}) {
      refused(BAD, () -> b.repetitionPenalty(p), "repetitionPenalty", "" + p);
    }
    int[] two = {3, 8};
    refused(MISSING, () -> b.logitBias(null, new float[2]), "classes");
    refused(MISSING, () -> b.logitBias(two, null), "biases");
    refused(BAD, () -> b.logitBias(two, new float[3]), "logitBias", "2", "3");
    refused(BAD, () -> b.logitBias(two, new float[] {0, Float.NaN}), "class 8", "NaN");
    refused(
        BAD, () -> b.logitBias(two, new float[] {Float.POSITIVE_INFINITY, 0}), "class 3", "Inf");
    refused(BAD, () -> b.logitBias(new int[] {-1}, new float[1]), "logitBias", "-1");
    refused(BAD, () -> b.logitBias(new int[] {4, 2, 4}, new float[3]), "class 4", "twice");
    assertEquals(2, b.build().sample(new float[] {0, 0, 90}, 0, 3, new SplittableRandom(1)));
  }

  @Test
  void penaltiesNeedAHistory() {
    float[] p = logits;
    refused(LACKS, () -> penalties.sample(logits, 0, 5, NO_NUMBER), "history");
    refused(LACKS, () -> penalties.sample(logits, samples, 3, 5, NO_NUMBER), "history");
    refused(LACKS, () -> penalties.filteredProbabilities(logits, p, 3, 5), "history");
    MatrixView w = MatrixView.of(logits, 5, 3);
    MatrixView x = MatrixView.of(new float[3], 1, 3);
    refused(LACKS, () -> penalties.sample(x, w, null, samples, NO_NUMBER), "history");
    refusedDraw(LACKS, penalties, batch(), "history");
    refused(LACKS, () -> penalties.filteredProbabilities(batch().probabilities(logits)), "history");
    nothingIsWritten();
  }

  @Test
  void aBiasedClassIsOneOfTheClasses() {
    Sampler bias = Sampler.builder().logitBias(new int[] {5, 0}, new float[2]).build();
    refused(BAD, () -> bias.sample(logits, 0, 5, NO_NUMBER), "logitBias", "5", "[0, 5)");
    refusedDraw(BAD, bias, batch(), "logitBias", "5", "[0, 5)");
    nothingIsWritten();
  }

  @Test
  void whatIsMissing() {
    refusedDraw(LACKS, plain, SampleBatch.of(3, 5).samples(samples), "logits");
    refusedDraw(LACKS, plain, SampleBatch.of(3, 5).logits(logits), "samples");
    refused(LACKS, () -> plain.filteredProbabilities(batch()), "probabilities");
    refused(MISSING, () -> plain.sample(null, NO_NUMBER), "batch");
    refused(MISSING, () -> plain.sample(batch(), null), "random");
    SampleBatch b = SampleBatch.of(3, 5);
    refused(MISSING, () -> b.logits((float[]) null), "logits");
    refused(MISSING, () -> b.logits((MatrixView) null), "logits");
    refused(MISSING, () -> b.layer(null, null, null), "input");
    refused(MISSING, () -> b.samples((int[]) null), "samples");
    refused(MISSING, () -> b.probabilities((float[]) null), "probabilities");
    refused(MISSING, () -> b.history(null, 0), "history");
  }

  @Test
  void shapes() {
    refused(BAD, () -> SampleBatch.of(-1, 5), "rows", "-1");
    refused(BAD, () -> SampleBatch.of(3, 0), "classes", "0");
    SampleBatch b = SampleBatch.of(3, 5);
    refused(
        BAD, () -> b.logits(MatrixView.of(logits, 5, 3)), "logits", "5 x 3", "3 x 5", "exchanged");
    refused(BAD, () -> b.probabilities(MatrixView.of(logits, 3, 4)), "probabilities", "3 x 4");
    refused(
        BAD, () -> b.logProbabilities(MatrixView.ofRow(new float[3])), "logProbabilities", "3 col");
    refused(BAD, () -> b.logits(MatrixView.ofBlocks(logits, 1, 5, 3)), "logits", "1 x 5 x 3");
    refused(SHORT, () -> b.logits(new float[14]), "logits", "14");
    refused(SHORT, () -> b.probabilities(new float[14]), "probabilities", "14");
    refused(SHORT, () -> b.samples(new int[2]), "samples", "2");
    refused(BAD, () -> b.samples(IntView.of(samples, 1, 3)), "samples", "3 columns");
    refused(BAD, () -> b.samples(IntView.ofColumn(new long[3], 0, 3)), "samples", "long");
    refused(BAD, () -> b.samples(IntView.ofColumn(samples, 1, 2)), "samples", "2 rows");
    refused(SHORT, () -> b.logProbabilities(new float[2]), "logProbabilities", "2");
    refused(SHORT, () -> b.drawnLogProbabilities(new float[2]), "drawnLogProbabilities", "2");
    nothingIsWritten();
  }

  @Test
  void layers() {
    MatrixView x = MatrixView.of(new float[6], 3, 2);
    MatrixView w = MatrixView.of(new float[10], 5, 2);
    refusedDraw(BAD, plain, batch().layer(x.slice(0, 2), w, null), "input", "2 rows", "3");
    refusedDraw(BAD, plain, batch().layer(x, w.slice(0, 4), null), "weights", "4", "5");
    SampleBatch overlaps = batch().layer(x, w, null).logProbabilities(w.array());
    refusedDraw(BAD, plain, overlaps, "logProbabilities", "weights");
    refused(
        LACKS,
        () -> plain.filteredProbabilities(batch().probabilities(logits).layer(x, w, null)),
        "layer");
    nothingIsWritten();
  }

  @Test
  void histories() {
    int[] h = {0, 1, 2, 3, 4, 0, 1, 5, 3};
    int[] good = {0, 1, 2, 3, 4, 0, 1, 2, 3};
    refusedDraw(BAD, plain, batch().history(h, 3), "history", "row 2", "class 5", "[0, 5)");
    refusedDraw(BAD, penalties, batch().history(new int[] {0, -1, 0}, 1), "row 1", "class -1");
    refused(BAD, () -> batch().history(good, -1), "history", "-1");
    refused(SHORT, () -> batch().history(good, 4), "history", "12", "9");
    refused(BAD, () -> batch().history(IntView.of(good, 2, 3)), "history", "2 rows", "3");
    refused(BAD, () -> batch().history(IntView.ofColumn(new long[3], 0, 3)), "history", "long");
    SampleBatch b = batch().history(good, 3);
    refusedDraw(BAD, penalties, b.historyTo(new int[] {3, 4, 0}), "historyTo", "row 1", "4");
    refused(SHORT, () -> b.historyTo(new int[2]), "historyTo", "2");
    b.historyTo(new int[] {3, 1, 3});
    refusedDraw(BAD, penalties, b.historyFrom(new int[] {0, 2, 0}), "historyFrom", "row 1");
    refusedDraw(BAD, penalties, b.historyFrom(new int[] {-1, 0, 0}), "historyFrom", "row 0");
    b.historyFrom((int[]) null);
    refusedDraw(BAD, penalties, b.generatedFrom(new int[] {0, 0, 4}), "generatedFrom", "row 2");
    nothingIsWritten();
  }

  @Test
  void overlaps() {
    int[] h = new int[9];
    SampleBatch b = batch().history(h, 2);
    refusedDraw(
        BAD, penalties, b.samples(IntView.ofColumn(h, 3, 3)), "samples", "history of row 1");
    b.historyTo(samples).samples(samples);
    samples[0] = samples[1] = samples[2] = 0;
    refusedDraw(BAD, penalties, b, "samples", "historyTo");
    SampleBatch c = batch();
    refusedDraw(BAD, plain, c.logProbabilities(logits), "logProbabilities", "logits");
    c.logProbabilities(logProbabilities).drawnLogProbabilities(logProbabilities);
    refusedDraw(BAD, plain, c, "drawnLogProbabilities", "logProbabilities");
    MatrixView shifted = MatrixView.of(logits, 1, 5, 2, 5);
    SampleBatch two =
        SampleBatch.of(2, 5).logits(MatrixView.of(logits, 2, 5)).probabilities(shifted);
    refused(BAD, () -> plain.filteredProbabilities(two), "probabilities", "overlaps");
  }

  /** Log-probabilities may lie between rows of logits, and samples behind a history. */
  @Test
  void neighboursAreNoOverlap() {
    float[] array = new float[14];
    int[] tokens = {9, 1, 9, 0, 9, 9};
    SampleBatch batch =
        SampleBatch.of(2, 5)
            .logits(MatrixView.of(array, 0, 7, 2, 5))
            .logProbabilities(MatrixView.ofColumn(array, 5, 2))
            .history(IntView.of(tokens, 1, 2, 2, 1))
            .samples(IntView.ofColumn(tokens, 4, 2));
    penalties.sample(batch, new SplittableRandom(1));
    assertEquals(-Math.log(5), array[5], 1e-6);
    assertEquals(-Math.log(5), array[6], 1e-6);
    assertTrue(tokens[4] < 5 && tokens[5] < 5);
  }

  @Test
  void noRows() {
    SampleBatch none =
        SampleBatch.of(0, 5)
            .logits(new float[0])
            .samples(new int[0])
            .logProbabilities(new float[0])
            .probabilities(new float[0])
            .history(new int[0], 3)
            .historyTo(new int[0])
            .historyFrom(IntView.ofColumn(new int[0]))
            .generatedFrom(IntView.ofColumn(new int[0]));
    penalties.sample(none, NO_NUMBER);
    penalties.filteredProbabilities(none);
    MatrixView w = MatrixView.of(new float[10], 5, 2);
    penalties.sample(none.layer(MatrixView.of(new float[0], 0, 2), w, null), NO_NUMBER);
  }

  @Test
  void text() {
    Sampler.Builder b = Sampler.builder();
    assertEquals("Sampler[]", b.build().toString());
    b.topK(50).repetitionPenalty(1.5).logitBias(new int[] {2}, new float[1]);
    assertEquals("Sampler[topK=50, repetitionPenalty=1.5, biasedClasses=1]", b.build().toString());
  }

  private SampleBatch batch() {
    return SampleBatch.of(3, 5).logits(logits).samples(samples).logProbabilities(logProbabilities);
  }

  private void nothingIsWritten() {
    assertArrayEquals(new int[] {7, 7, 7}, samples);
    assertArrayEquals(new float[] {7, 7, 7}, logProbabilities);
    assertArrayEquals(new float[15], logits);
  }

  private static void refusedDraw(
      Class<? extends Exception> type, Sampler sampler, SampleBatch batch, String... says) {
    refused(type, () -> sampler.sample(batch, NO_NUMBER), says);
  }

  private static void refused(Class<? extends Exception> type, Executable call, String... says) {
    Exception refusal = assertThrows(type, call);
    for (String word : says) {
      assertTrue(refusal.getMessage().contains(word), () -> word + " in: " + refusal);
    }
  }
}
