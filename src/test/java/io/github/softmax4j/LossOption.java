package io.github.softmax4j;

import java.util.Random;
import java.util.function.Consumer;

/** One option of the loss at a time, so strong that it shows where it is missing, and all. */
enum LossOption {
  PLAIN(false, c -> {}),
  Z_LOSS(false, c -> c.zLoss = 0.5),
  SOFT_CAP(false, c -> c.cap = 8),
  LOGIT_SCALE(false, c -> c.scale = 0.625f),
  FOCAL_HALF(false, c -> c.gamma = 0.5),
  FOCAL_ONE(false, c -> c.gamma = 1),
  FOCAL_TWO(false, c -> c.gamma = 2),
  CLASS_WEIGHTS(false, LossOption::weigh),
  SMOOTHING(false, c -> c.smoothing = 0.25),
  WEIGHTS_AND_SMOOTHING(
      false,
      c -> {
        weigh(c);
        c.smoothing = 0.25;
      }),
  ALL_OF_LABELS(false, LossOption::all),
  TARGETS(true, c -> {}),
  TARGETS_AND_WEIGHTS(true, LossOption::weigh),
  ALL_OF_TARGETS(true, LossOption::all);

  final boolean hasTargets;
  private final Consumer<OptionedLoss> setting;

  LossOption(boolean hasTargets, Consumer<OptionedLoss> setting) {
    this.hasTargets = hasTargets;
    this.setting = setting;
  }

  private static void weigh(OptionedLoss c) {
    c.classWeights = OptionedLoss.weights(new Random(c.classes), c.classes, false);
  }

  private static void all(OptionedLoss c) {
    weigh(c);
    c.smoothing = 0.25;
    c.zLoss = 0.5;
    c.cap = 8;
    c.scale = 0.625f;
  }

  OptionedLoss of(int rows, int classes, int inner) {
    Random random = new Random(31L * classes + rows);
    OptionedLoss c = new OptionedLoss(random, rows, classes, inner, hasTargets);
    setting.accept(c);
    return c;
  }

  /** Whether a part of the classes can be told its share of such a loss. */
  boolean hasParts() {
    OptionedLoss c = of(1, 2, 1);
    return !hasTargets && c.gamma == 0 && c.cap == 0 && c.scale == 1;
  }

  /** Whether a logit of infinity is still one when the loss sees it. */
  boolean keepsInfinity() {
    return of(1, 2, 1).cap == 0;
  }
}
