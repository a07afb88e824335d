package io.github.softmax4j;

/** The smallest budget of a batch, as the refusal of a smaller one states it. */
final class LinearNeeds {

  private LinearNeeds() {}

  /** With gradients; 1 if the batch needs nothing. */
  static long bytes(LinearCrossEntropy loss, LinearBatch batch) {
    batch.workspace(LinearWorkspace.ofBytes(1));
    try {
      loss.lossAndGradients(batch);
      return 1;
    } catch (IllegalStateException e) {
      String message = e.getMessage();
      return Long.parseLong(message.substring(message.lastIndexOf(' ') + 1));
    }
  }
}
