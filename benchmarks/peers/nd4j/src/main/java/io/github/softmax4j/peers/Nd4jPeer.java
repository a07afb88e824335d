package io.github.softmax4j.peers;

import io.github.softmax4j.benchmarks.Batch;
import io.github.softmax4j.benchmarks.Operation;
import io.github.softmax4j.benchmarks.Peer;
import io.github.softmax4j.benchmarks.PeerTask;
import java.util.List;
import org.nd4j.linalg.factory.Nd4j;

/** ND4J, the arrays of Deeplearning4j. */
public final class Nd4jPeer implements Peer {

  /** Loads the library. */
  public Nd4jPeer() {
    Nd4j.getEnvironment().setMaxThreads(1);
  }

  @Override
  public String name() {
    return "ND4J";
  }

  @Override
  public String description() {
    return "The build for AVX-512, or AVX2 where the CPU has no more, OMP_NUM_THREADS=1: softmax"
        + " and log_softmax into arrays that are there;"
        + " sparse_softmax_cross_entropy_loss_with_logits and its gradient";
  }

  @Override
  public List<PeerTask> tasks(Operation operation, Batch batch) {
    return switch (operation) {
      case SOFTMAX -> List.of(Nd4jTask.softmax(batch));
      case LOG_SOFTMAX -> List.of(Nd4jTask.logSoftmax(batch));
      case LOSS -> List.of(Nd4jTask.loss(batch));
      case LOSS_AND_GRADIENT -> List.of(Nd4jTask.lossAndGradient(batch));
      default -> List.of();
    };
  }
}
