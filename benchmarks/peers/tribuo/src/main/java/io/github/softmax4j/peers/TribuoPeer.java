package io.github.softmax4j.peers;

import com.oracle.labs.mlrg.olcut.util.Pair;
import io.github.softmax4j.benchmarks.Batch;
import io.github.softmax4j.benchmarks.DoubleTask;
import io.github.softmax4j.benchmarks.Peer;
import io.github.softmax4j.benchmarks.PeerTask;
import io.github.softmax4j.cli.Operation;
import java.util.List;
import org.tribuo.classification.sgd.objectives.LogMulticlass;
import org.tribuo.math.la.DenseVector;
import org.tribuo.math.la.SGDVector;
import org.tribuo.math.util.ExpNormalizer;

/** Tribuo, which is pure Java and computes in double. */
public final class TribuoPeer extends Peer {
  /** By its name. */
  public TribuoPeer() {
    super(
        "Tribuo (in double)",
        "Pure Java, computes in double a row at a time, its native buffers are double[]:"
            + " ExpNormalizer; DenseVector.logSumExp; the LogMulticlass objective for the"
            + " gradient");
  }

  @Override
  public List<PeerTask> tasks(Operation operation, Batch batch) {
    ExpNormalizer normalizer = new ExpNormalizer();
    LogMulticlass objective = new LogMulticlass();
    DenseVector vector = new DenseVector(batch.classes());
    int[] labels = batch.labels();
    return switch (operation) {
      case SOFTMAX -> task(operation, batch, (index, row) -> softmax(normalizer, row));
      case LOG_SOFTMAX -> task(operation, batch, (index, row) -> logSoftmax(vector, row));
      case LOSS ->
          task(operation, batch, (index, row) -> logSumExp(vector, row) - row[labels[index]]);
      case LOSS_AND_GRADIENT ->
          task(
              operation,
              batch,
              (index, row) -> gradient(objective, labels[index], vector, row, batch.rows()));
      default -> List.of();
    };
  }

  private static List<PeerTask> task(Operation operation, Batch batch, DoubleTask.Row ofRow) {
    return List.of(new DoubleTask(operation, batch, ofRow));
  }

  private static double softmax(ExpNormalizer normalizer, double[] row) {
    normalizer.normalizeInPlace(row);
    return Double.NaN;
  }

  /** A row is copied, as the vector wants to own its array. */
  private static double logSumExp(DenseVector vector, double[] row) {
    for (int c = 0; c < row.length; c++) {
      vector.set(c, row[c]);
    }
    return vector.logSumExp();
  }

  private static double logSoftmax(DenseVector vector, double[] row) {
    double logSumExp = logSumExp(vector, row);
    for (int c = 0; c < row.length; c++) {
      row[c] -= logSumExp;
    }
    return Double.NaN;
  }

  /** The objective gives the log-likelihood and its gradient: both have the other sign. */
  private static double gradient(
      LogMulticlass objective, int label, DenseVector vector, double[] row, int rows) {
    for (int c = 0; c < row.length; c++) {
      vector.set(c, row[c]);
    }
    Pair<Double, SGDVector> likelihood = objective.lossAndGradient(label, vector);
    for (int c = 0; c < row.length; c++) {
      row[c] = -vector.get(c) / rows;
    }
    return -likelihood.getA();
  }
}
