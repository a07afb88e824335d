package io.github.softmax4j;

import java.util.Arrays;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Softmax, log-softmax and log-sum-exp with {@link SoftmaxOptions}. */
final class MaskDigests {

  private static final int ROWS = 19;

  /** Options for {@link #ROWS} rows of so many classes. */
  private enum Kind {
    SCALE(n -> SoftmaxOptions.builder().logitScale(0.625f)),
    SOFT_CAP(n -> SoftmaxOptions.builder().softCap(5)),
    LENGTHS(n -> SoftmaxOptions.builder().mask(lengths(n))),
    CAUSAL(n -> SoftmaxOptions.builder().mask(Mask.causal(7, n / 2 - 2))),
    KEEP(n -> SoftmaxOptions.builder().mask(keep(n))),
    BIAS(n -> SoftmaxOptions.builder().mask(bias(n))),
    EMPTY_ROWS(n -> SoftmaxOptions.builder().mask(lengths(n)).emptyRowsAreZero(true)),
    ALL(
        n ->
            SoftmaxOptions.builder()
                .logitScale(0.625f)
                .softCap(5)
                .mask(bias(n).and(keep(n)).and(lengths(n)))
                .emptyRowsAreZero(true));

    private final IntFunction<SoftmaxOptions.Builder> options;

    Kind(IntFunction<SoftmaxOptions.Builder> options) {
      this.options = options;
    }

    private static Mask lengths(int classes) {
      return Mask.lengths(new Random(classes).ints(ROWS, 0, classes + 1).toArray());
    }

    private static Mask keep(int classes) {
      Random random = new Random(classes);
      boolean[] keep = new boolean[3 * classes];
      IntStream.range(0, keep.length).forEach(i -> keep[i] = random.nextInt(3) != 0);
      return Mask.keep(keep);
    }

    private static Mask bias(int classes) {
      Random random = new Random(classes);
      float[] bias = new float[2 * classes];
      for (int i = 0; i < bias.length; i++) {
        bias[i] = random.nextInt(4) == 0 ? Float.NEGATIVE_INFINITY : (float) random.nextGaussian();
      }
      return Mask.bias(bias);
    }
  }

  private MaskDigests() {}

  static Stream<DigestCase> cases() {
    return Arrays.stream(Kind.values())
        .flatMap(
            kind ->
                Borders.fewClasses()
                    .map(
                        n ->
                            DigestCase.of(
                                "softmax options " + kind,
                                n,
                                digest -> add(digest, kind.options.apply(n).build(), n))));
  }

  private static void add(Digest digest, SoftmaxOptions options, int classes) {
    Batch batch = Batch.of(Family.GAUSSIAN, ROWS, classes);
    for (int rows : new int[] {1, 2, ROWS}) {
      Matrix x = matrix(rows, classes).fill(batch.logits);
      Matrix y = matrix(rows, classes);
      Softmax.softmax(
          MatrixView.of(x.array, x.offset, x.stride, rows, classes),
          MatrixView.of(y.array, y.offset, y.stride, rows, classes),
          options);
      digest.add(y.toRows());
      Softmax.logSoftmax(
          MatrixView.of(x.array, x.offset, x.stride, rows, classes),
          MatrixView.of(y.array, y.offset, y.stride, rows, classes),
          options);
      digest.add(y.toRows());
      Softmax.softmax(
          MatrixView.of(x.array, x.offset, x.stride, rows, classes),
          MatrixView.of(x.array, x.offset, x.stride, rows, classes),
          options);
      digest.add(x.toRows());
      shortForms(digest, options, batch, rows);
    }
  }

  private static void shortForms(Digest digest, SoftmaxOptions options, Batch batch, int rows) {
    float[] logits = matrixWithoutGaps(rows, batch.classes).fill(batch.logits).array;
    float[] out = new float[logits.length];
    Softmax.softmax(
        MatrixView.of(logits, rows, batch.classes),
        MatrixView.of(out, rows, batch.classes),
        options);
    digest.add(out);
    Softmax.logSoftmax(
        MatrixView.of(logits, rows, batch.classes),
        MatrixView.of(out, rows, batch.classes),
        options);
    digest.add(out);
    float[] logSumExp = new float[rows];
    Softmax.logSumExp(
        MatrixView.of(logits, rows, batch.classes),
        MatrixView.ofColumn(logSumExp, 0, rows),
        options);
    digest.add(logSumExp);
  }

  private static Matrix matrix(int rows, int classes) {
    return new Matrix(rows, classes, 3, 5, 1);
  }

  private static Matrix matrixWithoutGaps(int rows, int classes) {
    return new Matrix(rows, classes, 0, 0, 0);
  }
}
