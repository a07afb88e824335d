package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertThrows;

/** The smallest budget of a batch, as the refusal of a smaller one states it. */
final class LinearNeeds {

  private LinearNeeds() {}

  /** With gradients; 1 if the batch needs nothing. */
  static long bytes(LinearCrossEntropy loss, LinearBatch batch) {
    batch.workspace(LinearWorkspace.ofBytes(1));
    for (int r = 0; r < batch.rows.outer; r++) {
      if (isKept(loss, batch.rows, r)) {
        String message =
            assertThrows(IllegalStateException.class, () -> loss.lossAndGradients(batch))
                .getMessage();
        return bytes(message);
      }
    }
    return 1;
  }

  /** The last number of the message. */
  static long bytes(String message) {
    return Long.parseLong(message.substring(message.lastIndexOf(' ') + 1));
  }

  private static boolean isKept(LinearCrossEntropy loss, Minibatch rows, int r) {
    boolean hasWeight =
        !rows.rowWeights.isGiven() || rows.rowWeights.array[rows.rowWeights.offset + r] != 0;
    long label =
        rows.targets != null
            ? 0
            : rows.labels.isGiven()
                ? rows.labels.array[rows.labels.offset + r]
                : rows.longLabels.array[rows.longLabels.offset + r];
    boolean ignores = loss.crossEntropy.options.ignores();
    return hasWeight && !(ignores && rows.targets == null && label == OptionedLoss.IGNORED);
  }
}
