package io.github.softmax4j.peers;

import static org.bytedeco.pytorch.global.torch.cross_entropy_loss;
import static org.bytedeco.pytorch.global.torch.empty;
import static org.bytedeco.pytorch.global.torch.full;
import static org.bytedeco.pytorch.global.torch.gather_out;
import static org.bytedeco.pytorch.global.torch.log_softmax_out;
import static org.bytedeco.pytorch.global.torch.nll_loss;
import static org.bytedeco.pytorch.global.torch.softmax_out;

import io.github.softmax4j.benchmarks.Batch;
import java.nio.FloatBuffer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** PyTorch's kernels without autograd, each writing to a tensor that is there. */
@SuppressWarnings("try") // scopes are there to be closed only
final class PyTorchKernels {

  private PyTorchKernels() {}

  /** A task with a matrix for its result. */
  private abstract static class MatrixTask extends PyTorchTask {

    final Tensor result;
    private final FloatBuffer resultMemory;

    MatrixTask(Batch batch) {
      super(batch);
      result = empty(batch.rows(), batch.classes());
      resultMemory = memory(result);
    }

    @Override
    public void fetch() {
      resultMemory.get(0, batch.output());
    }

    @Override
    public void close() {
      result.close();
      super.close();
    }
  }

  static final class Softmax extends MatrixTask {

    Softmax(Batch batch) {
      super(batch);
    }

    @Override
    public double run() {
      try (AutoGradMode off = new NoGradGuard()) {
        softmax_out(result, logits, LAST_AXIS).close();
      }
      return Double.NaN;
    }
  }

  static final class LogSoftmax extends MatrixTask {

    LogSoftmax(Batch batch) {
      super(batch);
    }

    @Override
    public double run() {
      try (AutoGradMode off = new NoGradGuard()) {
        log_softmax_out(result, logits, LAST_AXIS).close();
      }
      return Double.NaN;
    }
  }

  /** The function that is meant for it, which makes a matrix for the log-softmax in each call. */
  static final class Loss extends PyTorchTask {

    Loss(Batch batch) {
      super(batch);
    }

    @Override
    public String way() {
      return "cross_entropy_loss";
    }

    @Override
    public double run() {
      try (AutoGradMode off = new NoGradGuard();
          Tensor loss = cross_entropy_loss(logits, labels)) {
        return loss.item_float();
      }
    }

    @Override
    public void fetch() {}
  }

  /** What that does, with a matrix that stays. */
  static final class LossByKernels extends MatrixTask {

    LossByKernels(Batch batch) {
      super(batch);
    }

    @Override
    public String way() {
      return "kernels";
    }

    @Override
    public double run() {
      try (PointerScope scope = new PointerScope();
          AutoGradMode off = new NoGradGuard()) {
        log_softmax_out(result, logits, LAST_AXIS);
        return nll_loss(result, labels).item_float();
      }
    }

    @Override
    public void fetch() {}
  }

  /** The formula: softmax, less 1 at the label, divided by the number of rows. */
  static final class LossAndGradient extends MatrixTask {

    private final Tensor columnOfLabels;
    private final Tensor atLabels;
    private final Tensor minusPerRow;
    private final Scalar perRow;

    LossAndGradient(Batch batch) {
      super(batch);
      columnOfLabels = labels.view(batch.rows(), 1);
      atLabels = empty(batch.rows(), 1);
      perRow = new Scalar(1f / batch.rows());
      minusPerRow = full(new long[] {batch.rows(), 1}, new Scalar(-1f / batch.rows()));
    }

    @Override
    public String way() {
      return "kernels";
    }

    @Override
    public double run() {
      try (PointerScope scope = new PointerScope();
          AutoGradMode off = new NoGradGuard()) {
        softmax_out(result, logits, LAST_AXIS);
        gather_out(atLabels, result, LAST_AXIS, columnOfLabels);
        result.mul_(perRow).scatter_add_(LAST_AXIS, columnOfLabels, minusPerRow);
        return -atLabels.log_().mean().item_float();
      }
    }
  }
}
