package io.github.softmax4j.peers;

import io.github.softmax4j.benchmarks.Batch;
import io.github.softmax4j.benchmarks.HeapTask;
import io.github.softmax4j.benchmarks.Peer;
import io.github.softmax4j.benchmarks.PeerTask;
import io.github.softmax4j.cli.Operation;
import java.util.List;

/** What one would write oneself in an afternoon, with the exponential of the Vector API. */
public final class AfternoonPeer extends Peer {
  /** By its name. */
  public AfternoonPeer() {
    super(
        "Plain Vector API",
        "Written for this comparison: three passes over each row, FloatVector.lanewise(EXP)");
  }

  /** What is done with the row that begins at an index of the logits; gives its loss. */
  private interface Row {
    double run(int row, int from);
  }

  @Override
  public List<PeerTask> tasks(Operation operation, Batch b) {
    return switch (operation) {
      case SOFTMAX -> task(b, (row, from) -> exponentials(b, from, 1));
      case LOG_SOFTMAX -> task(b, (row, from) -> logSoftmax(b, from));
      case LOSS -> task(b, (row, from) -> logSumExp(b, from) - b.logits()[from + b.labels()[row]]);
      case LOSS_AND_GRADIENT -> task(b, (row, from) -> gradient(b, row, from));
      default -> List.of();
    };
  }

  private static List<PeerTask> task(Batch batch, Row ofRow) {
    return List.of(
        new HeapTask(
            () -> {
              double sum = 0;
              for (int row = 0; row < batch.rows(); row++) {
                sum += ofRow.run(row, row * batch.classes());
              }
              return sum / batch.rows();
            }));
  }

  /** Leaves the probabilities times a factor; gives the logarithm of the sum. */
  private static double exponentials(Batch b, int from, float factor) {
    float max = RowLoops.max(b.logits(), from, b.classes());
    float sum = RowLoops.exponentials(b.logits(), b.output(), from, b.classes(), max);
    RowLoops.scale(b.output(), from, b.classes(), factor / sum);
    return Math.log(sum) + max;
  }

  private static double logSumExp(Batch b, int from) {
    float max = RowLoops.max(b.logits(), from, b.classes());
    return Math.log(RowLoops.sumOfExponentials(b.logits(), from, b.classes(), max)) + max;
  }

  private static double logSoftmax(Batch b, int from) {
    float logSumExp = (float) logSumExp(b, from);
    RowLoops.subtract(b.logits(), b.output(), from, b.classes(), logSumExp);
    return Double.NaN;
  }

  private static double gradient(Batch b, int row, int from) {
    int label = from + b.labels()[row];
    float perRow = 1f / b.rows();
    double logSumExp = exponentials(b, from, perRow);
    b.output()[label] -= perRow;
    return logSumExp - b.logits()[label];
  }
}
