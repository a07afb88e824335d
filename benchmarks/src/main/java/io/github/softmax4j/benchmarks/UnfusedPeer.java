package io.github.softmax4j.benchmarks;

import io.github.softmax4j.CrossEntropy;
import io.github.softmax4j.Linear;
import io.github.softmax4j.MatrixView;
import java.util.concurrent.atomic.AtomicReference;

/** This library's own products, and the loss of all logits between them. */
public final class UnfusedPeer extends FusedPeer {
  static final String NAME = "unfused";

  private final CrossEntropy loss = CrossEntropy.builder().build();

  /** By its name. */
  public UnfusedPeer() {
    super(
        NAME,
        "Linear.forward, CrossEntropy.lossAndGradient in the place of all logits,"
            + " Linear.inputGradient, weightGradient and biasGradient");
  }

  @Override
  public PeerTask task(FusedData data) {
    AtomicReference<float[]> logits = new AtomicReference<>();
    return new HeapTask(
        () -> {
          if (logits.get() == null) {
            logits.set(new float[data.rows() * data.classes()]);
          }
          return run(data, logits.get());
        });
  }

  private double run(FusedData d, float[] logits) {
    int rows = d.rows();
    int classes = d.classes();
    MatrixView z = MatrixView.of(logits, rows, classes);
    MatrixView x = MatrixView.of(d.input(), rows, d.features());
    MatrixView w = MatrixView.of(d.weights(), classes, d.features());
    Linear.forward(x, w, MatrixView.ofRow(d.bias()), z);
    double mean = loss.lossAndGradient(logits, d.labels(), logits, rows, classes);
    Linear.inputGradient(z, w, MatrixView.of(d.inputGradient(), rows, d.features()));
    Linear.weightGradient(z, x, MatrixView.of(d.weightGradient(), classes, d.features()), false);
    Linear.biasGradient(z, MatrixView.ofRow(d.biasGradient()), false);
    return mean;
  }
}
