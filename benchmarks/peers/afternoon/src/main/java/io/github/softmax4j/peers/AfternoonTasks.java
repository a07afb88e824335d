package io.github.softmax4j.peers;

import io.github.softmax4j.benchmarks.Batch;
import io.github.softmax4j.benchmarks.HeapTask;

/** The operations as loops over rows. */
final class AfternoonTasks {

  private AfternoonTasks() {}

  private abstract static class RowTask extends HeapTask {

    final Batch batch;
    final float[] logits;
    final float[] output;
    final int classes;

    RowTask(Batch batch) {
      this.batch = batch;
      logits = batch.logits();
      output = batch.output();
      classes = batch.classes();
    }

    abstract double ofRow(int row, int from);

    @Override
    public double run() {
      double sum = 0;
      for (int row = 0; row < batch.rows(); row++) {
        sum += ofRow(row, row * classes);
      }
      return sum / batch.rows();
    }
  }

  static final class Softmax extends RowTask {

    Softmax(Batch batch) {
      super(batch);
    }

    @Override
    double ofRow(int row, int from) {
      float max = RowLoops.max(logits, from, classes);
      float sum = RowLoops.exponentials(logits, output, from, classes, max);
      RowLoops.scale(output, from, classes, 1 / sum);
      return Double.NaN;
    }
  }

  static final class LogSoftmax extends RowTask {

    LogSoftmax(Batch batch) {
      super(batch);
    }

    @Override
    double ofRow(int row, int from) {
      float max = RowLoops.max(logits, from, classes);
      float sum = RowLoops.sumOfExponentials(logits, from, classes, max);
      RowLoops.subtract(logits, output, from, classes, max + (float) Math.log(sum));
      return Double.NaN;
    }
  }

  static final class Loss extends RowTask {

    Loss(Batch batch) {
      super(batch);
    }

    @Override
    double ofRow(int row, int from) {
      float max = RowLoops.max(logits, from, classes);
      float sum = RowLoops.sumOfExponentials(logits, from, classes, max);
      return Math.log(sum) + (max - logits[from + batch.labels()[row]]);
    }
  }

  static final class LossAndGradient extends RowTask {

    LossAndGradient(Batch batch) {
      super(batch);
    }

    @Override
    double ofRow(int row, int from) {
      int label = from + batch.labels()[row];
      float perRow = 1f / batch.rows();
      float max = RowLoops.max(logits, from, classes);
      float sum = RowLoops.exponentials(logits, output, from, classes, max);
      RowLoops.scale(output, from, classes, perRow / sum);
      output[label] -= perRow;
      return Math.log(sum) + (max - logits[label]);
    }
  }
}
