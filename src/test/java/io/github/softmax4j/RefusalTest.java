package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.softmax4j.cli.Operation;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A call that is refused half-way leaves nothing behind for the next one of its thread. */
class RefusalTest {

  private static final int ROWS = 3;
  private static final float[] SHORT = new float[1];

  /** A call with as much as it can have, refused as late as it can be. */
  private enum Refused {
    BATCH_OF_LABELS(n -> laden(n, false).loss(batch(n).labels(new int[ROWS]).countCorrect(true))),
    BATCH_OF_LONG_LABELS(n -> laden(n, false).loss(batch(n).labels(new long[ROWS]))),
    BATCH_OF_TARGETS(n -> laden(n, true).loss(batch(n).targets(new float[ROWS * n]))),
    BATCH_OF_A_PART(
        n -> {
          Minibatch part = batch(n).labels(new int[ROWS]).entropy((float[]) null);
          Partials all = new Partials(ROWS).of(new float[ROWS * (n + 1)], n + 1);
          CrossEntropy.builder().zLoss(0.5).build().loss(part.part(all, 1, n + 1));
        }),
    LOG_LIKELIHOOD(
        n ->
            CrossEntropy.builder()
                .build()
                .negativeLogLikelihood(batch(n).labels(new int[ROWS]).argmax(new int[ROWS]))),
    ROW_LOSSES(
        n ->
            laden(n, false)
                .loss(
                    Minibatch.of(ROWS, n)
                        .logits(new float[ROWS * n])
                        .labels(new int[ROWS])
                        .rowLosses(SHORT))),
    MIDDLE_AXIS(
        n ->
            Softmax.softmax(
                MatrixView.ofBlocks(new float[2 * ROWS * n], 2, n, ROWS),
                MatrixView.ofBlocks(SHORT, 2, n, ROWS))),
    PARTIALS(
        n -> {
          float[] x = new float[ROWS * n];
          Softmax.softmax(
              MatrixView.of(x, ROWS, n), MatrixView.of(x, ROWS, n), new Partials(ROWS + 1));
        }),
    MASKED(
        n -> {
          float[] x = new float[ROWS * n];
          Mask mask = Mask.causal(1, 0).and(Mask.lengths(new int[1]));
          SoftmaxOptions options = SoftmaxOptions.builder().logitScale(0.5f).mask(mask).build();
          Softmax.softmax(MatrixView.of(x, ROWS, n), MatrixView.of(x, ROWS, n), options);
        }),
    LOG_PROBABILITIES(
        n -> {
          float[] x = new float[ROWS * n + 1];
          laden(n, false)
              .loss(
                  Minibatch.of(ROWS, n)
                      .logits(MatrixView.of(x, 0, n, ROWS, n))
                      .labels(new int[ROWS])
                      .logProbabilities(MatrixView.of(x, 1, n, ROWS, n)));
        }),
    LOG_PROBABILITIES_OF(
        n ->
            Softmax.logProbabilitiesOf(
                new float[ROWS * n], 1, new int[] {0, 0, n}, new float[ROWS], ROWS, n)),
    LOG_SUM_EXP(n -> Softmax.logSumExp(new float[ROWS * n], SHORT, ROWS, n)),
    BACKWARD(
        n -> Softmax.softmaxBackward(new float[ROWS * n], new float[ROWS * n], SHORT, ROWS, n));

    final Consumer<Integer> call;

    Refused(Consumer<Integer> call) {
      this.call = call;
    }
  }

  private static CrossEntropy laden(int classes, boolean ofTargets) {
    CrossEntropy.Builder builder =
        CrossEntropy.builder()
            .classWeights(OptionedLoss.weights(new Random(1), classes, false))
            .labelSmoothing(0.25f)
            .zLoss(0.5)
            .logitScale(0.5f);
    return ofTargets ? builder.build() : builder.focalGamma(2).build();
  }

  /** With one place too few for the last output. */
  private static Minibatch batch(int classes) {
    return Minibatch.of(ROWS, classes)
        .logits(new float[ROWS * classes])
        .gradient(new float[ROWS * classes])
        .gradientScale(7)
        .rowWeights(new float[] {2, 0, 3})
        .upstream(new float[] {5, 6, 7})
        .rowLosses(new float[ROWS])
        .zLosses(new float[ROWS])
        .logSumExp(new float[ROWS])
        .entropy(new float[ROWS])
        .argmax(new int[ROWS - 1]);
  }

  @ParameterizedTest
  @EnumSource
  void leavesNothing(Refused refused) {
    for (int classes : new int[] {3, 20, 9000}) {
      for (Operation operation : Forms.OPERATIONS) {
        Outcome expected = sound(operation, classes).run();
        assertThrows(RuntimeException.class, () -> refused.call.accept(classes));
        sound(operation, classes).run().assertSameBits(expected, operation + " after " + refused);
      }
    }
  }

  private static Call sound(Operation operation, int classes) {
    Batch batch = Batch.of(Family.GAUSSIAN, ROWS, classes);
    return new Call(operation, batch, Layout.SPACED, false, Reduction.MEAN);
  }

  /** Nor does it for a loss with options of its own, of which the next one has fewer. */
  @ParameterizedTest
  @ValueSource(ints = {3, 20, 9000})
  void leavesNothingForOptions(int classes) {
    for (Refused refused : Refused.values()) {
      for (LossOption option : LossOption.values()) {
        String expected = digest(option, classes);
        assertThrows(RuntimeException.class, () -> refused.call.accept(classes));
        assertEquals(expected, digest(option, classes), option + " after " + refused);
      }
    }
  }

  private static String digest(LossOption option, int classes) {
    Digest digest = new Digest();
    OptionedLoss c = option.of(ROWS, classes, 1);
    LossCalls.addTo(digest, c, LossOutput.leastOf(c));
    return digest.toString();
  }
}
