package io.github.softmax4j;

import java.util.EnumSet;
import java.util.Set;

/** What a loss can give beside itself and its gradient. */
enum LossOutput {
  ROW_LOSSES,
  Z_LOSSES,
  LOG_SUM_EXP,
  ENTROPY,
  LOG_PROBABILITIES,
  ARGMAX,
  CORRECT;

  /** All that the loss knows. */
  static Set<LossOutput> allOf(OptionedLoss c) {
    return c.hasTargets ? EnumSet.range(ROW_LOSSES, ARGMAX) : EnumSet.allOf(LossOutput.class);
  }

  /** Those but the log-probabilities, whose bits are those of log-softmax. */
  static Set<LossOutput> ofRows(OptionedLoss c) {
    Set<LossOutput> all = allOf(c);
    all.remove(LOG_PROBABILITIES);
    return all;
  }

  /** None, or what the loss cannot be without. */
  static Set<LossOutput> leastOf(OptionedLoss c) {
    return c.reduction == Reduction.NONE
        ? EnumSet.of(ROW_LOSSES)
        : EnumSet.noneOf(LossOutput.class);
  }
}
