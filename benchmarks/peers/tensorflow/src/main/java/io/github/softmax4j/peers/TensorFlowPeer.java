package io.github.softmax4j.peers;

import io.github.softmax4j.benchmarks.Batch;
import io.github.softmax4j.benchmarks.Peer;
import io.github.softmax4j.benchmarks.PeerTask;
import io.github.softmax4j.cli.Operation;
import java.util.List;
import org.tensorflow.TensorFlow;

/** TensorFlow for Java: a graph for each operation, run by a session. */
public final class TensorFlowPeer extends Peer {

  /** Loads the library. */
  public TensorFlowPeer() {
    super(
        "TensorFlow",
        "TensorFlow "
            + TensorFlow.version()
            + ": a session with one intra-op thread that runs all operators in the caller's thread;"
            + " Softmax, LogSoftmax, SparseSoftmaxCrossEntropyWithLogits, which has the gradient as"
            + " well");
  }

  @Override
  public List<PeerTask> tasks(Operation operation, Batch batch) {
    return switch (operation) {
      case SOFTMAX -> List.of(TensorFlowTask.softmax(batch));
      case LOG_SOFTMAX -> List.of(TensorFlowTask.logSoftmax(batch));
      case LOSS -> List.of(TensorFlowTask.loss(batch));
      case LOSS_AND_GRADIENT -> List.of(TensorFlowTask.lossAndGradient(batch));
      default -> List.of();
    };
  }
}
