package io.github.softmax4j.peers;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.loss.Loss;
import io.github.softmax4j.benchmarks.Batch;
import io.github.softmax4j.benchmarks.NativeTask;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;

/** Inputs that stay, and a result that each call replaces. */
abstract class DjlTask extends NativeTask {

  private static final int LAST_AXIS = 1;

  final NDArray logits;
  final NDArray labels;
  final NDManager manager;
  private final Batch batch;
  private final long[] labelsOnHeap;
  private NDArray result;

  private DjlTask(Engine engine, Batch batch) {
    this.batch = batch;
    manager = engine.newBaseManager();
    labelsOnHeap = batch.longLabels();
    logits = manager.create(batch.logits(), new Shape(batch.rows(), batch.classes()));
    labels = manager.create(labelsOnHeap, new Shape(batch.rows()));
  }

  static DjlTask softmax(Engine engine, Batch batch) {
    return new DjlTask(engine, batch) {
      @Override
      public double run() {
        keep(logits.softmax(LAST_AXIS));
        return Double.NaN;
      }
    };
  }

  static DjlTask logSoftmax(Engine engine, Batch batch) {
    return new DjlTask(engine, batch) {
      @Override
      public double run() {
        keep(logits.logSoftmax(LAST_AXIS));
        return Double.NaN;
      }
    };
  }

  static DjlTask loss(Engine engine, Batch batch) {
    return new DjlTask(engine, batch) {
      private final Loss loss = Loss.softmaxCrossEntropyLoss();

      @Override
      public double run() {
        try (NDManager scope = manager.newSubManager()) {
          logits.tempAttach(scope);
          labels.tempAttach(scope);
          return loss.evaluate(new NDList(labels), new NDList(logits)).getFloat();
        }
      }

      @Override
      public void fetch() {}
    };
  }

  /** An array that shares the logits' memory starts without a gradient, which is added to else. */
  static DjlTask lossAndGradient(Engine engine, Batch batch) {
    return new DjlTask(engine, batch) {
      private final Loss loss = Loss.softmaxCrossEntropyLoss();

      @Override
      public double run() {
        try (NDManager scope = manager.newSubManager();
            GradientCollector gradients = engine.newGradientCollector()) {
          labels.tempAttach(scope);
          NDArray leaf = logits.stopGradient();
          leaf.attach(scope);
          leaf.setRequiresGradient(true);
          NDArray mean = loss.evaluate(new NDList(labels), new NDList(leaf));
          gradients.backward(mean);
          NDArray gradient = leaf.getGradient();
          gradient.attach(manager);
          keep(gradient);
          return mean.getFloat();
        }
      }
    };
  }

  final void keep(NDArray newResult) {
    if (result != null) {
      result.close();
    }
    result = newResult;
  }

  @Override
  protected void send() {
    logits.set(FloatBuffer.wrap(batch.logits()));
    labels.set(LongBuffer.wrap(labelsOnHeap));
  }

  @Override
  public void fetch() {
    result.toByteBuffer(true).asFloatBuffer().get(0, batch.output());
  }

  @Override
  public void close() {
    manager.close();
  }
}
