package io.github.softmax4j.peers;

import io.github.softmax4j.benchmarks.Batch;
import io.github.softmax4j.benchmarks.Peer;
import io.github.softmax4j.benchmarks.PeerTask;
import io.github.softmax4j.cli.Operation;
import java.util.List;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;

/** oneDNN: its softmax, and what a program must add to that for a loss. */
public final class OneDnnPeer extends Peer {
  private final engine cpu = new engine(engine.kind.cpu, 0);

  /** Loads the library. */
  public OneDnnPeer() {
    super(
        "oneDNN",
        "CPU code "
            + dnnl.get_effective_cpu_isa()
            + ", OMP_NUM_THREADS=1: primitives compiled before, memory of the engine, C API. There"
            + " is no loss: log-softmax, then Java picks the labels; for the gradient softmax with"
            + " a post-op that divides by the number of rows, then Java at the labels");
  }

  @Override
  public List<PeerTask> tasks(Operation operation, Batch batch) {
    return switch (operation) {
      case SOFTMAX -> List.of(OneDnnTask.softmax(cpu, batch));
      case LOG_SOFTMAX -> List.of(OneDnnTask.logSoftmax(cpu, batch));
      case LOSS -> List.of(OneDnnTask.loss(cpu, batch));
      case LOSS_AND_GRADIENT -> List.of(OneDnnTask.lossAndGradient(cpu, batch));
      default -> List.of();
    };
  }
}
