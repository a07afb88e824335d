package io.github.softmax4j.peers;

import com.oracle.labs.mlrg.olcut.util.Pair;
import io.github.softmax4j.benchmarks.Batch;
import io.github.softmax4j.benchmarks.HeapTask;
import io.github.softmax4j.benchmarks.Operation;
import io.github.softmax4j.benchmarks.Peer;
import io.github.softmax4j.benchmarks.PeerTask;
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
        "Tribuo",
        "Pure Java, computes in double a row at a time, to which floats are converted and back:"
            + " ExpNormalizer; DenseVector.logSumExp; the LogMulticlass objective for the"
            + " gradient");
  }

  /** Takes the logits of a row, leaves in their place what is to be stored, gives the loss. */
  private interface Row {
    double run(int index, double[] row);
  }

  @Override
  public List<PeerTask> tasks(Operation operation, Batch batch) {
    ExpNormalizer normalizer = new ExpNormalizer();
    LogMulticlass objective = new LogMulticlass();
    DenseVector vector = new DenseVector(batch.classes());
    return switch (operation) {
      case SOFTMAX -> task(batch, 1, (index, row) -> softmax(normalizer, row));
      case LOG_SOFTMAX -> task(batch, 1, (index, row) -> logSoftmax(vector, row));
      case LOSS ->
          task(batch, 0, (index, row) -> logSumExp(vector, row) - row[batch.labels()[index]]);
      case LOSS_AND_GRADIENT ->
          task(
              batch,
              -1.0 / batch.rows(),
              (index, row) -> gradient(objective, batch.labels()[index], vector, row));
      default -> List.of();
    };
  }

  /**
   * Row by row, through a row of doubles that stays.
   *
   * @param factor of what is stored; 0 if nothing is
   */
  private static List<PeerTask> task(Batch batch, double factor, Row ofRow) {
    double[] row = new double[batch.classes()];
    return List.of(
        new HeapTask(
            () -> {
              double sum = 0;
              for (int index = 0; index < batch.rows(); index++) {
                int from = index * row.length;
                for (int c = 0; c < row.length; c++) {
                  row[c] = batch.logits()[from + c];
                }
                sum += ofRow.run(index, row);
                for (int c = 0; factor != 0 && c < row.length; c++) {
                  batch.output()[from + c] = (float) (factor * row[c]);
                }
              }
              return sum / batch.rows();
            }));
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
      LogMulticlass objective, int label, DenseVector vector, double[] row) {
    for (int c = 0; c < row.length; c++) {
      vector.set(c, row[c]);
    }
    Pair<Double, SGDVector> likelihood = objective.lossAndGradient(label, vector);
    for (int c = 0; c < row.length; c++) {
      row[c] = vector.get(c);
    }
    return -likelihood.getA();
  }
}
