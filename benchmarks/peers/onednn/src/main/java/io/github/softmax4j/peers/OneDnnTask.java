package io.github.softmax4j.peers;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_execute;
import static org.bytedeco.dnnl.global.dnnl.dnnl_stream_wait;

import io.github.softmax4j.benchmarks.Batch;
import io.github.softmax4j.benchmarks.NativeTask;
import java.nio.FloatBuffer;
import java.util.function.ToDoubleFunction;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.softmax_forward;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.FloatPointer;

/** One primitive with its memory, and what is left for Java to do after it. */
final class OneDnnTask extends NativeTask {

  private static final int SUCCESS = 0;
  private static final int LAST_AXIS = 1;
  private static final int ARGUMENTS = 2;

  private final ToDoubleFunction<OneDnnTask> finish;
  private final Batch batch;
  private final FloatBuffer logits;
  private final FloatBuffer result;
  private final softmax_forward primitive;
  private final stream stream;
  private final memory source;
  private final memory destination;
  private final dnnl_exec_arg_t arguments;

  /**
   * @param finish what is to be done after the primitive; gives the loss, if there is one
   */
  private OneDnnTask(
      engine engine,
      algorithm algorithm,
      float factor,
      Batch batch,
      ToDoubleFunction<OneDnnTask> finish) {
    this.finish = finish;
    this.batch = batch;
    memory.desc matrix = matrix(batch.rows(), batch.classes());
    source = new memory(matrix, engine);
    destination = new memory(matrix, engine);
    logits = floats(source, batch.elements()).put(0, batch.logits());
    result = floats(destination, batch.elements());
    stream = new stream(engine);
    primitive = primitive(engine, algorithm, matrix, factor);
    arguments = new dnnl_exec_arg_t(ARGUMENTS);
    set(0, DNNL_ARG_SRC, source);
    set(1, DNNL_ARG_DST, destination);
  }

  static OneDnnTask softmax(engine engine, Batch batch) {
    return new OneDnnTask(engine, algorithm.softmax_accurate, 1, batch, task -> Double.NaN);
  }

  static OneDnnTask logSoftmax(engine engine, Batch batch) {
    return new OneDnnTask(engine, algorithm.softmax_log, 1, batch, task -> Double.NaN);
  }

  static OneDnnTask loss(engine engine, Batch batch) {
    return new OneDnnTask(engine, algorithm.softmax_log, 1, batch, OneDnnTask::lossAtLabels);
  }

  static OneDnnTask lossAndGradient(engine engine, Batch batch) {
    float factor = 1f / batch.rows();
    algorithm softmax = algorithm.softmax_accurate;
    return new OneDnnTask(engine, softmax, factor, batch, OneDnnTask::finishGradient);
  }

  private double lossAtLabels() {
    double sum = 0;
    for (int row = 0; row < batch.rows(); row++) {
      sum -= result.get(row * batch.classes() + batch.labels()[row]);
    }
    return sum / batch.rows();
  }

  private double finishGradient() {
    float perRow = 1f / batch.rows();
    double sum = 0;
    for (int row = 0; row < batch.rows(); row++) {
      int label = row * batch.classes() + batch.labels()[row];
      float scaled = result.get(label);
      sum -= Math.log((double) scaled * batch.rows());
      result.put(label, scaled - perRow);
    }
    return sum / batch.rows();
  }

  @Override
  public double run() {
    if (dnnl_primitive_execute(primitive.get(), stream.get(), ARGUMENTS, arguments) != SUCCESS
        || dnnl_stream_wait(stream.get()) != SUCCESS) {
      throw new IllegalStateException("oneDNN reports a failure");
    }
    return finish.applyAsDouble(this);
  }

  @Override
  protected void send() {
    logits.put(0, batch.logits());
  }

  @Override
  public void fetch() {
    result.get(0, batch.output());
  }

  @Override
  public void close() {
    arguments.close();
    primitive.close();
    stream.close();
    destination.close();
    source.close();
  }

  /** Results can be multiplied by a factor while they are at hand. */
  private static softmax_forward primitive(
      engine engine, algorithm kind, memory.desc matrix, float factor) {
    try (primitive_attr attributes = new primitive_attr();
        post_ops after = new post_ops()) {
      if (factor != 1) {
        after.append_eltwise(algorithm.eltwise_linear, factor, 0);
        attributes.set_post_ops(after);
      }
      return new softmax_forward(
          new softmax_forward.primitive_desc(
              engine,
              prop_kind.forward_inference,
              kind,
              matrix,
              matrix,
              LAST_AXIS,
              attributes,
              false));
    }
  }

  private static memory.desc matrix(int rows, int columns) {
    return new memory.desc(new long[] {rows, columns}, memory.data_type.f32, memory.format_tag.ab);
  }

  private static FloatBuffer floats(memory memory, int count) {
    return new FloatPointer(memory.get_data_handle()).capacity(count).asBuffer();
  }

  private void set(int index, int argument, memory memory) {
    arguments.position(index).arg(argument).memory(memory.get());
    arguments.position(0);
  }
}
