package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The library's gradient is the slope of the losses in double, for each option by itself. */
@Tag("slow")
class SlopeTest {

  /** Of the row's gradient; what the differences are off is far less. */
  private static final double BOUND = 2e-6;

  static Stream<Arguments> optionsAndSettings() {
    return Stream.of(LossOption.values())
        .flatMap(o -> Stream.of(LossSetting.values()).map(s -> Arguments.of(o, s)));
  }

  @ParameterizedTest
  @MethodSource("optionsAndSettings")
  void lastAxis(LossOption option, LossSetting setting) {
    for (int classes : Sizes.with(Sizes.around(), 97)) {
      check(option, setting, Math.min(12, 2 + 200 / classes), classes, 1);
    }
  }

  @ParameterizedTest
  @MethodSource("optionsAndSettings")
  void middleAxis(LossOption option, LossSetting setting) {
    for (int classes : new int[] {1, 2, 3, 10, 33}) {
      check(option, setting, 6, classes, 3);
      check(option, setting, Sizes.LANES + 1, classes, Sizes.LANES + 1);
    }
  }

  private static void check(
      LossOption option, LossSetting setting, int rows, int classes, int inner) {
    OptionedLoss c = option.of(rows, classes, inner);
    setting.set(c);
    assertSlopes(c, gradient(c), IntStream.range(0, classes).toArray(), setting.toString());
  }

  /** Of several blocks and pieces; a few classes, as each difference is the work of a row. */
  @ParameterizedTest
  @MethodSource("optionsAndSettings")
  void longRow(LossOption option, LossSetting setting) {
    checkLong(option, setting, 1);
  }

  /** The others of a label are so many that a sum of them in float would show. */
  @ParameterizedTest
  @EnumSource
  void longRowOfAMiddleAxis(LossOption option) {
    checkLong(option, LossSetting.SUM, 2);
  }

  private static void checkLong(LossOption option, LossSetting setting, int inner) {
    OptionedLoss c = option.of(2, 9001, inner);
    Arrays.fill(c.labels, 4500);
    for (int k = 0; k < 20; k++) {
      c.logits[c.at(0, k * 450)] += 4; // so that some slopes are not next to nothing
      c.logits[c.at(1, k * 450)] += 4;
    }
    setting.set(c);
    int[] some = {0, 1, 450, 4499, 4500, 4501, 8191, 8192, 8550, 9000};
    assertSlopes(c, gradient(c), some, setting.toString());
  }

  private static float[] gradient(OptionedLoss c) {
    float[] gradient = new float[c.logits.length];
    c.build().lossAndGradient(c.minibatch().rowLosses(new float[c.rows]).gradient(gradient));
    return gradient;
  }

  /** Two parts of the classes, each with the gradient of its own. */
  @ParameterizedTest
  @EnumSource
  void parts(LossOption option) {
    if (!option.hasParts()) {
      return;
    }
    for (LossSetting setting : LossSetting.values()) {
      for (int classes : new int[] {2, 3, 10, Sizes.LANES + 1, 67}) {
        OptionedLoss c = option.of(8, classes, 1);
        setting.set(c);
        int cut = 1 + classes / 3;
        Parts parts = Parts.at(c, cut);
        parts.lossAndGradient();
        int[] all = IntStream.range(0, classes).toArray();
        assertSlopes(c, parts.gradient, all, setting + ", cut at " + cut);
      }
    }
  }

  private static void assertSlopes(
      OptionedLoss c, float[] gradient, int[] classes, String setting) {
    c.solve();
    double bound = BOUND + 2 * c.logitError();
    for (int r = 0; r < c.rows; r++) {
      for (int k : classes) {
        float actual = gradient[c.at(r, k)];
        if (c.isIgnored(r)) {
          assertEquals(0f, actual, () -> "ignored row of " + c);
        } else {
          double slope = c.difference(r, k);
          double tolerance = bound * c.gradientSize[r] + 1e-8;
          String where = "row %d, class %d, %s, %s".formatted(r, k, setting, c);
          assertEquals(slope, actual, tolerance, where);
        }
      }
    }
  }
}
