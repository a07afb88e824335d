package io.github.softmax4j.peers;

import static org.bytedeco.pytorch.global.torch.empty;

import io.github.softmax4j.benchmarks.Batch;
import io.github.softmax4j.benchmarks.NativeTask;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Tensors for the logits and the labels, and how to get at their memory. */
abstract class PyTorchTask extends NativeTask {

  static final int LAST_AXIS = 1;

  final Batch batch;
  final Tensor logits;
  final Tensor labels;
  private final long[] labelsOnHeap;
  private final FloatBuffer logitsMemory;
  private final LongBuffer labelsMemory;

  PyTorchTask(Batch batch) {
    this.batch = batch;
    logits = empty(batch.rows(), batch.classes());
    labels = longs(batch.rows());
    labelsOnHeap = batch.longLabels();
    logitsMemory = memory(logits);
    labelsMemory = labels.data_ptr_long().capacity(batch.rows()).asBuffer();
    send();
  }

  @Override
  protected final void send() {
    logitsMemory.put(0, batch.logits());
    labelsMemory.put(0, labelsOnHeap);
  }

  @Override
  public void close() {
    logits.close();
    labels.close();
  }

  static FloatBuffer memory(Tensor tensor) {
    return tensor.data_ptr_float().capacity(tensor.numel()).asBuffer();
  }

  static Tensor longs(long... shape) {
    TensorOptions options = new TensorOptions(ScalarType.Long);
    return empty(shape, options, new MemoryFormatOptional());
  }
}
