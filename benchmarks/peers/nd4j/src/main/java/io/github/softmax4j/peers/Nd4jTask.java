package io.github.softmax4j.peers;

import io.github.softmax4j.benchmarks.Batch;
import io.github.softmax4j.benchmarks.NativeTask;
import java.nio.FloatBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/** Operations on arrays that stay. */
abstract class Nd4jTask extends NativeTask {

  private static final int LAST_AXIS = 1;

  final INDArray logits;
  final INDArray labels;
  final INDArray result;
  final INDArray rowLosses;
  private final Batch batch;
  private final FloatBuffer logitsMemory;
  private final FloatBuffer resultMemory;

  private Nd4jTask(Batch batch) {
    this.batch = batch;
    logits = Nd4j.createUninitialized(DataType.FLOAT, batch.rows(), batch.classes());
    result = Nd4j.createUninitialized(DataType.FLOAT, batch.rows(), batch.classes());
    rowLosses = Nd4j.createUninitialized(DataType.FLOAT, batch.rows());
    labels = Nd4j.createFromArray(batch.labels());
    logitsMemory = logits.data().asNioFloat();
    resultMemory = result.data().asNioFloat();
    send();
  }

  static Nd4jTask softmax(Batch batch) {
    return new Nd4jTask(batch) {
      private final CustomOp softmax =
          DynamicCustomOp.builder("softmax")
              .addInputs(logits)
              .addOutputs(result)
              .addIntegerArguments(LAST_AXIS)
              .build();

      @Override
      public double run() {
        Nd4j.exec(softmax);
        return Double.NaN;
      }
    };
  }

  static Nd4jTask logSoftmax(Batch batch) {
    return new Nd4jTask(batch) {
      private final CustomOp logSoftmax =
          DynamicCustomOp.builder("log_softmax")
              .addInputs(logits)
              .addOutputs(result)
              .addIntegerArguments(LAST_AXIS)
              .build();

      @Override
      public double run() {
        Nd4j.exec(logSoftmax);
        return Double.NaN;
      }
    };
  }

  static Nd4jTask loss(Batch batch) {
    return new Nd4jTask(batch) {
      private final CustomOp loss = lossOfRows();

      @Override
      public double run() {
        Nd4j.exec(loss);
        return rowLosses.meanNumber().doubleValue();
      }

      @Override
      public void fetch() {}
    };
  }

  static Nd4jTask lossAndGradient(Batch batch) {
    return new Nd4jTask(batch) {
      private final CustomOp loss = lossOfRows();
      private final CustomOp gradient =
          DynamicCustomOp.builder("sparse_softmax_cross_entropy_loss_with_logits_grad")
              .addInputs(labels, logits)
              .addOutputs(result)
              .build();

      @Override
      public double run() {
        Nd4j.exec(loss);
        Nd4j.exec(gradient);
        result.muli(1f / batch.rows());
        return rowLosses.meanNumber().doubleValue();
      }
    };
  }

  final CustomOp lossOfRows() {
    return DynamicCustomOp.builder("sparse_softmax_cross_entropy_loss_with_logits")
        .addInputs(labels, logits)
        .addOutputs(rowLosses)
        .build();
  }

  @Override
  protected final void send() {
    logitsMemory.put(0, batch.logits());
    labels.data().setData(batch.labels());
  }

  @Override
  public void fetch() {
    resultMemory.get(0, batch.output());
  }

  @Override
  public void close() {
    logits.close();
    labels.close();
    result.close();
    rowLosses.close();
  }
}
