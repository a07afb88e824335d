package io.github.softmax4j.benchmarks;

/** What a {@link PairedDriver} can be asked to call, with a name for people to read. */
public enum PairedOperation {
  SOFTMAX("softmax"),
  SOFTMAX_IN_PLACE("softmax in place"),
  LOG_SOFTMAX("log-softmax"),
  LOG_SUM_EXP("log-sum-exp"),
  LOSS("loss"),
  LOSS_AND_GRADIENT("loss+gradient"),
  TARGET_LOSS("loss, targets"),
  TARGET_LOSS_AND_GRADIENT("loss+gradient, targets"),
  SMOOTHED_LOSS_AND_GRADIENT("loss+gradient, smoothing"),
  WEIGHTED_LOSS("loss, smoothing and weights"),
  WEIGHTED_LOSS_AND_GRADIENT("loss+gradient, smoothing and weights"),
  Z_LOSS_AND_GRADIENT("loss+gradient, z-loss"),
  SOFTMAX_BACKWARD("softmax backward"),
  LOG_SOFTMAX_BACKWARD("log-softmax backward");

  private final String label;

  PairedOperation(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }
}
