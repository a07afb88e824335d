package io.github.softmax4j;

import io.github.softmax4j.cli.Operation;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Losses with options, settings and outputs, one by one and several together. */
final class LossDigests {

  private LossDigests() {}

  static Stream<DigestCase> cases() {
    return Stream.<Supplier<Stream<DigestCase>>>of(
            LossDigests::options,
            LossDigests::specialRows,
            LossDigests::settings,
            LossDigests::outputs,
            () -> each(Borders.someClasses(), "loss random options", LossDigests::randomOptions),
            () -> each(Borders.someClasses(), "loss options and arrays", LossDigests::arrays),
            () -> each(Borders.someClasses(), "loss zero weights", LossDigests::zeroWeights),
            () -> each(Borders.fewClasses(), "loss all rows ignored", LossDigests::allIgnored),
            () -> each(Borders.fewClasses(), "loss long labels", LossDigests::longLabels),
            () -> each(Borders.fewClasses(), "loss scale beyond float", LossDigests::hugeScale),
            () -> each(Borders.fewClasses(), "negativeLogLikelihood", LossDigests::logLikelihood))
        .flatMap(Supplier::get);
  }

  private static Stream<DigestCase> each(
      Stream<Integer> classes, String what, BiConsumer<Integer, Digest> calls) {
    return classes.map(n -> DigestCase.of(what, n, digest -> calls.accept(n, digest)));
  }

  private static Stream<DigestCase> options() {
    return Arrays.stream(LossOption.values())
        .flatMap(
            option ->
                each(
                    Borders.someClasses(),
                    "loss " + option,
                    (n, digest) -> option(option, n, digest)));
  }

  private static void option(LossOption option, int classes, Digest digest) {
    for (int rows : Borders.fewRows(classes)) {
      OptionedLoss c = option.of(rows, classes, 1);
      LossCalls.addTo(digest, c);
      if (rows > 1) {
        LossSetting.ALL.set(c);
        LossCalls.addTo(digest, c);
      }
    }
    LossCalls.addTo(digest, option.of(6, classes, 3));
  }

  private static Stream<DigestCase> specialRows() {
    return Arrays.stream(LossOption.values())
        .flatMap(
            option ->
                Stream.of(5, 16, 600, 8193)
                    .map(
                        n ->
                            DigestCase.of(
                                "loss " + option + " special rows",
                                n,
                                digest -> specialRows(option, n, digest))));
  }

  private static void specialRows(LossOption option, int classes, Digest digest) {
    Batch special = SpecialRows.batch(classes);
    OptionedLoss c = option.of(special.rows(), classes, 1);
    for (int r = 0; r < c.rows; r++) {
      System.arraycopy(special.logits[r], 0, c.logits, r * classes, classes);
      c.labels[r] = special.labels[r];
    }
    LossCalls.addTo(digest, c);
  }

  private static Stream<DigestCase> settings() {
    return Arrays.stream(LossSetting.values())
        .flatMap(
            setting ->
                each(
                    Borders.fewClasses(),
                    "loss " + setting,
                    (n, digest) -> setting(setting, n, digest)));
  }

  private static void setting(LossSetting setting, int classes, Digest digest) {
    for (LossOption option :
        EnumSet.of(LossOption.PLAIN, LossOption.CLASS_WEIGHTS, LossOption.ALL_OF_TARGETS)) {
      OptionedLoss c = option.of(9, classes, 1);
      setting.set(c);
      LossCalls.addTo(digest, c);
    }
  }

  private static Stream<DigestCase> outputs() {
    return Arrays.stream(LossOutput.values())
        .filter(output -> output != LossOutput.LOG_PROBABILITIES)
        .flatMap(
            output ->
                each(
                    Borders.fewClasses(),
                    "loss output " + output,
                    (n, digest) -> output(output, n, digest)));
  }

  private static void output(LossOutput output, int classes, Digest digest) {
    for (int rows : new int[] {1, 2, 19}) {
      LossCalls.addTo(digest, LossOption.PLAIN.of(rows, classes, 1), EnumSet.of(output));
      LossCalls.addTo(digest, LossOption.ALL_OF_LABELS.of(rows, classes, 1), EnumSet.of(output));
    }
  }

  /** Results are infinite, or NaN where 0 is multiplied. */
  private static void hugeScale(int classes, Digest digest) {
    for (int rows : new int[] {1, 2, 19}) {
      OptionedLoss c = LossOption.PLAIN.of(rows, classes, 1);
      c.gradientScale = 1e300;
      LossCalls.addTo(digest, c);
    }
  }

  private static void randomOptions(int classes, Digest digest) {
    Random random = new Random(classes);
    for (int i = 0; i < 12; i++) {
      int inner = 1 + i % 3;
      OptionedLoss c = OptionedLoss.random(random, 6, classes, inner);
      LossCalls.addTo(digest, c);
    }
  }

  /** The forms whose arguments are arrays, in odd strides and in place. */
  private static void arrays(int classes, Digest digest) {
    Batch batch = Batch.of(Family.GAUSSIAN, 9, classes);
    for (Operation operation : Forms.OPERATIONS) {
      if (operation.hasLoss()) {
        LossOption option =
            operation.hasTargets() ? LossOption.ALL_OF_TARGETS : LossOption.ALL_OF_LABELS;
        boolean inPlace = operation.hasMatrix();
        Call call = new Call(operation, batch, Layout.SPACED, inPlace, Reduction.SUM);
        call.loss = option.of(1, classes, 1).build();
        digest.add(call.run());
      }
    }
  }

  /** With smoothing, what a class of weight 0 has does not matter. */
  private static void zeroWeights(int classes, Digest digest) {
    for (LossOption option : EnumSet.of(LossOption.PLAIN, LossOption.TARGETS)) {
      OptionedLoss c = option.of(7, classes, 1);
      c.classWeights = OptionedLoss.weights(new Random(classes), classes, true);
      c.classWeights[0] = 0.75f;
      LossCalls.addTo(digest, c);
      c.smoothing = 0.25;
      LossCalls.addTo(digest, c);
    }
  }

  private static void allIgnored(int classes, Digest digest) {
    OptionedLoss c = LossOption.Z_LOSS.of(5, classes, 1);
    c.ignores = true;
    Arrays.fill(c.labels, OptionedLoss.IGNORED);
    LossCalls.addTo(digest, c);
    c.emptyMeanIsZero = true;
    LossCalls.addTo(digest, c);
  }

  private static void longLabels(int classes, Digest digest) {
    for (int rows : new int[] {1, 2, 19}) {
      OptionedLoss c = LossOption.PLAIN.of(rows, classes, 1);
      c.hasLongLabels = true;
      LossCalls.addTo(digest, c);
    }
  }

  private static void logLikelihood(int classes, Digest digest) {
    for (int inner : new int[] {1, 3}) {
      OptionedLoss c = LossOption.CLASS_WEIGHTS.of(9, classes, inner);
      LossSetting.ALL.set(c);
      float[] gradient = new float[c.logits.length];
      float[] rowLosses = new float[c.rows];
      Minibatch batch = c.minibatch().gradient(gradient).rowLosses(rowLosses);
      digest.add(c.build().negativeLogLikelihood(batch)).add(rowLosses);
      digest.add(c.build().negativeLogLikelihoodAndGradient(batch)).add(gradient);
    }
  }
}
