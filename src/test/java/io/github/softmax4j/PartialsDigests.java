package io.github.softmax4j;

import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Classes that are divided among several: partials, softmax and losses with them. */
final class PartialsDigests {

  private PartialsDigests() {}

  static Stream<DigestCase> cases() {
    return Stream.concat(
        Borders.someClasses().map(n -> DigestCase.of("partials", n, digest -> forward(n, digest))),
        Arrays.stream(LossOption.values()).filter(LossOption::hasParts).flatMap(o -> losses(o)));
  }

  private static void forward(int classes, Digest digest) {
    for (int rows : new int[] {1, 2, 19}) {
      OptionedLoss c = LossOption.PLAIN.of(rows, classes, 1);
      Parts parts = parts(c);
      add(digest, parts.whole);
      for (int p = 0; p < parts.number(); p++) {
        float[] logits = parts.logits(p);
        float[] out = new float[logits.length];
        Softmax.softmax(
            MatrixView.of(logits, rows, logits.length / rows),
            MatrixView.of(out, rows, logits.length / rows),
            parts.whole);
        digest.add(out);
        Softmax.logSoftmax(
            MatrixView.of(logits, rows, logits.length / rows),
            MatrixView.of(out, rows, logits.length / rows),
            parts.whole);
        digest.add(out);
      }
    }
    special(classes, digest);
  }

  private static void special(int classes, Digest digest) {
    Batch batch = SpecialRows.batch(classes);
    Matrix logits = new Matrix(batch.rows(), classes, 3, 5, 0).fill(batch.logits);
    Partials partials = new Partials(batch.rows());
    add(digest, partials.of(logits.view("logits", batch.rows(), classes)));
  }

  private static Stream<DigestCase> losses(LossOption option) {
    return Borders.fewClasses()
        .map(
            n ->
                DigestCase.of("loss " + option + " parts", n, digest -> losses(option, n, digest)));
  }

  private static void losses(LossOption option, int classes, Digest digest) {
    for (int rows : new int[] {3, 18}) {
      OptionedLoss c = option.of(rows, classes, rows == 18 ? 3 : 1);
      c.denominator = 7;
      c.zDenominator = 11;
      Parts parts = parts(c);
      digest.add(parts.lossAndGradient()).add(parts.zLoss);
      digest.add(parts.gradient).add(parts.rowLosses).add(parts.zLosses);
      parts.logSumExps.forEach(digest::add);
    }
  }

  /** Of three parts, if there are as many classes. */
  private static Parts parts(OptionedLoss c) {
    int[] cuts =
        IntStream.of(c.classes / 3, c.classes * 3 / 4).filter(cut -> cut > 0).distinct().toArray();
    return Parts.at(c, cuts);
  }

  private static void add(Digest digest, Partials partials) {
    for (int r = 0; r < partials.rows(); r++) {
      digest.add(partials.max(r)).add(partials.sum(r)).add(partials.logSumExp(r));
    }
  }
}
