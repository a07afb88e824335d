package io.github.softmax4j.benchmarks;

import io.github.softmax4j.CrossEntropy;
import io.github.softmax4j.Mask;
import io.github.softmax4j.MatrixView;
import io.github.softmax4j.Minibatch;
import io.github.softmax4j.Partials;
import io.github.softmax4j.Sampler;
import io.github.softmax4j.Softmax;
import io.github.softmax4j.SoftmaxOptions;
import java.util.Arrays;
import java.util.SplittableRandom;

/** What the library can be called for beside {@link MixedBatch}: options, backward, other axes. */
final class MixedOptions {

  private static final float SPREAD = 3;
  private static final int BEST = 4;
  private static final int EVERY = 8;
  private static final int IGNORED = -100;

  private final SplittableRandom random = new SplittableRandom(47);
  private final CrossEntropy plain = CrossEntropy.builder().build();
  private final CrossEntropy capped = CrossEntropy.builder().logitScale(0.5).softCap(20).build();
  private final CrossEntropy focal = CrossEntropy.builder().focalGamma(2).build();
  private final CrossEntropy laden;
  private final SoftmaxOptions masked;
  private final SoftmaxOptions scaled =
      SoftmaxOptions.builder().logitScale(0.5).softCap(20).build();
  private final Sampler sampler = Sampler.builder().temperature(0.8f).topK(BEST).topP(0.9f).build();
  private final Partials partials;
  private final int rows;
  private final int classes;
  private final int best;
  private final float[] logits;
  private final float[] upstream;
  private final float[] output;
  private final float[] perRow;
  private final int[] labels;
  private final int[] someIgnored;
  private final int[] indices;

  MixedOptions(Shape shape) {
    rows = shape.rows();
    classes = shape.classes();
    best = Math.min(BEST, classes);
    logits = new float[shape.elements()];
    upstream = new float[shape.elements()];
    output = new float[shape.elements()];
    perRow = new float[rows];
    labels = new int[rows];
    indices = new int[rows * best];
    partials = new Partials(rows);
    for (int i = 0; i < logits.length; i++) {
      logits[i] = SPREAD * (float) random.nextGaussian();
      upstream[i] = (float) random.nextGaussian();
    }
    Arrays.setAll(labels, row -> random.nextInt(classes));
    someIgnored = labels.clone();
    for (int row = EVERY - 1; row < rows; row += EVERY) {
      someIgnored[row] = IGNORED;
    }
    laden = laden(classes);
    masked = SoftmaxOptions.builder().mask(Mask.lengths(lengths(rows, classes))).build();
  }

  private static CrossEntropy laden(int classes) {
    float[] weights = new float[classes];
    for (int c = 0; c < classes; c++) {
      weights[c] = 0.5f + c % 3;
    }
    return CrossEntropy.builder()
        .classWeights(weights)
        .ignoreIndex(IGNORED)
        .labelSmoothing(0.1)
        .zLoss(1e-4)
        .build();
  }

  private static int[] lengths(int rows, int classes) {
    int[] lengths = new int[rows];
    Arrays.setAll(lengths, row -> 1 + row % classes);
    return lengths;
  }

  void useEverything() {
    useLosses();
    useSoftmaxes();
    useBackward();
    useMiddleAxis();
    useRankings();
  }

  private void useLosses() {
    laden.lossAndGradient(batch(someIgnored).logSumExp(perRow));
    laden.loss(batch(someIgnored).rowLosses(perRow));
    capped.lossAndGradient(batch(labels));
    focal.lossAndGradient(batch(labels).entropy(perRow).countCorrect(true));
  }

  private Minibatch batch(int[] labels) {
    return Minibatch.of(rows, classes).logits(logits).labels(labels).gradient(output);
  }

  private void useSoftmaxes() {
    MatrixView x = MatrixView.of(logits, rows, classes);
    MatrixView y = MatrixView.of(output, rows, classes);
    Softmax.softmax(x, y, masked);
    Softmax.logSoftmax(x, y, scaled);
    Softmax.softmax(x, y, partials.clear().of(x));
  }

  private void useBackward() {
    Softmax.softmax(logits, output, rows, classes);
    Softmax.softmaxBackward(output, upstream, output, rows, classes);
    Softmax.logSoftmax(logits, output, rows, classes);
    Softmax.logSoftmaxBackward(output, upstream, output, rows, classes);
  }

  /** The same elements as one block of rows beside each other. */
  private void useMiddleAxis() {
    MatrixView x = block(logits);
    MatrixView y = block(output);
    Softmax.softmax(x, y);
    Softmax.softmaxBackward(y, block(upstream), y);
    Softmax.logSoftmax(x, y);
    Softmax.logSumExp(x, MatrixView.ofColumn(perRow));
    Minibatch batch = Minibatch.of(1, classes, rows).logits(logits).gradient(output);
    laden.lossAndGradient(batch.labels(someIgnored));
    plain.loss(batch.targets(upstream));
  }

  private MatrixView block(float[] array) {
    return MatrixView.ofBlocks(array, 1, classes, rows);
  }

  private void useRankings() {
    sampler.sample(logits, indices, rows, classes, random);
    Softmax.topLogProbabilities(logits, best, indices, output, rows, classes);
  }
}
