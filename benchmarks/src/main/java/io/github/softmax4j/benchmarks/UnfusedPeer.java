package io.github.softmax4j.benchmarks;

import io.github.softmax4j.CrossEntropy;
import io.github.softmax4j.Linear;
import io.github.softmax4j.MatrixView;

/** This library's own products, and the loss of all logits between them. */
public final class UnfusedPeer implements FusedPeer {

  static final String NAME = "unfused";

  /** By its name. */
  public UnfusedPeer() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "Linear.forward, CrossEntropy.lossAndGradient in the place of all logits,"
        + " Linear.inputGradient, weightGradient and biasGradient";
  }

  @Override
  public PeerTask task(FusedData data) {
    return new Task(data);
  }

  private static final class Task extends HeapTask {

    private final CrossEntropy loss = CrossEntropy.builder().build();
    private final FusedData d;
    private float[] logits;

    Task(FusedData data) {
      d = data;
    }

    @Override
    public double run() {
      int rows = d.rows();
      int classes = d.classes();
      if (logits == null) {
        logits = new float[rows * classes];
      }
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
}
