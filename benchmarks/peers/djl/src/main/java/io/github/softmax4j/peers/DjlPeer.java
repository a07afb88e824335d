package io.github.softmax4j.peers;

import ai.djl.engine.Engine;
import io.github.softmax4j.benchmarks.Batch;
import io.github.softmax4j.benchmarks.Operation;
import io.github.softmax4j.benchmarks.Peer;
import io.github.softmax4j.benchmarks.PeerTask;
import java.util.List;

/** Deep Java Library on PyTorch: arrays with a call for most operations, and a loss. */
public final class DjlPeer implements Peer {

  private final Engine engine;

  /** Unpacks and loads PyTorch. */
  public DjlPeer() {
    System.setProperty("ai.djl.pytorch.num_threads", "1");
    System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
    engine = Engine.getEngine("PyTorch");
  }

  @Override
  public String name() {
    return "DJL PyTorch";
  }

  @Override
  public String description() {
    return "PyTorch "
        + engine.getVersion()
        + ", ai.djl.pytorch.num_threads=1: NDArray.softmax and logSoftmax, Loss"
        + ".softmaxCrossEntropyLoss, gradient by its GradientCollector. Its operations always make"
        + " new arrays, which are closed at once";
  }

  @Override
  public List<PeerTask> tasks(Operation operation, Batch batch) {
    return switch (operation) {
      case SOFTMAX -> List.of(DjlTask.softmax(engine, batch));
      case LOG_SOFTMAX -> List.of(DjlTask.logSoftmax(engine, batch));
      case LOSS -> List.of(DjlTask.loss(engine, batch));
      case LOSS_AND_GRADIENT -> List.of(DjlTask.lossAndGradient(engine, batch));
      default -> List.of();
    };
  }
}
