package io.github.softmax4j.peers;

import static org.bytedeco.pytorch.global.torch.get_cpu_capability;
import static org.bytedeco.pytorch.global.torch.get_num_threads;
import static org.bytedeco.pytorch.global.torch.set_num_interop_threads;
import static org.bytedeco.pytorch.global.torch.set_num_threads;

import io.github.softmax4j.benchmarks.Batch;
import io.github.softmax4j.benchmarks.Operation;
import io.github.softmax4j.benchmarks.Peer;
import io.github.softmax4j.benchmarks.PeerTask;
import java.util.List;

/** PyTorch's C++ library: its kernels writing to tensors that are there, and its autograd. */
public final class PyTorchPeer implements Peer {

  /** Loads the library. */
  public PyTorchPeer() {
    set_num_threads(1);
    set_num_interop_threads(1);
  }

  @Override
  public String name() {
    return "PyTorch";
  }

  @Override
  public String description() {
    return ("CPU code %s, threads %d: softmax_out and log_softmax_out into tensors that are there;"
            + " loss by cross_entropy_loss and by kernels (log_softmax_out, nll_loss); gradient by"
            + " autograd (cross_entropy_loss, backward) and by kernels (softmax_out, gather, mul,"
            + " scatter_add)")
        .formatted(get_cpu_capability().getString(), get_num_threads());
  }

  @Override
  public List<PeerTask> tasks(Operation operation, Batch batch) {
    return switch (operation) {
      case SOFTMAX -> List.of(new PyTorchKernels.Softmax(batch));
      case LOG_SOFTMAX -> List.of(new PyTorchKernels.LogSoftmax(batch));
      case LOSS -> List.of(new PyTorchKernels.LossByKernels(batch), new PyTorchKernels.Loss(batch));
      case LOSS_AND_GRADIENT ->
          List.of(new PyTorchKernels.LossAndGradient(batch), new PyTorchAutograd(batch));
      default -> List.of();
    };
  }
}
