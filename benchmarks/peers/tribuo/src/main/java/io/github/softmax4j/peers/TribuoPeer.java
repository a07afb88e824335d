package io.github.softmax4j.peers;

import io.github.softmax4j.benchmarks.Batch;
import io.github.softmax4j.benchmarks.Operation;
import io.github.softmax4j.benchmarks.Peer;
import io.github.softmax4j.benchmarks.PeerTask;
import java.util.List;

/** Tribuo, which is pure Java and computes in double. */
public final class TribuoPeer implements Peer {

  @Override
  public String name() {
    return "Tribuo";
  }

  @Override
  public String description() {
    return "Pure Java, computes in double a row at a time, to which floats are converted and back:"
        + " ExpNormalizer; DenseVector.logSumExp; the LogMulticlass objective for the gradient";
  }

  @Override
  public List<PeerTask> tasks(Operation operation, Batch batch) {
    return switch (operation) {
      case SOFTMAX -> List.of(new TribuoTasks.Softmax(batch));
      case LOG_SOFTMAX -> List.of(new TribuoTasks.LogSoftmax(batch));
      case LOSS -> List.of(new TribuoTasks.Loss(batch));
      case LOSS_AND_GRADIENT -> List.of(new TribuoTasks.LossAndGradient(batch));
      default -> List.of();
    };
  }
}
