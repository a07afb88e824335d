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

/** What the library can be called for beside the operations: options, and choices of classes. */
final class MixedOptions {
  private static final int BEST = 4;
  private static final int EVERY = 8;
  private static final int IGNORED = -100;

  private final SplittableRandom random = new SplittableRandom(47);
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
  private final float[] output;
  private final float[] perRow;
  private final int[] labels;
  private final int[] someIgnored;
  private final int[] indices;

  MixedOptions(int rows, int classes) {
    this.rows = rows;
    this.classes = classes;
    best = Math.min(BEST, classes);
    Data data = new Data(new Shape(rows, classes));
    logits = data.logits();
    output = data.output();
    perRow = data.perRow();
    labels = data.labels();
    someIgnored = labels.clone();
    for (int row = EVERY - 1; row < rows; row += EVERY) {
      someIgnored[row] = IGNORED;
    }
    indices = new int[rows * best];
    partials = new Partials(rows);
    laden =
        CrossEntropy.builder()
            .classWeights(data.weights())
            .ignoreIndex(IGNORED)
            .labelSmoothing(0.1)
            .zLoss(1e-4)
            .build();
    int[] lengths = new int[rows];
    Arrays.setAll(lengths, row -> 1 + row % classes);
    masked = SoftmaxOptions.builder().mask(Mask.lengths(lengths)).build();
  }

  double useEverything() {
    laden.lossAndGradient(batch(someIgnored).logSumExp(perRow));
    laden.loss(batch(someIgnored).rowLosses(perRow));
    capped.lossAndGradient(batch(labels));
    focal.lossAndGradient(batch(labels).entropy(perRow).countCorrect(true));
    laden.lossAndGradient(
        Minibatch.of(1, classes, rows).logits(logits).labels(someIgnored).gradient(output));
    MatrixView x = MatrixView.of(logits, rows, classes);
    MatrixView y = MatrixView.of(output, rows, classes);
    Softmax.softmax(x, y, masked);
    Softmax.logSoftmax(x, y, scaled);
    Softmax.softmax(x, y, partials.clear().of(x));
    sampler.sample(logits, indices, rows, classes, random);
    Softmax.topLogProbabilities(logits, best, indices, output, rows, classes);
    return output[0];
  }

  private Minibatch batch(int[] labels) {
    return Minibatch.of(rows, classes).logits(logits).labels(labels).gradient(output);
  }
}
