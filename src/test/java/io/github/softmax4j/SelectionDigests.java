package io.github.softmax4j;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The first classes of each row, and draws. */
final class SelectionDigests {

  private static final int ROWS = 5;

  private enum Filter {
    NONE(Sampler.builder()),
    GREEDY(Sampler.builder().temperature(0)),
    TEMPERATURE(Sampler.builder().temperature(0.7)),
    TOP_5(Sampler.builder().topK(5)),
    TOP_700(Sampler.builder().topK(700)),
    TOP_P(Sampler.builder().topP(0.9)),
    TOP_P_NEAR_1(Sampler.builder().topP(0.9999).temperature(1.5)),
    MIN_P(Sampler.builder().minP(0.05)),
    ALL(Sampler.builder().temperature(0.8).topK(40).topP(0.95).minP(0.01));

    private final Sampler sampler;

    Filter(Sampler.Builder builder) {
      sampler = builder.build();
    }
  }

  private SelectionDigests() {}

  static Stream<DigestCase> cases() {
    return Stream.concat(firstClasses(), draws());
  }

  private static Stream<DigestCase> firstClasses() {
    return sizes()
        .map(n -> DigestCase.of("topLogProbabilities", n, digest -> firstClasses(n, digest)));
  }

  private static Stream<DigestCase> draws() {
    return Arrays.stream(Filter.values())
        .flatMap(
            filter ->
                sizes()
                    .map(
                        n ->
                            DigestCase.of(
                                "sampler " + filter,
                                n,
                                digest -> draws(filter.sampler, n, digest))));
  }

  /** Around the borders of the selection, which are the same at every width. */
  private static Stream<Integer> sizes() {
    return Stream.of(3, 17, 65, 512, 1024, 1025, 4097, 10000);
  }

  private static void firstClasses(int classes, Digest digest) {
    int[] several = IntStream.of(1, 2, 16, 17, 33, 64, 65, classes / 2, classes).toArray();
    for (Batch batch : batches(classes)) {
      for (int k : several) {
        if (1 <= k && k <= classes) {
          firstClasses(batch, k, digest);
        }
      }
    }
  }

  private static void firstClasses(Batch batch, int k, Digest digest) {
    int rows = batch.rows();
    int[] indices = new int[rows * k];
    float[] logProbabilities = new float[rows * k];
    Softmax.topLogProbabilities(flat(batch), k, indices, logProbabilities, rows, batch.classes);
    digest.add(indices).add(logProbabilities);
  }

  private static void draws(Sampler sampler, int classes, Digest digest) {
    for (Batch batch : batches(classes)) {
      float[] logits = flat(batch);
      int[] samples = new int[batch.rows()];
      sampler.sample(logits, samples, batch.rows(), classes, new SplittableRandom(classes));
      float[] probabilities = new float[logits.length];
      sampler.filteredProbabilities(logits, probabilities, batch.rows(), classes);
      digest.add(samples).add(probabilities);
      for (double u : new double[] {0, Math.nextDown(1.0)}) {
        digest.add((long) sampler.sample(logits, 0, classes, SamplerTest.fixed(u)));
      }
    }
  }

  private static Batch[] batches(int classes) {
    return new Batch[] {
      Batch.of(Family.GAUSSIAN, ROWS, classes),
      Batch.of(Family.CLOSE, 2, classes),
      SpecialRows.batch(classes)
    };
  }

  private static float[] flat(Batch batch) {
    return new Matrix(batch.rows(), batch.classes, 0, 0, 0).fill(batch.logits).array;
  }
}
