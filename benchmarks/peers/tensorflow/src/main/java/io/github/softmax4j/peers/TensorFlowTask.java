package io.github.softmax4j.peers;

import io.github.softmax4j.benchmarks.Batch;
import io.github.softmax4j.benchmarks.NativeTask;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.nn.SparseSoftmaxCrossEntropyWithLogits;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/** A graph with tensors for its inputs that stay, and results that each run replaces. */
final class TensorFlowTask extends NativeTask {

  private static final ConfigProto ONE_THREAD =
      ConfigProto.newBuilder()
          .setIntraOpParallelismThreads(1)
          .setInterOpParallelismThreads(-1) // all operators in the thread that calls
          .build();

  private final Graph graph = new Graph();
  private final Ops tf = Ops.create(graph);
  private final Batch batch;
  private final long[] labelsOnHeap;
  private final TFloat32 logits;
  private final TInt64 labels;
  private final Placeholder<TFloat32> logitsInput;
  private final Placeholder<TInt64> labelsInput;
  private Operand<TFloat32> matrix;
  private Operand<TFloat32> loss;
  private Session session;
  private Result result;

  private TensorFlowTask(Batch batch) {
    this.batch = batch;
    labelsOnHeap = batch.longLabels();
    Shape matrixShape = Shape.of(batch.rows(), batch.classes());
    logits = TFloat32.tensorOf(matrixShape);
    labels = TInt64.tensorOf(Shape.of(batch.rows()));
    logitsInput = tf.placeholder(TFloat32.class, Placeholder.shape(matrixShape));
    labelsInput = tf.placeholder(TInt64.class, Placeholder.shape(labels.shape()));
    send();
  }

  static TensorFlowTask softmax(Batch batch) {
    TensorFlowTask task = new TensorFlowTask(batch);
    task.matrix = task.tf.nn.softmax(task.logitsInput);
    return task.ready();
  }

  static TensorFlowTask logSoftmax(Batch batch) {
    TensorFlowTask task = new TensorFlowTask(batch);
    task.matrix = task.tf.nn.logSoftmax(task.logitsInput);
    return task.ready();
  }

  static TensorFlowTask loss(Batch batch) {
    TensorFlowTask task = new TensorFlowTask(batch);
    task.loss = task.mean(task.crossEntropy().loss());
    return task.ready();
  }

  static TensorFlowTask lossAndGradient(Batch batch) {
    TensorFlowTask task = new TensorFlowTask(batch);
    SparseSoftmaxCrossEntropyWithLogits<TFloat32> crossEntropy = task.crossEntropy();
    task.loss = task.mean(crossEntropy.loss());
    task.matrix = task.tf.math.mul(crossEntropy.backprop(), task.tf.constant(1f / batch.rows()));
    return task.ready();
  }

  private SparseSoftmaxCrossEntropyWithLogits<TFloat32> crossEntropy() {
    return tf.nn.sparseSoftmaxCrossEntropyWithLogits(logitsInput, labelsInput);
  }

  private Operand<TFloat32> mean(Operand<TFloat32> rowLosses) {
    return tf.math.mean(rowLosses, tf.constant(0));
  }

  private TensorFlowTask ready() {
    session = new Session(graph, ONE_THREAD);
    return this;
  }

  @Override
  protected void send() {
    logits.asRawTensor().data().asFloats().write(batch.logits());
    labels.asRawTensor().data().asLongs().write(labelsOnHeap);
  }

  @Override
  public double run() {
    if (result != null) {
      result.close();
    }
    Session.Runner runner = session.runner().feed(logitsInput, logits);
    if (loss != null) {
      runner.feed(labelsInput, labels).fetch(loss);
    }
    if (matrix != null) {
      runner.fetch(matrix);
    }
    result = runner.run();
    return loss == null ? Double.NaN : ((TFloat32) result.get(0)).getFloat();
  }

  @Override
  public void fetch() {
    if (matrix != null) {
      TFloat32 values = (TFloat32) result.get(loss == null ? 0 : 1);
      values.asRawTensor().data().asFloats().read(batch.output());
    }
  }

  @Override
  public void close() {
    if (result != null) {
      result.close();
    }
    session.close();
    graph.close();
    logits.close();
    labels.close();
  }
}
