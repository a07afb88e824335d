package io.github.softmax4j.peers;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.loss.Loss;
import io.github.softmax4j.benchmarks.Batch;
import io.github.softmax4j.benchmarks.NativeTask;
import io.github.softmax4j.benchmarks.Peer;
import io.github.softmax4j.benchmarks.PeerTask;
import io.github.softmax4j.cli.Operation;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.List;

/** Deep Java Library on PyTorch: arrays with a call for most operations, and a loss. */
public final class DjlPeer extends Peer {
  private static final int LAST_AXIS = 1;
  private static final Engine ENGINE = engine();

  private final Loss loss = Loss.softmaxCrossEntropyLoss();

  /** Unpacks and loads PyTorch. */
  public DjlPeer() {
    super(
        "DJL PyTorch",
        "PyTorch "
            + ENGINE.getVersion()
            + ", ai.djl.pytorch.num_threads=1: NDArray.softmax and logSoftmax,"
            + " Loss.softmaxCrossEntropyLoss, gradient by its GradientCollector. Its operations"
            + " always make new arrays, which are closed at once");
  }

  private static Engine engine() {
    System.setProperty("ai.djl.pytorch.num_threads", "1");
    System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
    return Engine.getEngine("PyTorch");
  }

  /** Gives the loss of a task's arrays. */
  private interface Call {
    double run(Task task);
  }

  @Override
  public List<PeerTask> tasks(Operation operation, Batch batch) {
    return switch (operation) {
      case SOFTMAX -> task(batch, task -> task.keep(task.logits.softmax(LAST_AXIS)));
      case LOG_SOFTMAX -> task(batch, task -> task.keep(task.logits.logSoftmax(LAST_AXIS)));
      case LOSS -> task(batch, this::loss);
      case LOSS_AND_GRADIENT -> task(batch, this::lossAndGradient);
      default -> List.of();
    };
  }

  private static List<PeerTask> task(Batch batch, Call call) {
    return List.of(new Task(batch, call));
  }

  private double loss(Task task) {
    try (NDManager scope = task.manager.newSubManager()) {
      task.logits.tempAttach(scope);
      task.labels.tempAttach(scope);
      return loss.evaluate(new NDList(task.labels), new NDList(task.logits)).getFloat();
    }
  }

  /** An array that shares the logits' memory starts without a gradient, which is added to else. */
  private double lossAndGradient(Task task) {
    try (NDManager scope = task.manager.newSubManager();
        GradientCollector gradients = ENGINE.newGradientCollector()) {
      task.labels.tempAttach(scope);
      NDArray leaf = task.logits.stopGradient();
      leaf.attach(scope);
      leaf.setRequiresGradient(true);
      NDArray mean = loss.evaluate(new NDList(task.labels), new NDList(leaf));
      gradients.backward(mean);
      NDArray gradient = leaf.getGradient();
      gradient.attach(task.manager);
      task.keep(gradient);
      return mean.getFloat();
    }
  }

  /** Inputs that stay, and a result that each call replaces. */
  private static final class Task extends NativeTask {
    private final NDManager manager = ENGINE.newBaseManager();
    private final Batch batch;
    private final Call call;
    private final long[] labelsOnHeap;
    private final NDArray logits;
    private final NDArray labels;
    private NDArray result;

    Task(Batch batch, Call call) {
      this.batch = batch;
      this.call = call;
      labelsOnHeap = batch.longLabels();
      logits = manager.create(batch.logits(), new Shape(batch.rows(), batch.classes()));
      labels = manager.create(labelsOnHeap, new Shape(batch.rows()));
    }

    double keep(NDArray newResult) {
      if (result != null) {
        result.close();
      }
      result = newResult;
      return Double.NaN;
    }

    @Override
    protected void send() {
      logits.set(FloatBuffer.wrap(batch.logits()));
      labels.set(LongBuffer.wrap(labelsOnHeap));
    }

    @Override
    public double run() {
      return call.run(this);
    }

    @Override
    public void fetch() {
      if (result != null) {
        result.toByteBuffer(true).asFloatBuffer().get(0, batch.output());
      }
    }

    @Override
    public void close() {
      manager.close();
    }
  }
}
