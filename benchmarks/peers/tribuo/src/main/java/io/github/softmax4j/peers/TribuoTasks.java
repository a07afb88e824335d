package io.github.softmax4j.peers;

import com.oracle.labs.mlrg.olcut.util.Pair;
import io.github.softmax4j.benchmarks.Batch;
import io.github.softmax4j.benchmarks.HeapTask;
import org.tribuo.classification.sgd.objectives.LogMulticlass;
import org.tribuo.math.la.DenseVector;
import org.tribuo.math.la.SGDVector;
import org.tribuo.math.util.ExpNormalizer;

/** Row by row, through a vector of doubles that stays. */
final class TribuoTasks {

  private TribuoTasks() {}

  private abstract static class RowTask extends HeapTask {

    final Batch batch;
    final double[] row;

    RowTask(Batch batch) {
      this.batch = batch;
      row = new double[batch.classes()];
    }

    /** Takes the logits in {@link #row}, leaves there what is to be stored, returns the loss. */
    abstract double ofRow(int index);

    @Override
    public double run() {
      double sum = 0;
      for (int index = 0; index < batch.rows(); index++) {
        load(index * batch.classes());
        sum += ofRow(index);
      }
      return sum / batch.rows();
    }

    private void load(int from) {
      for (int c = 0; c < row.length; c++) {
        row[c] = batch.logits()[from + c];
      }
    }

    final void store(int index, double factor) {
      int from = index * row.length;
      for (int c = 0; c < row.length; c++) {
        batch.output()[from + c] = (float) (factor * row[c]);
      }
    }
  }

  static final class Softmax extends RowTask {

    private final ExpNormalizer normalizer = new ExpNormalizer();

    Softmax(Batch batch) {
      super(batch);
    }

    @Override
    double ofRow(int index) {
      normalizer.normalizeInPlace(row);
      store(index, 1);
      return Double.NaN;
    }
  }

  /** A row as a vector; its array is copied, as the library wants to own it. */
  private abstract static class VectorTask extends RowTask {

    final DenseVector vector;

    VectorTask(Batch batch) {
      super(batch);
      vector = new DenseVector(batch.classes());
    }

    final void toVector() {
      for (int c = 0; c < row.length; c++) {
        vector.set(c, row[c]);
      }
    }

    final void fromVector() {
      for (int c = 0; c < row.length; c++) {
        row[c] = vector.get(c);
      }
    }
  }

  static final class LogSoftmax extends VectorTask {

    LogSoftmax(Batch batch) {
      super(batch);
    }

    @Override
    double ofRow(int index) {
      toVector();
      double logSumExp = vector.logSumExp();
      for (int c = 0; c < row.length; c++) {
        row[c] -= logSumExp;
      }
      store(index, 1);
      return Double.NaN;
    }
  }

  static final class Loss extends VectorTask {

    Loss(Batch batch) {
      super(batch);
    }

    @Override
    double ofRow(int index) {
      toVector();
      return vector.logSumExp() - row[batch.labels()[index]];
    }
  }

  /** The objective gives the log-likelihood and its gradient: both have the other sign. */
  static final class LossAndGradient extends VectorTask {

    private final LogMulticlass objective = new LogMulticlass();

    LossAndGradient(Batch batch) {
      super(batch);
    }

    @Override
    double ofRow(int index) {
      toVector();
      Pair<Double, SGDVector> likelihood = objective.lossAndGradient(batch.labels()[index], vector);
      fromVector();
      store(index, -1.0 / batch.rows());
      return -likelihood.getA();
    }
  }
}
