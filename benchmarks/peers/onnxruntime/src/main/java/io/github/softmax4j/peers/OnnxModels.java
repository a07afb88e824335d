package io.github.softmax4j.peers;

import io.github.softmax4j.benchmarks.Batch;
import io.github.softmax4j.peers.OnnxModel.Attribute;
import java.util.List;

/** The models, of as few nodes as the operators of ONNX allow. */
final class OnnxModels {

  static final String LOGITS = "logits";
  static final String LABELS = "labels";
  static final String RESULT = "result";
  static final String LOSS = "loss";

  private static final Attribute LAST_AXIS = Attribute.of("axis", -1);
  private static final Attribute SECOND_AXIS = Attribute.of("axis", 1);
  private static final Attribute MEAN = Attribute.of("reduction", "mean");

  private OnnxModels() {}

  static byte[] softmax(Batch batch) {
    return matrixToMatrix(batch).node("Softmax", List.of(LOGITS), RESULT, LAST_AXIS).toBytes();
  }

  static byte[] logSoftmax(Batch batch) {
    return matrixToMatrix(batch).node("LogSoftmax", List.of(LOGITS), RESULT, LAST_AXIS).toBytes();
  }

  static byte[] loss(Batch batch) {
    return new OnnxModel()
        .input(LOGITS, OnnxModel.FLOAT, batch.rows(), batch.classes())
        .input(LABELS, OnnxModel.INT64, batch.rows())
        .output(LOSS, OnnxModel.FLOAT)
        .node("SoftmaxCrossEntropyLoss", List.of(LOGITS, LABELS), LOSS, MEAN)
        .toBytes();
  }

  /** The same in more nodes, which the operator that is made for it need not beat. */
  static byte[] lossByLogSoftmax(Batch batch) {
    return new OnnxModel()
        .input(LOGITS, OnnxModel.FLOAT, batch.rows(), batch.classes())
        .input(LABELS, OnnxModel.INT64, batch.rows(), 1)
        .output(LOSS, OnnxModel.FLOAT)
        .node("LogSoftmax", List.of(LOGITS), "logs", LAST_AXIS)
        .node("GatherElements", List.of("logs", LABELS), "atLabels", SECOND_AXIS)
        .node("ReduceMean", List.of("atLabels"), "mean", Attribute.of("keepdims", 0))
        .node("Neg", List.of("mean"), LOSS)
        .toBytes();
  }

  /**
   * The operators of ONNX have no gradient: this is the formula in what they have. One softmax
   * serves both; its logarithm is taken at the labels only.
   */
  static byte[] lossAndGradient(Batch batch) {
    float perRow = 1f / batch.rows();
    return matrixToMatrix(batch)
        .input(LABELS, OnnxModel.INT64, batch.rows(), 1)
        .output(LOSS, OnnxModel.FLOAT)
        .constant("perRow", perRow)
        .constant("minusPerRow", -perRow, batch.rows(), 1)
        .node("Softmax", List.of(LOGITS), "probabilities", LAST_AXIS)
        .node(
            "GatherElements", List.of("probabilities", LABELS), "atLabels", Attribute.of("axis", 1))
        .node("Log", List.of("atLabels"), "logs")
        .node("ReduceMean", List.of("logs"), "mean", Attribute.of("keepdims", 0))
        .node("Neg", List.of("mean"), LOSS)
        .node("Mul", List.of("probabilities", "perRow"), "scaled")
        .node(
            "ScatterElements",
            List.of("scaled", LABELS, "minusPerRow"),
            RESULT,
            SECOND_AXIS,
            Attribute.of("reduction", "add"))
        .toBytes();
  }

  private static OnnxModel matrixToMatrix(Batch batch) {
    return new OnnxModel()
        .input(LOGITS, OnnxModel.FLOAT, batch.rows(), batch.classes())
        .output(RESULT, OnnxModel.FLOAT, batch.rows(), batch.classes());
  }
}
