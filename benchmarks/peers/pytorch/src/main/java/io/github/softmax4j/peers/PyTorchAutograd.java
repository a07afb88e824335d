package io.github.softmax4j.peers;

import static org.bytedeco.pytorch.global.torch.cross_entropy_loss;

import io.github.softmax4j.benchmarks.Batch;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** Loss and gradient as a training step has them: the loss, then {@code backward}. */
@SuppressWarnings("try") // scopes are there to be closed only
final class PyTorchAutograd extends PyTorchTask {

  PyTorchAutograd(Batch batch) {
    super(batch);
    logits.requires_grad_(true);
  }

  @Override
  public String way() {
    return "autograd";
  }

  /** The gradient of the call before is let go first, else it would be added to. */
  @Override
  public double run() {
    try (PointerScope scope = new PointerScope()) {
      logits.mutable_grad().reset();
      Tensor loss = cross_entropy_loss(logits, labels);
      loss.backward();
      return loss.item_float();
    }
  }

  @Override
  public void fetch() {
    try (PointerScope scope = new PointerScope()) {
      memory(logits.grad()).get(0, batch.output());
    }
  }
}
