package io.github.softmax4j.peers;

import static org.bytedeco.pytorch.global.torch.get_cpu_capability;
import static org.bytedeco.pytorch.global.torch.get_num_threads;
import static org.bytedeco.pytorch.global.torch.set_num_interop_threads;
import static org.bytedeco.pytorch.global.torch.set_num_threads;

import io.github.softmax4j.benchmarks.Batch;
import io.github.softmax4j.benchmarks.Peer;
import io.github.softmax4j.benchmarks.PeerTask;
import io.github.softmax4j.cli.Operation;
import java.util.List;

/** PyTorch's C++ library: its kernels writing to tensors that are there, and its autograd. */
public final class PyTorchPeer extends Peer {
  /** Loads the library. */
  public PyTorchPeer() {
    super(
        "PyTorch",
        threads()
            + ": softmax_out and log_softmax_out into tensors that are there;"
            + " loss by cross_entropy_loss and by kernels (log_softmax_out, nll_loss); gradient by"
            + " autograd (cross_entropy_loss, backward) and by kernels (softmax_out, gather, mul,"
            + " scatter_add)");
  }

  /** Holds the library to one thread; says how it runs. */
  static String threads() {
    set_num_threads(1);
    set_num_interop_threads(1);
    return "CPU code %s, threads %d".formatted(get_cpu_capability().getString(), get_num_threads());
  }

  @Override
  public List<PeerTask> tasks(Operation operation, Batch batch) {
    return switch (operation) {
      case SOFTMAX -> List.of(PyTorchTask.softmax(batch));
      case LOG_SOFTMAX -> List.of(PyTorchTask.logSoftmax(batch));
      case LOSS -> List.of(PyTorchTask.lossByKernels(batch), PyTorchTask.loss(batch));
      case LOSS_AND_GRADIENT ->
          List.of(PyTorchTask.gradientByKernels(batch), PyTorchTask.gradientByAutograd(batch));
      default -> List.of();
    };
  }
}
