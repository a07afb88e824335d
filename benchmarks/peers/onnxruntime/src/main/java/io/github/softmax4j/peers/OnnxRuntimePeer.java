package io.github.softmax4j.peers;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.github.softmax4j.benchmarks.Batch;
import io.github.softmax4j.benchmarks.Peer;
import io.github.softmax4j.benchmarks.PeerTask;
import io.github.softmax4j.cli.Operation;
import java.util.List;

/** ONNX Runtime with models of one node, and one of seven for the gradient. */
public final class OnnxRuntimePeer extends Peer {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();

  /** Loads the library. */
  public OnnxRuntimePeer() {
    super(
        "ONNX Runtime",
        "Intra-op and inter-op threads 1, all optimisations, inputs and outputs in pre-allocated"
            + " direct buffers at 64-byte boundaries. Softmax and LogSoftmax are models of one"
            + " node; the loss is SoftmaxCrossEntropyLoss, or LogSoftmax with three small nodes;"
            + " there is no operator for the gradient, so that is Softmax with six nodes");
  }

  @Override
  public List<PeerTask> tasks(Operation operation, Batch batch) throws OrtException {
    return switch (operation) {
      case SOFTMAX -> List.of(matrix(OnnxModels.softmax(batch), batch));
      case LOG_SOFTMAX -> List.of(matrix(OnnxModels.logSoftmax(batch), batch));
      case LOSS ->
          List.of(
              new OnnxTask(environment, OnnxModels.loss(batch), batch)
                  .called("one node")
                  .takesLabels(batch.rows())
                  .givesLoss(),
              new OnnxTask(environment, OnnxModels.lossByLogSoftmax(batch), batch)
                  .called("LogSoftmax")
                  .takesLabels(batch.rows(), 1)
                  .givesLoss());
      case LOSS_AND_GRADIENT ->
          List.of(
              new OnnxTask(environment, OnnxModels.lossAndGradient(batch), batch)
                  .takesLabels(batch.rows(), 1)
                  .givesLoss()
                  .hasMatrix());
      default -> List.of();
    };
  }

  private PeerTask matrix(byte[] model, Batch batch) throws OrtException {
    return new OnnxTask(environment, model, batch).hasMatrix();
  }
}
