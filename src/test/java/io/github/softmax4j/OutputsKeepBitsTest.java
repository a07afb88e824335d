package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A request for an output changes no bit of anything else, and what a row gives beside its gradient
 * depends on neither the reduction nor the gradient's factors.
 */
@Tag("slow")
class OutputsKeepBitsTest {

  /** Of each kind that rows have, up to those in pieces. */
  private static final int[] CLASSES = {1, 2, 3, 7, 12, 15, 16, 20, 33, 40, 100, 600, 2100, 9000};

  private static final int[] ROWS = {1, 2, 3, 4, 5, Sizes.LANES, 2 * Sizes.LANES + 3};

  /** What a batch gives, with some outputs. */
  private static final class Given {
    double loss;
    double zLoss;
    float[] gradient;
    float[] rowLosses;
    float[] zLosses;
    float[] logSumExp;
    float[] entropy;
    float[] logProbabilities;
    int[] argmax;

    static Given of(OptionedLoss c, Minibatch batch, Set<LossOutput> outputs, boolean inPlace) {
      Given given = new Given();
      given.gradient = inPlace ? c.logits.clone() : new float[c.logits.length];
      batch.gradient(given.gradient);
      if (inPlace) {
        batch.logits(given.gradient);
      }
      for (LossOutput output : outputs) {
        given.want(output, batch, c.rows);
      }
      double alone = c.build().loss(batch);
      given.loss = c.build().lossAndGradient(batch);
      assertEquals(alone, given.loss, () -> c + ": without a gradient");
      given.zLoss = batch.zLoss();
      return given;
    }

    private void want(LossOutput output, Minibatch batch, int rows) {
      switch (output) {
        case ROW_LOSSES -> batch.rowLosses(rowLosses = new float[rows]);
        case Z_LOSSES -> batch.zLosses(zLosses = new float[rows]);
        case LOG_SUM_EXP -> batch.logSumExp(logSumExp = new float[rows]);
        case ENTROPY -> batch.entropy(entropy = new float[rows]);
        case LOG_PROBABILITIES -> {
          logProbabilities = new float[gradient.length];
          batch.logProbabilities(logProbabilities);
        }
        case ARGMAX -> batch.argmax(argmax = new int[rows]);
        case CORRECT -> batch.countCorrect(true);
      }
    }

    void assertSame(Given other, String where) {
      assertEquals(loss, other.loss, where + ": loss");
      assertEquals(zLoss, other.zLoss, where + ": z-loss");
      Bits.assertSame(gradient, other.gradient, where + ": gradient");
      assertSameOutputs(other, where);
    }

    /** Those that both have. */
    void assertSameOutputs(Given other, String where) {
      same(rowLosses, other.rowLosses, where + ": row losses");
      same(zLosses, other.zLosses, where + ": z-losses");
      same(logSumExp, other.logSumExp, where + ": log-sum-exp");
      same(entropy, other.entropy, where + ": entropy");
      same(logProbabilities, other.logProbabilities, where + ": log-probabilities");
      if (argmax != null && other.argmax != null) {
        assertArrayEquals(argmax, other.argmax, where + ": most probable class");
      }
    }

