package io.github.softmax4j.benchmarks;

import io.github.softmax4j.CrossEntropy;
import io.github.softmax4j.MatrixView;
import io.github.softmax4j.Minibatch;
import io.github.softmax4j.Softmax;

/**
 * Each operation on a {@link Data}, by the call that its layout has, on logits that lie where a
 * {@link Placement} says.
 */
final class Workload {

  private final Data data;
  private final Shape shape;
  private final float[] input;
  private final boolean copies;
  private final int[] labels;
  private final float[] output;
  private final float[] rowOutput;
  private final MatrixView inputView;
  private final MatrixView outputView;
  private final Minibatch minibatch;
  private final CrossEntropy crossEntropy = CrossEntropy.builder().build();
  private final LadenLoss laden;
  private final CrossEntropy ladenCrossEntropy;

  Workload(Shape shape) {
    this(shape, Placement.APART);
  }

  Workload(Shape shape, Placement placement) {
    this.shape = shape;
    data = new Data(shape);
    labels = data.labels();
    output = new float[shape.elements()];
    rowOutput = new float[shape.rows()];
    input =
        switch (placement) {
          case APART -> data.logits();
          case COPIED -> new float[shape.elements()];
          case IN_PLACE -> output;
        };
    inputView = view(input);
    outputView = view(output);
    minibatch =
        Minibatch.of(shape.outer(), shape.classes(), shape.inner()).logits(input).gradient(output);
    copies = placement != Placement.APART;
    laden = new LadenLoss(data);
    ladenCrossEntropy = laden.crossEntropy();
  }

  private MatrixView view(float[] array) {
    return MatrixView.ofBlocks(array, shape.outer(), shape.classes(), shape.inner());
  }

  float[] softmax() {
    if (shape.isContiguous()) {
      Softmax.softmax(logits(), output, shape.rows(), shape.classes());
    } else {
      Softmax.softmax(takenLogits(), outputView);
    }
    return output;
  }

  float[] logSoftmax() {
    if (shape.isContiguous()) {
      Softmax.logSoftmax(logits(), output, shape.rows(), shape.classes());
    } else {
      Softmax.logSoftmax(takenLogits(), outputView);
    }
    return output;
  }

  float[] logSumExp() {
    if (shape.isContiguous()) {
      Softmax.logSumExp(logits(), rowOutput, shape.rows(), shape.classes());
    } else {
      Softmax.logSumExp(takenLogits(), MatrixView.ofColumn(rowOutput));
    }
    return rowOutput;
  }

  double loss() {
    return shape.isContiguous()
        ? crossEntropy.loss(logits(), labels, shape.rows(), shape.classes())
        : crossEntropy.loss(batch().labels(labels));
  }

  double lossAndGradient() {
    return shape.isContiguous()
        ? crossEntropy.lossAndGradient(logits(), labels, output, shape.rows(), shape.classes())
        : crossEntropy.lossAndGradient(batch().labels(labels));
  }

  double targetLossAndGradient() {
    return shape.isContiguous()
        ? crossEntropy.lossAndGradient(
            logits(), data.targets(), output, shape.rows(), shape.classes())
        : crossEntropy.lossAndGradient(batch().targets(data.targets()));
  }

  /** The gradient is that of the sum, of which the result is a row's share. */
  double ladenLossAndGradient() {
    double sum =
        shape.isContiguous()
            ? ladenCrossEntropy.lossAndGradient(
                logits(), laden.labels(), output, shape.rows(), shape.classes())
            : ladenCrossEntropy.lossAndGradient(batch().labels(laden.labels()));
    return sum / shape.rows();
  }

  /** The kept batch of a shape with the class axis in the middle. */
  private Minibatch batch() {
    takenLogits();
    return minibatch;
  }

  private MatrixView takenLogits() {
    logits();
    return inputView;
  }

  LadenLoss laden() {
    return laden;
  }

  /** The logits of the next call. */
  private float[] logits() {
    if (copies) {
      System.arraycopy(data.logits(), 0, input, 0, input.length);
    }
    return input;
  }

  Data data() {
    return data;
  }

  /** The same data for somebody else, with room for a result of their own. */
  Batch peerBatch() {
    float[] room = new float[shape.elements()];
    return new Batch(shape.rows(), shape.classes(), data.logits(), labels, room);
  }

  /** Where calls find the logits. */
  float[] input() {
    return input;
  }

  /** Where the operations with a matrix as their result leave it. */
  float[] output() {
    return output;
  }
}
