package io.github.softmax4j.peers;

import static org.bytedeco.pytorch.global.torch.cross_entropy_loss;
import static org.bytedeco.pytorch.global.torch.linear;
import static org.bytedeco.pytorch.global.torch.zeros;

import io.github.softmax4j.benchmarks.FusedData;
import io.github.softmax4j.benchmarks.FusedPeer;
import io.github.softmax4j.benchmarks.NativeTask;
import io.github.softmax4j.benchmarks.PeerTask;
import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** PyTorch's linear layer, loss and autograd, as a training step has them. */
public final class PyTorchFusedPeer extends FusedPeer {

  /** Loads the library. */
  public PyTorchFusedPeer() {
    super("PyTorch", PyTorchPeer.threads() + ": linear, cross_entropy_loss, backward");
  }

  @Override
  public PeerTask task(FusedData data) {
    return new Step(data);
  }

  @SuppressWarnings("try") // scopes are there to be closed only
  private static final class Step extends NativeTask {

    private final FusedData data;
    private final Tensor input;
    private final Tensor weights;
    private final Tensor bias;
    private final Tensor labels;

    Step(FusedData data) {
      this.data = data;
      try (PointerScope scope = new PointerScope()) {
        input = parameter(data.rows(), data.features());
        weights = parameter(data.classes(), data.features());
        bias = parameter(data.classes());
        labels = PyTorchTask.longs(data.rows()).retainReference();
      }
      send();
    }

    /** With a gradient whose memory is there before the first call. */
    private static Tensor parameter(long... shape) {
      Tensor parameter = zeros(shape);
      parameter.requires_grad_(true);
      parameter.mutable_grad().put(zeros(shape).fill_(new Scalar(1f)));
      return parameter.retainReference();
    }

    @Override
    protected void send() {
      PyTorchTask.memory(input).put(0, data.input());
      PyTorchTask.memory(weights).put(0, data.weights());
      PyTorchTask.memory(bias).put(0, data.bias());
      labels
          .data_ptr_long()
          .capacity(data.rows())
          .put(Arrays.stream(data.labels()).asLongStream().toArray());
    }

    /** The gradients of the call before are let go first, else they would be added to. */
    @Override
    public double run() {
      try (PointerScope scope = new PointerScope()) {
        input.mutable_grad().reset();
        weights.mutable_grad().reset();
        bias.mutable_grad().reset();
        Tensor loss = cross_entropy_loss(linear(input, weights, bias), labels);
        loss.backward();
        return loss.item_float();
      }
    }

    @Override
    public void fetch() {
      try (PointerScope scope = new PointerScope()) {
        PyTorchTask.memory(input.grad()).get(0, data.inputGradient());
        PyTorchTask.memory(weights.grad()).get(0, data.weightGradient());
        PyTorchTask.memory(bias.grad()).get(0, data.biasGradient());
      }
    }

    @Override
    public void close() {
      input.close();
      weights.close();
      bias.close();
      labels.close();
    }
  }
}
