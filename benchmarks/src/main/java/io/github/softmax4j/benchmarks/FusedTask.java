package io.github.softmax4j.benchmarks;

import io.github.softmax4j.CrossEntropy;
import io.github.softmax4j.LinearBatch;
import io.github.softmax4j.LinearCrossEntropy;
import io.github.softmax4j.LinearWorkspace;
import io.github.softmax4j.MatrixView;
import io.github.softmax4j.Minibatch;

/** This library's fused loss, with a workspace of some budget. */
final class FusedTask {
  private FusedTask() {}

  static PeerTask of(FusedData d, int megabytes) {
    LinearCrossEntropy loss = LinearCrossEntropy.of(CrossEntropy.builder().build());
    LinearBatch batch =
        LinearBatch.of(
                Minibatch.of(d.rows(), d.classes()).labels(d.labels()),
                MatrixView.of(d.input(), d.rows(), d.features()),
                MatrixView.of(d.weights(), d.classes(), d.features()))
            .bias(MatrixView.ofRow(d.bias()))
            .inputGradient(MatrixView.of(d.inputGradient(), d.rows(), d.features()))
            .weightGradient(MatrixView.of(d.weightGradient(), d.classes(), d.features()))
            .biasGradient(MatrixView.ofRow(d.biasGradient()))
            .workspace(LinearWorkspace.ofBytes((long) megabytes << 20));
    return new HeapTask(() -> loss.lossAndGradients(batch));
  }
}
