package io.github.softmax4j.peers;

import io.github.softmax4j.benchmarks.Batch;
import io.github.softmax4j.benchmarks.NativeTask;
import io.github.softmax4j.benchmarks.Peer;
import io.github.softmax4j.benchmarks.PeerTask;
import io.github.softmax4j.cli.Operation;
import java.nio.FloatBuffer;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/** ND4J, the arrays of Deeplearning4j. */
public final class Nd4jPeer extends Peer {
  private static final int LAST_AXIS = 1;
  private static final String LOSS = "sparse_softmax_cross_entropy_loss_with_logits";

  /** Loads the library. */
  public Nd4jPeer() {
    super(
        "ND4J",
        "The build for AVX-512, or AVX2 where the CPU has no more, OMP_NUM_THREADS=1: softmax"
            + " and log_softmax into arrays that are there;"
            + " sparse_softmax_cross_entropy_loss_with_logits and its gradient");
    Nd4j.getEnvironment().setMaxThreads(1);
  }

  @Override
  public List<PeerTask> tasks(Operation operation, Batch batch) {
    return switch (operation) {
      case SOFTMAX -> List.of(new Task(batch).of("softmax"));
      case LOG_SOFTMAX -> List.of(new Task(batch).of("log_softmax"));
      case LOSS -> List.of(new Task(batch).withLoss());
      case LOSS_AND_GRADIENT -> List.of(new Task(batch).withLoss().withGradient());
      default -> List.of();
    };
  }

  /** Operations on arrays that stay. */
  private static final class Task extends NativeTask {
    private final Batch batch;
    private final INDArray logits;
    private final INDArray labels;
    private final INDArray result;
    private final INDArray rowLosses;
    private final FloatBuffer logitsMemory;
    private final FloatBuffer resultMemory;
    private CustomOp matrix;
    private CustomOp loss;
    private CustomOp gradient;

    Task(Batch batch) {
      this.batch = batch;
      logits = Nd4j.createUninitialized(DataType.FLOAT, batch.rows(), batch.classes());
      result = Nd4j.createUninitialized(DataType.FLOAT, batch.rows(), batch.classes());
      rowLosses = Nd4j.createUninitialized(DataType.FLOAT, batch.rows());
      labels = Nd4j.createFromArray(batch.labels());
      logitsMemory = logits.data().asNioFloat();
      resultMemory = result.data().asNioFloat();
      send();
    }

    Task of(String name) {
      matrix =
          DynamicCustomOp.builder(name)
              .addInputs(logits)
              .addOutputs(result)
              .addIntegerArguments(LAST_AXIS)
              .build();
      return this;
    }

    Task withLoss() {
      loss = DynamicCustomOp.builder(LOSS).addInputs(labels, logits).addOutputs(rowLosses).build();
      return this;
    }

    Task withGradient() {
      gradient =
          DynamicCustomOp.builder(LOSS + "_grad")
              .addInputs(labels, logits)
              .addOutputs(result)
              .build();
      return this;
    }

    @Override
    protected void send() {
      logitsMemory.put(0, batch.logits());
      labels.data().setData(batch.labels());
    }

    @Override
    public double run() {
      if (loss == null) {
        Nd4j.exec(matrix);
        return Double.NaN;
      }
      Nd4j.exec(loss);
      if (gradient != null) {
        Nd4j.exec(gradient);
        result.muli(1f / batch.rows());
      }
      return rowLosses.meanNumber().doubleValue();
    }

    @Override
    public void fetch() {
      if (matrix != null || gradient != null) {
        resultMemory.get(0, batch.output());
      }
    }

    @Override
    public void close() {
      List.of(logits, labels, result, rowLosses).forEach(INDArray::close);
    }
  }
}
