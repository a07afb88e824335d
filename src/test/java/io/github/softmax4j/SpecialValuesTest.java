package io.github.softmax4j;

import static java.lang.Float.NEGATIVE_INFINITY;
import static java.lang.Float.POSITIVE_INFINITY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.softmax4j.cli.Operation;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** NaN, infinities, signed zeros, one class, no rows. */
class SpecialValuesTest {

  /** Multiples of every lane width and others, of several blocks and of several pieces. */
  private static final int[] LONG = {4992, 5003, 10247, 19968, 20011};

  /** What x86 gives for infinity minus infinity. */
  private static final float NEGATIVE_NAN = Float.intBitsToFloat(0xffc00000);

  /** What a logit can be spoiled with, and what log-sum-exp then gives. */
  enum Spoiler {
    NAN(0x7fc00000),
    NAN_WITH_SIGN(0xffc00000),
    NAN_WITH_PAYLOAD(0x7f800001),
    PLUS_INFINITY(0x7f800000);

    final float value;

    Spoiler(int bits) {
      value = Float.intBitsToFloat(bits);
    }
  }

  /** Wherever it stands in the row and wherever the row stands among those processed together. */
  @ParameterizedTest(name = "{1} spoils its row of {0} and no other")
  @MethodSource("operationsAndSpoilers")
  void spoilsItsRowAlone(Operation operation, Spoiler spoiler) {
    int rows = 2 * Sizes.LANES + 3;
    for (int classes : Sizes.with(Sizes.around(), 1009)) {
      Batch clean = Batch.of(Family.GAUSSIAN, rows, classes);
      Outcome expected = Call.run(operation, clean);
      int step = classes < 100 ? 1 : 37;
      for (int at = classes - 1; at >= 0; at -= step) {
        assertSpoiledAlone(operation, spoiler, clean, expected, at % rows, at);
      }
    }
  }

  /** In a row of several blocks or pieces, which are looked at one after the other. */
  @Tag("slow")
  @ParameterizedTest(name = "{1} spoils its long row of {0} and no other")
  @MethodSource("operationsAndSpoilers")
  void spoilsItsLongRowAlone(Operation operation, Spoiler spoiler) {
    for (int classes : LONG) {
      Batch clean = Batch.of(Family.GAUSSIAN, 5, classes);
      Outcome expected = Call.run(operation, clean);
      for (int at : new int[] {0, classes / 4, classes / 2, classes - 1}) {
        for (int row = 0; row < clean.rows(); row += 2) {
          assertSpoiledAlone(operation, spoiler, clean, expected, row, at);
        }
      }
    }
  }

  private static void assertSpoiledAlone(
      Operation operation, Spoiler spoiler, Batch clean, Outcome expected, int row, int at) {
    float[] spoiled = clean.logits[row].clone();
    spoiled[at] = spoiler.value;
    Batch batch = clean.with(row, spoiled);
    Outcome outcome = Call.run(operation, batch);
    Bits.assertSame(
        outcome.ofRow(row), Call.run(operation, batch.slice(row, 1)).ofRow(0), "no others");
    for (int r = 0; r < batch.rows(); r++) {
      String where = "%s, class %d of %d, row %d".formatted(operation, at, batch.classes, r);
      if (r == row) {
        Bits.assertSame(spoiledRow(operation, batch, row), outcome.ofRow(r), where);
      } else {
        Bits.assertSame(expected.ofRow(r), outcome.ofRow(r), where);
      }
    }
    if (operation.hasLoss()) {
      assertTrue(Double.isNaN(outcome.value()), "the batch's loss");
    }
  }

  private static float[] spoiledRow(Operation operation, Batch batch, int row) {
    float[] spoiled = new float[operation.hasMatrix() ? batch.classes : 0];
    if (operation.hasPerRow()) {
      spoiled = new float[spoiled.length + 1];
    }
    Arrays.fill(spoiled, Float.NaN);
    if (operation == Operation.LOG_SUM_EXP) {
      spoiled[0] = (float) batch.oracle(row).logSumExp();
    }
    return spoiled;
  }

  static Stream<Arguments> operationsAndSpoilers() {
    return Forms.OPERATIONS.stream()
        .flatMap(o -> Arrays.stream(Spoiler.values()).map(s -> Arguments.of(o, s)));
  }

