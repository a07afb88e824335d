package io.github.softmax4j.benchmarks;

import io.github.softmax4j.CrossEntropy;
import io.github.softmax4j.MatrixView;
import io.github.softmax4j.Minibatch;
import io.github.softmax4j.Softmax;
import java.util.Arrays;
import java.util.SplittableRandom;

/** A batch with gaps between its rows, which the library is called for in its full forms. */
final class MixedStrides {
  private final CrossEntropy crossEntropy = CrossEntropy.builder().build();
  private final int rows;
  private final int classes;
  private final int gap;
  private final int stride;
  private final float[] logits;
  private final float[] targets;
  private final float[] output;
  private final int[] labels;
  private final float[] perRow;

  /**
   * @param gap the elements before the first row and behind each
   */
  MixedStrides(int rows, int classes, int gap) {
    this.rows = rows;
    this.classes = classes;
    this.gap = gap;
    stride = classes + gap;
    SplittableRandom random = new SplittableRandom(stride);
    logits = Data.floats(gap + rows * stride, () -> 3 * random.nextGaussian());
    targets = new float[logits.length];
    Arrays.fill(targets, 1f / classes);
    output = new float[logits.length];
    labels = random.ints(rows, 0, classes).toArray();
    perRow = new float[rows];
  }

  double useEverything() {
    Softmax.logSumExp(view(logits), MatrixView.ofColumn(perRow));
    Softmax.softmax(view(logits), view(output));
    Softmax.logSoftmax(view(logits), view(output));
    crossEntropy.loss(batch().labels(labels));
    crossEntropy.loss(batch().targets(view(targets)));
    crossEntropy.lossAndGradient(batch().labels(labels));
    return targetLossAndGradient()[gap];
  }

  /** The gradient with respect to the logits, with the gaps of the array it is in. */
  float[] targetLossAndGradient() {
    crossEntropy.lossAndGradient(batch().targets(view(targets)));
    return output;
  }

  private Minibatch batch() {
    return Minibatch.of(rows, classes)
        .logits(view(logits))
        .gradient(view(output))
        .rowLosses(perRow);
  }

  private MatrixView view(float[] array) {
    return MatrixView.of(array, gap, stride, rows, classes);
  }
}
