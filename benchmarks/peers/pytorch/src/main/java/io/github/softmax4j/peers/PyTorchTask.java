package io.github.softmax4j.peers;

import static org.bytedeco.pytorch.global.torch.cross_entropy_loss;
import static org.bytedeco.pytorch.global.torch.empty;
import static org.bytedeco.pytorch.global.torch.full;
import static org.bytedeco.pytorch.global.torch.gather_out;
import static org.bytedeco.pytorch.global.torch.log_softmax_out;
import static org.bytedeco.pytorch.global.torch.nll_loss;
import static org.bytedeco.pytorch.global.torch.softmax_out;

import io.github.softmax4j.benchmarks.Batch;
import io.github.softmax4j.benchmarks.NativeTask;
import java.nio.FloatBuffer;
import java.util.function.ToDoubleFunction;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Tensors that stay: logits, labels, and room for a result. */
@SuppressWarnings("try") // scopes are there to be closed only
final class PyTorchTask extends NativeTask {
  private static final int LAST_AXIS = 1;

  private final Batch batch;
  private final String way;
  private final ToDoubleFunction<PyTorchTask> call;
  private final Tensor logits;
  private final Tensor labels;
  private final Tensor columnOfLabels;
  private final Tensor result;
  private final long[] labelsOnHeap;
  private boolean usesAutograd;

  private PyTorchTask(Batch batch, String way, ToDoubleFunction<PyTorchTask> call) {
    this.batch = batch;
    this.way = way;
    this.call = call;
    logits = empty(batch.rows(), batch.classes());
    labels = longs(batch.rows());
    columnOfLabels = labels.view(batch.rows(), 1);
    result = empty(batch.rows(), batch.classes());
    labelsOnHeap = batch.longLabels();
    send();
  }

  static PyTorchTask softmax(Batch batch) {
    return new PyTorchTask(batch, "", PyTorchTask::softmax);
  }

  static PyTorchTask logSoftmax(Batch batch) {
    return new PyTorchTask(batch, "", PyTorchTask::logSoftmax);
  }

  /** The function that is meant for it, which makes a matrix for the log-softmax in each call. */
  static PyTorchTask loss(Batch batch) {
    return new PyTorchTask(batch, "cross_entropy_loss", PyTorchTask::loss);
  }

  /** What that does, with a matrix that stays. */
  static PyTorchTask lossByKernels(Batch batch) {
    return new PyTorchTask(batch, "kernels", PyTorchTask::lossByKernels);
  }

  /** The formula: softmax, less 1 at the label, divided by the number of rows. */
  static PyTorchTask gradientByKernels(Batch batch) {
    Tensor atLabels = empty(batch.rows(), 1);
    Scalar perRow = new Scalar(1f / batch.rows());
    Tensor minusPerRow = full(new long[] {batch.rows(), 1}, new Scalar(-1f / batch.rows()));
    return new PyTorchTask(batch, "kernels", task -> task.gradient(atLabels, perRow, minusPerRow));
  }

  /** Loss and gradient as a training step has them: the loss, then {@code backward}. */
  static PyTorchTask gradientByAutograd(Batch batch) {
    PyTorchTask task = new PyTorchTask(batch, "autograd", PyTorchTask::autograd);
    task.logits.requires_grad_(true);
    task.usesAutograd = true;
    return task;
  }

  private double softmax() {
    try (AutoGradMode off = new NoGradGuard()) {
      softmax_out(result, logits, LAST_AXIS).close();
    }
    return Double.NaN;
  }

  private double logSoftmax() {
    try (AutoGradMode off = new NoGradGuard()) {
      log_softmax_out(result, logits, LAST_AXIS).close();
    }
    return Double.NaN;
  }

  private double loss() {
    try (AutoGradMode off = new NoGradGuard();
        Tensor loss = cross_entropy_loss(logits, labels)) {
      return loss.item_float();
    }
  }

  private double lossByKernels() {
    try (PointerScope scope = new PointerScope();
        AutoGradMode off = new NoGradGuard()) {
      log_softmax_out(result, logits, LAST_AXIS);
      return nll_loss(result, labels).item_float();
    }
  }

  private double gradient(Tensor atLabels, Scalar perRow, Tensor minusPerRow) {
    try (PointerScope scope = new PointerScope();
        AutoGradMode off = new NoGradGuard()) {
      softmax_out(result, logits, LAST_AXIS);
      gather_out(atLabels, result, LAST_AXIS, columnOfLabels);
      result.mul_(perRow).scatter_add_(LAST_AXIS, columnOfLabels, minusPerRow);
      return -atLabels.log_().mean().item_float();
    }
  }

  /** The gradient of the call before is let go first, else it would be added to. */
  private double autograd() {
    try (PointerScope scope = new PointerScope()) {
      logits.mutable_grad().reset();
      Tensor loss = cross_entropy_loss(logits, labels);
      loss.backward();
      return loss.item_float();
    }
  }

  @Override
  public String way() {
    return way;
  }

  @Override
  protected void send() {
    memory(logits).put(0, batch.logits());
    labels.data_ptr_long().capacity(batch.rows()).put(labelsOnHeap);
  }

  @Override
  public double run() {
    return call.applyAsDouble(this);
  }

  @Override
  public void fetch() {
    try (PointerScope scope = new PointerScope()) {
      memory(usesAutograd ? logits.grad() : result).get(0, batch.output());
    }
  }

  @Override
  public void close() {
    logits.close();
    labels.close();
    columnOfLabels.close();
    result.close();
  }

  static FloatBuffer memory(Tensor tensor) {
    return tensor.data_ptr_float().capacity(tensor.numel()).asBuffer();
  }

  static Tensor longs(long... shape) {
    TensorOptions options = new TensorOptions(ScalarType.Long);
    return empty(shape, options, new MemoryFormatOptional());
  }
}