  /** Rows of nothing but one special value, and mixtures in which the order could matter. */
  @Tag("slow")
  @ParameterizedTest
  @EachOperation
  void mixturesInOneBatch(Operation operation) {
    for (int classes : Sizes.with(Sizes.with(Sizes.around(), 1009, 1999), LONG)) {
      float[][] kinds = {
        filled(classes, NEGATIVE_INFINITY),
        filled(classes, POSITIVE_INFINITY),
        filled(classes, Float.NaN),
        ends(classes, Float.NaN, POSITIVE_INFINITY),
        ends(classes, POSITIVE_INFINITY, Float.NaN),
        ends(classes, NEGATIVE_INFINITY, POSITIVE_INFINITY),
        ends(classes, POSITIVE_INFINITY, NEGATIVE_INFINITY),
        ends(classes, NEGATIVE_INFINITY, Float.NaN),
        ends(classes, Float.NaN, NEGATIVE_INFINITY),
        ends(classes, NEGATIVE_INFINITY, NEGATIVE_NAN),
        ends(classes, NEGATIVE_NAN, NEGATIVE_INFINITY),
        ends(classes, POSITIVE_INFINITY, NEGATIVE_NAN),
        ends(classes, NEGATIVE_NAN, POSITIVE_INFINITY),
        alone(classes, 0, NEGATIVE_NAN),
        alone(classes, classes / 2, NEGATIVE_NAN),
        alone(classes, classes - 1, NEGATIVE_NAN),
        alone(classes, 0, Float.NaN),
        alone(classes, classes / 2, Float.NaN),
        alone(classes, classes - 1, Float.NaN),
        alone(classes, classes / 2, 1),
        ends(classes, NEGATIVE_INFINITY, 1),
        ends(classes, 1, NEGATIVE_INFINITY),
        ends(classes, -0.0f, 0.0f),
        ends(classes, 0.0f, -0.0f),
        ends(classes, Float.MAX_VALUE, -Float.MAX_VALUE),
      };
      float[][] logits = new float[3 * kinds.length + 1][];
      Arrays.setAll(logits, r -> kinds[r % kinds.length]);
      Batch batch = Batch.of(logits, classes);
      for (boolean inPlace : new boolean[] {false, true}) {
        Outcome outcome = Call.run(operation, batch, Layout.SPACED, inPlace, Reduction.NONE);
        for (int r = 0; r < logits.length; r++) {
          Bounds.check(operation, batch.slice(r, 1), Reduction.NONE, outcome.slice(r));
        }
        for (int r = 0; r < kinds.length; r++) {
          Outcome lone =
              Call.run(operation, batch.slice(r, 1), Layout.SPACED, inPlace, Reduction.NONE);
          Bits.assertSame(outcome.ofRow(r), lone.ofRow(0), "no others than " + r);
        }
      }
    }
  }

  private static float[] filled(int classes, float value) {
    float[] row = new float[classes];
    Arrays.fill(row, value);
    return row;
  }

  /** This at one place and -infinity everywhere else. */
  private static float[] alone(int classes, int at, float value) {
    float[] row = filled(classes, NEGATIVE_INFINITY);
    row[at] = value;
    return row;
  }

  /** These two at the ends and lesser numbers between. */
  private static float[] ends(int classes, float first, float last) {
    float[] row = filled(classes, -3);
    row[classes - 1] = last;
    row[0] = first;
    return row;
  }

  @Test
  void minusInfinityHasProbabilityExactlyZero() {
    for (int classes : Sizes.small()) {
      Batch batch = Batch.of(Family.MASKED, 19, classes);
      float[][] softmax = Call.run(Operation.SOFTMAX, batch).rows();
      float[][] logSoftmax = Call.run(Operation.LOG_SOFTMAX, batch).rows();
      for (int r = 0; r < batch.rows(); r++) {
        for (int c = 0; c < classes; c++) {
          boolean masked = batch.logits[r][c] == NEGATIVE_INFINITY;
          assertEquals(masked, softmax[r][c] == 0, "softmax is 0");
          assertEquals(masked, logSoftmax[r][c] == NEGATIVE_INFINITY, "log-softmax is -inf");
        }
      }
    }
  }

