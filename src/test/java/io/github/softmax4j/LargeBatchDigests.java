package io.github.softmax4j;

import io.github.softmax4j.cli.Operation;
import java.util.Arrays;
import java.util.stream.Stream;

/** Batches on both sides of the numbers of elements from which caches are too small. */
final class LargeBatchDigests {

  private static final int CACHED = 1 << 17;
  private static final int MANY_RESULTS = 1 << 23;

  private LargeBatchDigests() {}

  static Stream<DigestCase> cases() {
    return Stream.concat(
        Stream.of(100, 600, 2100).flatMap(LargeBatchDigests::aroundCached),
        Stream.of(
            DigestCase.large("softmax many results 10000", LargeBatchDigests::softmax),
            DigestCase.large("lossAndGradient many results 10000", LargeBatchDigests::gradient)));
  }

  private static Stream<DigestCase> aroundCached(int classes) {
    return Forms.OPERATIONS.stream()
        .map(
            operation ->
                DigestCase.of(
                    operation + " around 131072 elements",
                    classes,
                    digest -> aroundCached(operation, classes, digest)));
  }

  private static void aroundCached(Operation operation, int classes, Digest digest) {
    int below = CACHED / classes;
    Batch batch = Batch.of(Family.GAUSSIAN, below + 5, classes);
    digest.add(Call.run(operation, batch.slice(0, below)));
    digest.add(Call.run(operation, batch));
  }

  private static void softmax(Digest digest) {
    int classes = 10000;
    int rows = MANY_RESULTS / classes + 1;
    float[] results = logits(rows, classes);
    Softmax.softmax(results, results, rows, classes);
    digest.add(results);
  }

  private static void gradient(Digest digest) {
    int classes = 10000;
    int rows = MANY_RESULTS / classes + 1;
    float[] logits = logits(rows, classes);
    int[] labels = new int[rows];
    Arrays.setAll(labels, r -> 7 * r % classes);
    CrossEntropy loss = CrossEntropy.builder().build();
    float[] gradient = new float[logits.length];
    digest.add(loss.lossAndGradient(logits, labels, gradient, rows, classes)).add(gradient);
  }

  /** A few rows again and again. */
  private static float[] logits(int rows, int classes) {
    float[][] some = Batch.of(Family.GAUSSIAN, 7, classes).logits;
    float[] logits = new float[rows * classes];
    for (int r = 0; r < rows; r++) {
      System.arraycopy(some[r % some.length], 0, logits, r * classes, classes);
    }
    return logits;
  }
}
