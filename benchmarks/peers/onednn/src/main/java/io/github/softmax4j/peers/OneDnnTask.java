package io.github.softmax4j.peers;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_ATTR_SCALES;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_execute;
import static org.bytedeco.dnnl.global.dnnl.dnnl_stream_wait;

import io.github.softmax4j.benchmarks.Batch;
import io.github.softmax4j.benchmarks.NativeTask;
import java.nio.FloatBuffer;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.softmax_forward;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.FloatPointer;

/** One primitive with its memory, and what is left for Java to do after it. */
abstract class OneDnnTask extends NativeTask {

  private static final int SUCCESS = 0;
  private static final int LAST_AXIS = 1;

  final Batch batch;
  final FloatBuffer logits;
  final FloatBuffer result;
  private final softmax_forward primitive;
  private final stream stream;
  private final memory source;
  private final memory destination;
  private final memory divisor;
  private final dnnl_exec_arg_t arguments;
  private final int argumentCount;

  private OneDnnTask(engine engine, algorithm algorithm, float divideBy, Batch batch) {
    this.batch = batch;
    memory.desc matrix = matrix(batch.rows(), batch.classes());
    source = new memory(matrix, engine);
    destination = new memory(matrix, engine);
    divisor = new memory(matrix(1, 1), engine);
    logits = floats(source, batch.elements()).put(0, batch.logits());
    result = floats(destination, batch.elements());
    floats(divisor, 1).put(0, divideBy);
    stream = new stream(engine);
    argumentCount = divideBy == 1 ? 2 : 3;
    primitive = primitive(engine, algorithm, matrix, argumentCount == 3);
    arguments = new dnnl_exec_arg_t(argumentCount);
    set(0, DNNL_ARG_SRC, source);
    set(1, DNNL_ARG_DST, destination);
    if (argumentCount == 3) {
      set(2, DNNL_ARG_ATTR_SCALES | DNNL_ARG_DST, divisor);
    }
  }

  static OneDnnTask softmax(engine engine, Batch batch) {
    return new OneDnnTask(engine, algorithm.softmax_accurate, 1, batch) {
      @Override
      double finish() {
        return Double.NaN;
      }
    };
  }

  static OneDnnTask logSoftmax(engine engine, Batch batch) {
    return new OneDnnTask(engine, algorithm.softmax_log, 1, batch) {
      @Override
      double finish() {
        return Double.NaN;
      }
    };
  }

  static OneDnnTask loss(engine engine, Batch batch) {
    return new OneDnnTask(engine, algorithm.softmax_log, 1, batch) {
      @Override
      double finish() {
        double sum = 0;
        for (int row = 0; row < batch.rows(); row++) {
          sum -= result.get(row * batch.classes() + batch.labels()[row]);
        }
        return sum / batch.rows();
      }

      @Override
      public void fetch() {}
    };
  }

  static OneDnnTask lossAndGradient(engine engine, Batch batch) {
    return new OneDnnTask(engine, algorithm.softmax_accurate, batch.rows(), batch) {
      @Override
      double finish() {
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
    };
  }

  /**
   * What is to be done after the primitive.
   *
   * @return the loss, if there is one
   */
  abstract double finish();

  @Override
  public double run() {
    if (dnnl_primitive_execute(primitive.get(), stream.get(), argumentCount, arguments) != SUCCESS
        || dnnl_stream_wait(stream.get()) != SUCCESS) {
      throw new IllegalStateException("oneDNN reports a failure");
    }
    return finish();
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
    divisor.close();
    destination.close();
    source.close();
  }

  private static softmax_forward primitive(
      engine engine, algorithm algorithm, memory.desc matrix, boolean isDivided) {
    try (primitive_attr attributes = new primitive_attr()) {
      if (isDivided) {
        attributes.set_scales_mask(DNNL_ARG_DST, 0);
      }
      return new softmax_forward(
          new softmax_forward.primitive_desc(
              engine,
              prop_kind.forward_inference,
              algorithm,
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