  @Test
  void labelOnMinusInfinity() {
    for (int classes : Sizes.small()) {
      for (int label = 0; label < classes && classes > 1; label++) {
        float[] logits = Batch.of(Family.GAUSSIAN, 1, classes).logits[0];
        logits[label] = NEGATIVE_INFINITY;
        float[] gradient = new float[classes];
        double loss =
            CrossEntropy.builder()
                .build()
                .lossAndGradient(logits, new int[] {label}, gradient, 1, classes);
        assertEquals(Double.POSITIVE_INFINITY, loss);
        assertEquals(-1, gradient[label], 1e-6, "the label pulls with all its weight");
        Bounds.labelGradient(Oracle.of(logits).gradient(label), 1, gradient, "others");
      }
    }
  }

  @Test
  void targetOnMinusInfinity() {
    CrossEntropy sum = CrossEntropy.builder().reduction(Reduction.SUM).build();
    for (int classes : Sizes.small()) {
      for (int at = 0; at < classes && classes > 1; at++) {
        float[] logits = Batch.of(Family.GAUSSIAN, 1, classes).logits[0];
        float[] targets = filled(classes, 1f / (classes - 1));
        logits[at] = NEGATIVE_INFINITY;
        targets[at] = 0;
        float[] gradient = new float[classes];
        double loss = sum.lossAndGradient(logits, targets, gradient, 1, classes);
        Bounds.logarithm(Oracle.of(logits).loss(targets), loss, "target 0 on -infinity");
        assertEquals(0, gradient[at], "gradient of target 0 on -infinity");
        targets[at] = 0.25f;
        loss = sum.lossAndGradient(logits, targets, gradient, 1, classes);
        assertEquals(Double.POSITIVE_INFINITY, loss, "target above 0 on -infinity");
        assertEquals(-0.25f, gradient[at], 1e-6f, "its gradient");
        for (float g : gradient) {
          assertTrue(Float.isFinite(g), "gradient is finite");
        }
      }
    }
  }

  /** Even where nothing is asked of a row, a spoiled one shows. */
  @Test
  void targetsOfZero() {
    for (int classes : Sizes.small()) {
      Batch rows = Batch.of(Family.GAUSSIAN, 3, classes);
      rows.logits[1][classes / 2] = Float.NaN;
      float[][] zeros = {new float[classes], new float[classes], new float[classes]};
      Batch batch = new Batch(rows.logits, rows.labels, zeros, classes);
      Outcome outcome = Call.run(Operation.TARGET_LOSS_AND_GRADIENT, batch);
      Bits.assertSame(new float[] {0, Float.NaN, 0}, outcome.perRow(), "losses");
      for (int c = 0; c < classes; c++) {
        assertEquals(0, Math.abs(outcome.rows()[0][c]), "no target, no gradient");
        assertTrue(Float.isNaN(outcome.rows()[1][c]), "gradient of the spoiled row");
      }
    }
  }

  @Test
  void oneClass() {
    for (float logit : new float[] {0, -0.0f, 7.5f, -3e38f, Float.MAX_VALUE, Float.MIN_VALUE}) {
      float[][] logits = new float[19][];
      Arrays.fill(logits, new float[] {logit});
      Batch batch = Batch.of(logits, 1);
      for (int r = 0; r < logits.length; r++) {
        assertEquals(1, Call.run(Operation.SOFTMAX, batch).rows()[r][0], "softmax");
        assertEquals(
            0, Math.abs(Call.run(Operation.LOG_SOFTMAX, batch).rows()[r][0]), "log-softmax");
        assertEquals(
            logit + 0.0f, Call.run(Operation.LOG_SUM_EXP, batch).perRow()[r] + 0.0f, "lse");
        for (Operation operation : Forms.OPERATIONS) {
          if (operation.hasLoss()) {
            assertEquals(0, Math.abs(Call.run(operation, batch).perRow()[r]), operation + " loss");
          }
          if (operation.hasLoss() && operation.hasMatrix()) {
            assertEquals(
                0, Math.abs(Call.run(operation, batch).rows()[r][0]), operation + " gradient");
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EachOperation
  void noRows(Operation operation) {
    Batch none = new Batch(new float[0][], new int[0], new float[0][], 5);
    for (Layout layout : new Layout[] {Layout.TIGHT, Layout.SPACED}) {
      for (Reduction reduction : Reduction.values()) {
        double expected = operation.hasLoss() && reduction == Reduction.MEAN ? Double.NaN : 0;
        assertEquals(expected, Call.run(operation, none, layout, false, reduction).value());
      }
    }
  }
}
