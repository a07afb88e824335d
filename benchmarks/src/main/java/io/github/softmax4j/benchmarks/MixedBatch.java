package io.github.softmax4j.benchmarks;

import io.github.softmax4j.CrossEntropy;
import io.github.softmax4j.MatrixView;
import io.github.softmax4j.Minibatch;
import io.github.softmax4j.Softmax;
import java.util.SplittableRandom;

/** A batch with all that the library can be called for, in its full forms. */
final class MixedBatch {

  private static final float SPREAD = 3;

  private final CrossEntropy crossEntropy = CrossEntropy.builder().build();
  private final int rows;
  private final int classes;
  private final int offset;
  private final int stride;
  private final float[] logits;
  private final float[] targets;
  private final float[] output;
  private final int[] labels;
  private final float[] rowOutput;

  /**
   * @param gap the elements before the first row and behind each
   */
  MixedBatch(Shape shape, int gap) {
    rows = shape.rows();
    classes = shape.classes();
    offset = gap;
    stride = classes + gap;
    SplittableRandom random = new SplittableRandom(stride);
    logits = new float[offset + rows * stride];
    targets = new float[logits.length];
    output = new float[logits.length];
    labels = new int[rows];
    rowOutput = new float[rows];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = SPREAD * (float) random.nextGaussian();
      targets[i] = 1f / classes;
    }
    for (int row = 0; row < rows; row++) {
      labels[row] = random.nextInt(classes);
    }
  }

  void useEverything() {
    Softmax.logSumExp(view(logits), MatrixView.ofColumn(rowOutput));
    crossEntropy.loss(batch(logits).labels(labels));
    crossEntropy.loss(batch(logits).targets(view(targets)));
    useMatrixOperations(false);
    useMatrixOperations(true);
  }

  private void useMatrixOperations(boolean inPlace) {
    Softmax.softmax(view(in(inPlace)), view(output));
    Softmax.logSoftmax(view(in(inPlace)), view(output));
    crossEntropy.lossAndGradient(batch(in(inPlace)).labels(labels));
    targetLossAndGradient(inPlace);
  }

  /** The gradient with respect to the logits, with the gaps of the array it is in. */
  float[] targetLossAndGradient(boolean inPlace) {
    crossEntropy.lossAndGradient(batch(in(inPlace)).targets(view(targets)));
    return output;
  }

  private Minibatch batch(float[] in) {
    return Minibatch.of(rows, classes).logits(view(in)).gradient(view(output)).rowLosses(rowOutput);
  }

  private MatrixView view(float[] array) {
    return MatrixView.of(array, offset, stride, rows, classes);
  }

  /** The logits as they are, or a copy in the place of the output. */
  private float[] in(boolean inPlace) {
    if (!inPlace) {
      return logits;
    }
    System.arraycopy(logits, 0, output, 0, logits.length);
    return output;
  }
}
