package io.github.softmax4j.peers;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import io.github.softmax4j.benchmarks.Batch;
import io.github.softmax4j.benchmarks.NativeTask;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.HashMap;
import java.util.Map;

/** A session with its inputs and outputs bound to buffers for good. */
final class OnnxTask extends NativeTask {

  private static final int CACHE_LINE = 64;

  private final Arena memory = Arena.ofShared();
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final Batch batch;
  private final long[] labelsOnHeap;
  private final FloatBuffer logits;
  private String way = "";
  private LongBuffer labels;
  private FloatBuffer result;
  private FloatBuffer loss;
  private final Map<String, OnnxTensor> inputs = new HashMap<>();
  private final Map<String, OnnxTensor> outputs = new HashMap<>();

  OnnxTask(OrtEnvironment environment, byte[] model, Batch batch) throws OrtException {
    this.environment = environment;
    this.batch = batch;
    try (SessionOptions options = new SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.setOptimizationLevel(SessionOptions.OptLevel.ALL_OPT);
      session = environment.createSession(model, options);
    }
    labelsOnHeap = batch.longLabels();
    logits = floats(batch.elements()).put(0, batch.logits());
    inputs.put(OnnxModels.LOGITS, OnnxTensor.createTensor(environment, logits, matrixShape()));
  }

  OnnxTask called(String name) {
    way = name;
    return this;
  }

  @Override
  public String way() {
    return way;
  }

  OnnxTask takesLabels(long... shape) throws OrtException {
    labels = bytes(Long.BYTES * (long) batch.rows()).asLongBuffer().put(0, labelsOnHeap);
    inputs.put(OnnxModels.LABELS, OnnxTensor.createTensor(environment, labels, shape));
    return this;
  }

  OnnxTask givesMatrix() throws OrtException {
    result = floats(batch.elements());
    outputs.put(OnnxModels.RESULT, OnnxTensor.createTensor(environment, result, matrixShape()));
    return this;
  }

  OnnxTask givesLoss() throws OrtException {
    loss = floats(1);
    outputs.put(OnnxModels.LOSS, OnnxTensor.createTensor(environment, loss, new long[0]));
    return this;
  }

  @Override
  protected void send() {
    logits.put(0, batch.logits());
    if (labels != null) {
      labels.put(0, labelsOnHeap);
    }
  }

  @Override
  public double run() throws OrtException {
    session.run(inputs, outputs).close();
    return loss == null ? Double.NaN : loss.get(0);
  }

  @Override
  public void fetch() {
    if (result != null) {
      result.get(0, batch.output());
    }
  }

  @Override
  public void close() {
    inputs.values().forEach(OnnxTensor::close);
    outputs.values().forEach(OnnxTensor::close);
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
    memory.close();
  }

  private long[] matrixShape() {
    return new long[] {batch.rows(), batch.classes()};
  }

  private FloatBuffer floats(int count) {
    return bytes(Float.BYTES * (long) count).asFloatBuffer();
  }

  private ByteBuffer bytes(long count) {
    return memory.allocate(count, CACHE_LINE).asByteBuffer().order(ByteOrder.nativeOrder());
  }
}
