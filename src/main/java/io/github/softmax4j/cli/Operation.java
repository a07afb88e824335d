package io.github.softmax4j.cli;

import java.util.Arrays;
import java.util.Set;

/**
 * The operations on logits: their names, inputs, outputs and options. This table serves the
 * self-check, the tests and the benchmarks. Each of them calls the operations in its own way.
 */
public enum Operation {
  SOFTMAX("softmax", Kind.SOFTMAX, Input.LOGITS),
  LOG_SOFTMAX("logSoftmax", Kind.LOG_SOFTMAX, Input.LOGITS),
  LOG_SUM_EXP("logSumExp", Kind.LOG_SUM_EXP, Input.LOGITS),
  LOSS("loss", Kind.LOSS, Input.LABELS),
  LOSS_AND_GRADIENT("lossAndGradient", Kind.LOSS_AND_GRADIENT, Input.LABELS),
  TARGET_LOSS("targetLoss", Kind.LOSS, Input.TARGETS),
  TARGET_LOSS_AND_GRADIENT("targetLossAndGradient", Kind.LOSS_AND_GRADIENT, Input.TARGETS),
  SOFTMAX_BACKWARD("softmaxBackward", Kind.SOFTMAX_BACKWARD, Input.UPSTREAM),
  LOG_SOFTMAX_BACKWARD("logSoftmaxBackward", Kind.LOG_SOFTMAX_BACKWARD, Input.UPSTREAM),

  /** Of logits times {@link #LOGIT_SCALE}; each row ends at a length of its own. */
  MASKED_SOFTMAX("maskedSoftmax", Kind.SOFTMAX, Input.LOGITS, Option.SCALE, Option.LENGTHS),
  SMOOTHED_LOSS_AND_GRADIENT(
      "smoothedLossAndGradient", Kind.LOSS_AND_GRADIENT, Input.LABELS, Option.SMOOTHING),
  WEIGHTED_LOSS("weightedLoss", Kind.LOSS, Input.LABELS, Option.SMOOTHING, Option.WEIGHTS),
  WEIGHTED_LOSS_AND_GRADIENT(
      "weightedLossAndGradient",
      Kind.LOSS_AND_GRADIENT,
      Input.LABELS,
      Option.SMOOTHING,
      Option.WEIGHTS),
  Z_LOSS_AND_GRADIENT("zLossAndGradient", Kind.LOSS_AND_GRADIENT, Input.LABELS, Option.Z_LOSS),
  LADEN_LOSS_AND_GRADIENT(
      "ladenLossAndGradient",
      Kind.LOSS_AND_GRADIENT,
      Input.LABELS,
      Option.SMOOTHING,
      Option.WEIGHTS,
      Option.Z_LOSS,
      Option.IGNORE_INDEX,
      Option.SUM);

  /** What is computed, whatever it is computed from and with what options. */
  public enum Kind {
    SOFTMAX,
    LOG_SOFTMAX,
    LOG_SUM_EXP,
    LOSS,
    LOSS_AND_GRADIENT,
    SOFTMAX_BACKWARD,
    LOG_SOFTMAX_BACKWARD
  }

  /** What an operation reads. */
  public enum Input {
    LOGITS,
    /** Logits, and a label of each row. */
    LABELS,
    /** Logits, and a target of each logit. */
    TARGETS,
    /** What the forward operation gave, and the gradient with respect to it. */
    UPSTREAM
  }

  /** What changes the logits, the targets or the loss. */
  public enum Option {
    SCALE,
    LENGTHS,
    SMOOTHING,
    WEIGHTS,
    Z_LOSS,
    IGNORE_INDEX,
    /** The loss of the batch is the sum over the rows, not the mean. */
    SUM
  }

  /** The factor of the logits for {@link Option#SCALE}. */
  public static final double LOGIT_SCALE = 0.5;

  /** The label smoothing for {@link Option#SMOOTHING}. */
  public static final double SMOOTHING = 0.1;

  /** The factor of the z-loss for {@link Option#Z_LOSS}. */
  public static final double Z_LOSS = 1e-4;

  private final String methodName;
  private final Kind kind;
  private final Input input;
  private final Set<Option> options;

  Operation(String methodName, Kind kind, Input input, Option... options) {
    this.methodName = methodName;
    this.kind = kind;
    this.input = input;
    this.options = Set.of(options);
  }

  /** The operation with this name. */
  public static Operation ofMethod(String methodName) {
    return Arrays.stream(values())
        .filter(operation -> operation.methodName.equals(methodName))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no operation is called " + methodName));
  }

  /** The number of classes that a row keeps of its {@link Option#LENGTHS}: at least one. */
  public static int length(int row, int classes) {
    return classes - row % classes;
  }

  /** The name that people read and write. */
  public String methodName() {
    return methodName;
  }

  /** What is computed. */
  public Kind kind() {
    return kind;
  }

  /** What is read. */
  public Input input() {
    return input;
  }

  /** Whether the operation has this option. */
  public boolean has(Option option) {
    return options.contains(option);
  }

  /** Whether there are no options. */
  public boolean isPlain() {
    return options.isEmpty();
  }

  /** Whether the operation is a gradient with respect to logits that are not read. */
  public boolean isBackward() {
    return input == Input.UPSTREAM;
  }

  /** Whether there is a loss of the whole batch. */
  public boolean hasLoss() {
    return kind == Kind.LOSS || kind == Kind.LOSS_AND_GRADIENT;
  }

  /** Whether there can be a result of each row. */
  public boolean hasPerRow() {
    return kind == Kind.LOG_SUM_EXP || hasLoss();
  }

  /** Whether there is a result of each logit. */
  public boolean hasMatrix() {
    return kind != Kind.LOG_SUM_EXP && kind != Kind.LOSS;
  }

  /** Whether there is a label of each row. */
  public boolean hasLabels() {
    return input == Input.LABELS;
  }

  /** Whether there is a target of each logit. */
  public boolean hasTargets() {
    return input == Input.TARGETS;
  }

  /**
   * The number of values that a call must read and write, each once. Row losses, weights and
   * lengths do not count.
   */
  public long values(long rows, long classes) {
    int matrices = (hasTargets() || isBackward() ? 2 : 1) + (hasMatrix() ? 1 : 0);
    boolean hasColumn = hasLabels() || kind == Kind.LOG_SUM_EXP;
    return rows * (classes * matrices + (hasColumn ? 1 : 0));
  }

  @Override
  public String toString() {
    return methodName;
  }
}
