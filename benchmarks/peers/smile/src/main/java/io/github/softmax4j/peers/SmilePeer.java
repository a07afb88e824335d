package io.github.softmax4j.peers;

import io.github.softmax4j.benchmarks.Batch;
import io.github.softmax4j.benchmarks.DoubleTask;
import io.github.softmax4j.benchmarks.Peer;
import io.github.softmax4j.benchmarks.PeerTask;
import io.github.softmax4j.cli.Operation;
import java.util.List;
import smile.math.MathEx;

/** Smile, which is pure Java and computes in double. */
public final class SmilePeer extends Peer {
  /** By its name. */
  public SmilePeer() {
    super(
        "Smile (in double)",
        "Pure Java, computes in double a row at a time, its native buffers are double[]:"
            + " MathEx.softmax in place; with MathEx.log and a difference, the loss and the"
            + " gradient as in its LogisticRegression, where they are private. No log-softmax");
  }

  @Override
  public List<PeerTask> tasks(Operation operation, Batch batch) {
    int[] labels = batch.labels();
    return switch (operation) {
      case SOFTMAX -> task(operation, batch, (index, row) -> MathEx.softmax(row));
      case LOSS -> task(operation, batch, (index, row) -> loss(row, labels[index]));
      case LOSS_AND_GRADIENT ->
          task(operation, batch, (index, row) -> gradient(row, labels[index], batch.rows()));
      default -> List.of();
    };
  }

  private static List<PeerTask> task(Operation operation, Batch batch, DoubleTask.Row ofRow) {
    return List.of(new DoubleTask(operation, batch, ofRow));
  }

  private static double loss(double[] row, int label) {
    MathEx.softmax(row);
    return -MathEx.log(row[label]);
  }

  private static double gradient(double[] row, int label, int rows) {
    double loss = loss(row, label);
    row[label] -= 1;
    for (int c = 0; c < row.length; c++) {
      row[c] /= rows;
    }
    return loss;
  }
}