    private static void same(float[] expected, float[] actual, String where) {
      if (expected != null && actual != null) {
        Bits.assertSame(expected, actual, where);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void anyOutputs(LossOption option) {
    for (int classes : CLASSES) {
      for (int rows : ROWS) {
        for (Reduction reduction : EnumSet.of(Reduction.MEAN, Reduction.SUM)) {
          OptionedLoss c = option.of(rows, classes, 1);
          c.reduction = reduction;
          anyOutputs(c);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void anyOutputsOfAMiddleAxis(LossOption option) {
    for (int classes : new int[] {1, 3, 15, 40, 100, 9000}) {
      for (int inner : new int[] {2, 4, 2 * Sizes.LANES + 1}) {
        anyOutputs(option.of(2 * inner, classes, inner));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void anyOutputsOfIgnoredRows(LossSetting setting) {
    for (LossOption option : EnumSet.of(LossOption.PLAIN, LossOption.TARGETS)) {
      for (int classes : new int[] {3, 20, 600, 9000}) {
        OptionedLoss c = option.of(19, classes, 1);
        setting.set(c);
        if (c.reduction != Reduction.NONE) {
          anyOutputs(c);
        }
      }
    }
  }

  /** With values that have no softmax, or a probability of 0 or 1. */
  @ParameterizedTest
  @EnumSource
  void anyOutputsOfSpecialRows(LossOption option) {
    for (int classes : new int[] {5, 16, 24, 600, 9000}) {
      Batch special = SpecialRows.batch(classes);
      OptionedLoss c = option.of(special.rows(), classes, 1);
      for (int r = 0; r < c.rows; r++) {
        System.arraycopy(special.logits[r], 0, c.logits, r * classes, classes);
        c.labels[r] = special.labels[r];
      }
      anyOutputs(c);
    }
  }

  private static void anyOutputs(OptionedLoss c) {
    Given none = Given.of(c, c.minibatch(), EnumSet.noneOf(LossOutput.class), false);
    Set<LossOutput> known = LossOutput.allOf(c);
    Given all = Given.of(c, c.minibatch(), known, false);
    none.assertSame(all, c + ", with all outputs");
    Given.of(c, c.minibatch(), known, true).assertSame(all, c + ", in place");
    for (LossOutput output : known) {
      Given one = Given.of(c, c.minibatch(), EnumSet.of(output), false);
      all.assertSame(one, c + ", with " + output);
    }
  }

  /** A batch of nothing but rows is what arrays alone are. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void arraysAlone(boolean ofTargets) {
    LossOption option = ofTargets ? LossOption.TARGETS : LossOption.PLAIN;
    for (int classes : CLASSES) {
      for (int rows : ROWS) {
        OptionedLoss c = option.of(rows, classes, 1);
        Given batch = Given.of(c, c.minibatch(), EnumSet.of(LossOutput.ROW_LOSSES), false);
        arraysAlone(c, batch);
        Minibatch divided = c.minibatch().denominator(rows);
        Given given = Given.of(c, divided, LossOutput.allOf(c), false);
        batch.assertSame(given, c + ", divided by the rows");
        c.hasLongLabels = true;
        Given ofLongs = Given.of(c, c.minibatch(), EnumSet.noneOf(LossOutput.class), false);
        batch.assertSame(ofLongs, c + ", long labels");
        batch.assertSame(spaced(c), c + ", with gaps");
      }
    }
  }

  private static void arraysAlone(OptionedLoss c, Given expected) {
    Given given = new Given();
    given.gradient = new float[c.logits.length];
    given.rowLosses = new float[c.rows];
    CrossEntropy loss = c.build();
    given.loss =
        c.hasTargets
            ? loss.lossAndGradient(
                Minibatch.of(c.rows, c.classes)
                    .logits(c.logits)
                    .targets(c.targets)
                    .gradient(given.gradient)
                    .rowLosses(given.rowLosses))
            : loss.lossAndGradient(
                Minibatch.of(c.rows, c.classes)
                    .logits(c.logits)
                    .labels(c.labels)
                    .gradient(given.gradient)
                    .rowLosses(given.rowLosses));
    expected.assertSame(given, c + ", arrays alone");
    given.rowLosses = null;
    given.loss =
        c.hasTargets
            ? loss.lossAndGradient(
                Minibatch.of(c.rows, c.classes, 1)
                    .logits(c.logits)
                    .targets(c.targets)
                    .gradient(given.gradient))
            : loss.lossAndGradient(
                Minibatch.of(c.rows, c.classes, 1)
                    .logits(c.logits)
                    .labels(c.labels)
                    .gradient(given.gradient));
    expected.assertSame(given, c + ", one row beside each other");
  }

  private static Given spaced(OptionedLoss c) {
    int stride = c.classes + 5;
    float[] logits = new float[c.rows * stride];
    float[] targets = new float[c.rows * stride];
    for (int r = 0; r < c.rows; r++) {
      System.arraycopy(c.logits, r * c.classes, logits, r * stride, c.classes);
      System.arraycopy(c.targets, r * c.classes, targets, r * stride, c.classes);
    }
    float[] gradient = new float[c.rows * stride];
    Minibatch batch =
        c.minibatch()
            .logits(MatrixView.of(logits, 0, stride, c.rows, c.classes))
            .gradient(MatrixView.of(gradient, 0, stride, c.rows, c.classes));
    if (c.hasTargets) {
      batch.targets(MatrixView.of(targets, 0, stride, c.rows, c.classes));
    }
    Given given = new Given();
    given.loss = c.build().lossAndGradient(batch.argmax(new int[c.rows]));
    given.gradient = new float[c.logits.length];
    for (int r = 0; r < c.rows; r++) {
      System.arraycopy(gradient, r * stride, given.gradient, r * c.classes, c.classes);
    }
    return given;
  }

  /** Outputs are the same whatever the gradient is multiplied by, however small or large. */
  @ParameterizedTest
  @EnumSource
  void outputsDoNotDependOnTheGradient(LossOption option) {
    for (int classes : CLASSES) {
      OptionedLoss c = option.of(9, classes, 1);
      sharpen(c);
      c.reduction = Reduction.SUM;
      Given expected = Given.of(c, c.minibatch(), LossOutput.allOf(c), false);
      for (double scale : new double[] {0, 1e-300, 1e-38, 1e-6, -3, 1e30, 1e300}) {
        c.gradientScale = scale;
        Given scaled = Given.of(c, c.minibatch(), LossOutput.allOf(c), false);
        assertEquals(expected.loss, scaled.loss, c::toString);
        expected.assertSameOutputs(scaled, c + ", gradient times " + scale);
      }
      c.gradientScale = 1;
      c.reduction = Reduction.MEAN;
      for (double denominator : new double[] {9, 70_000, 1e12, 1e-12}) {
        c.denominator = denominator;
        Given divided = Given.of(c, c.minibatch(), LossOutput.allOf(c), false);
        expected.assertSameOutputs(divided, c + ", divided by " + denominator);
      }
    }
  }

  /** Nor do they depend on the number of rows under a mean. */
  @ParameterizedTest
  @EnumSource
  void outputsDoNotDependOnTheBatch(LossOption option) {
    for (int classes : CLASSES) {
      OptionedLoss c = option.of(3, classes, 1);
      sharpen(c);
      Given few = Given.of(c, c.minibatch(), LossOutput.allOf(c), false);
      for (int rows : new int[] {4, 33, classes > 1000 ? 40 : 3000}) {
        OptionedLoss many = option.of(rows, classes, 1);
        for (int r = 0; r < rows; r++) {
          int from = r % 3;
          System.arraycopy(c.logits, from * classes, many.logits, r * classes, classes);
          System.arraycopy(c.targets, from * classes, many.targets, r * classes, classes);
          many.labels[r] = c.labels[from];
        }
        Given all = Given.of(many, many.minibatch(), LossOutput.allOf(c), false);
        Given first = new Given();
        first.rowLosses = Arrays.copyOf(all.rowLosses, 3);
        first.zLosses = Arrays.copyOf(all.zLosses, 3);
        first.logSumExp = Arrays.copyOf(all.logSumExp, 3);
        first.entropy = Arrays.copyOf(all.entropy, 3);
        first.logProbabilities = Arrays.copyOf(all.logProbabilities, 3 * classes);
        first.argmax = Arrays.copyOf(all.argmax, 3);
        few.assertSameOutputs(first, many.toString());
      }
    }
  }

  /** A row whose other probabilities are as small as terms can be, another's smaller than that. */
  private static void sharpen(OptionedLoss c) {
    for (int k = 1; k < c.classes; k++) {
      c.logits[k] = c.logits[0] - 50 - k % 3;
      c.logits[c.classes + k] = c.logits[c.classes] - 80 - k % 7;
    }
  }
}
