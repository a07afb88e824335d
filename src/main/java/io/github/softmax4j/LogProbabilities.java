package io.github.softmax4j;

import static io.github.softmax4j.Active.KERNEL;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.LossRequest;
import io.github.softmax4j.internal.Matrix;
import io.github.softmax4j.internal.RowArray;
import io.github.softmax4j.internal.RowWeights;
import io.github.softmax4j.internal.Staged;

/** The log-probabilities of a {@link Minibatch}, which an operation beside the loss writes. */
final class LogProbabilities {

  private static final String NAME = "logProbabilities";

  private LogProbabilities() {}

  /** They may take the logits' place, and share nothing with all else of a batch. */
  static void check(Call call, Minibatch batch) {
    LossRequest loss = call.loss;
    Matrix place = loss.logProbabilities;
    Arguments.matrix(call, NAME, place, batch.logProbabilities);
    Arguments.outApart(call, NAME, place);
    if (call.out.isGiven) {
      Checks.apart("gradient", call.out, NAME, place, call);
    }
    apart(call, "rowWeights", loss.rowWeights);
    apart(call, "upstream", loss.upstream);
    apart(call, "rowLosses", call.perRow);
    apart(call, "zLosses", loss.zLosses);
    apart(call, "logSumExp", loss.logSumExp);
    apart(call, "entropy", loss.entropy);
  }

  private static void apart(Call call, String name, RowArray<float[]> values) {
    Checks.apartFromMatrix(
        name, values.array, values.offset, NAME, call.loss.logProbabilities, call);
  }

  /** Writes those of a batch that has been checked. */
  static void write(Minibatch batch, CrossEntropy loss) {
    Call call = Arguments.begin(batch.logits, NAME, batch.logProbabilities);
    if (batch.partials != null) {
      Arguments.partials(call, batch.partials, batch.firstClass, batch.allClasses);
    }
    boolean leavesOut = loss.options.leavesOutNan() && batch.targets != null;
    if (loss.transform.isIdentity() && !leavesOut) {
      KERNEL.logSoftmax(call);
    } else {
      call.transform = loss.transform;
      call.mask = leavesOut ? batch.leftOut() : null;
      Staged.of(KERNEL, call).logSoftmax(call);
    }
    clearIgnored(call, batch, loss);
    call.end();
  }

  private static void clearIgnored(Call call, Minibatch batch, CrossEntropy loss) {
    call.loss.begin(loss.options);
    call.labels.takeRows(batch.labels, 0);
    call.longLabels.takeRows(batch.longLabels, 0);
    call.loss.rowWeights.takeRows(batch.rowWeights, 0);
    if (batch.targets != null) {
      Arguments.matrix(call, "targets", call.targets, batch.targets);
    }
    if (RowWeights.areAllOne(call)) {
      return;
    }
    for (int r = 0; r < call.rows; r++) {
      if (RowWeights.of(call, r) == 0) {
        call.out.clearRow(r, call.classes);
      }
    }
  }
}
