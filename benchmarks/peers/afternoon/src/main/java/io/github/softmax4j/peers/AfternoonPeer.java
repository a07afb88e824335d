package io.github.softmax4j.peers;

import io.github.softmax4j.benchmarks.Batch;
import io.github.softmax4j.benchmarks.Operation;
import io.github.softmax4j.benchmarks.Peer;
import io.github.softmax4j.benchmarks.PeerTask;
import java.util.List;

/** What one would write oneself in an afternoon, with the exponential of the Vector API. */
public final class AfternoonPeer implements Peer {

  @Override
  public String name() {
    return "Plain Vector API";
  }

  @Override
  public String description() {
    return "Written for this comparison: three passes over each row, FloatVector.lanewise(EXP)";
  }

  @Override
  public List<PeerTask> tasks(Operation operation, Batch batch) {
    return switch (operation) {
      case SOFTMAX -> List.of(new AfternoonTasks.Softmax(batch));
      case LOG_SOFTMAX -> List.of(new AfternoonTasks.LogSoftmax(batch));
      case LOSS -> List.of(new AfternoonTasks.Loss(batch));
      case LOSS_AND_GRADIENT -> List.of(new AfternoonTasks.LossAndGradient(batch));
      default -> List.of();
    };
  }
}
