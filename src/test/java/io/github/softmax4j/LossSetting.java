package io.github.softmax4j;

import java.util.Random;
import java.util.function.Consumer;

/** What the rows' losses become, and what their gradients are multiplied by. */
enum LossSetting {
  SUM(c -> c.reduction = Reduction.SUM),
  MEAN(c -> c.reduction = Reduction.MEAN),
  MEAN_OF_WEIGHTED_ROWS(LossSetting::weighRows),
  NONE_WITH_UPSTREAM(
      c -> {
        c.reduction = Reduction.NONE;
        c.upstream = OptionedLoss.weights(new Random(5), c.rows, false);
        c.upstream[0] = -1.5f;
      }),
  SCALED_AND_DIVIDED(
      c -> {
        c.denominator = 7;
        c.zDenominator = 11;
        c.gradientScale = -3;
      }),
  ALL(
      c -> {
        weighRows(c);
        NONE_WITH_UPSTREAM.set(c);
        c.gradientScale = 0.75;
      });

  private final Consumer<OptionedLoss> setting;

  LossSetting(Consumer<OptionedLoss> setting) {
    this.setting = setting;
  }

  void set(OptionedLoss c) {
    setting.accept(c);
  }

  private static void weighRows(OptionedLoss c) {
    c.ignoreSome(new Random(3));
    c.labels[1] = Math.max(c.labels[1], 0); // not all rows
    c.rowWeights = OptionedLoss.weights(new Random(4), c.rows, true);
    c.rowWeights[1] = 1.75f;
  }
}
