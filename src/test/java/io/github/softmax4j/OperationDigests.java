package io.github.softmax4j;

import io.github.softmax4j.cli.Operation;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;

/** The operations without options, forward and backward, in every layout. */
final class OperationDigests {

  private static final int[] INNER = {1, 2, 21, 33};

  private OperationDigests() {}

  static Stream<DigestCase> cases() {
    return Stream.of(
            plain(),
            special(),
            probableLabels(),
            middleAxis(),
            backward(),
            backwardOfSpecial(),
            backwardOfMiddleAxis())
        .flatMap(cases -> cases);
  }

  private static Stream<DigestCase> plain() {
    return Forms.OPERATIONS.stream()
        .flatMap(
            operation ->
                (operation.hasTargets() ? Borders.someClasses() : Borders.classes())
                    .map(n -> DigestCase.of(operation, n, digest -> plain(operation, n, digest))));
  }

  private static void plain(Operation operation, int classes, Digest digest) {
    Batch most = Batch.of(Family.GAUSSIAN, Borders.mostRows(classes), classes);
    for (int rows : Borders.rows(classes)) {
      digest.add(Call.run(operation, most.slice(0, rows)));
    }
    for (int rows : Borders.fewRows(classes)) {
      Batch batch = most.slice(0, rows);
      digest.add(Call.run(operation, batch, Layout.SPACED, operation.hasMatrix(), Reduction.MEAN));
      digest.add(Call.run(operation, batch, Layout.COLUMNS, false, Reduction.NONE));
    }
    shortForms(operation, most.slice(0, 3), digest);
  }

  private static void shortForms(Operation operation, Batch batch, Digest digest) {
    Call call = new Call(operation, batch, Layout.TIGHT, false, Reduction.SUM);
    digest.add(Forms.callShort(call));
    if (operation.hasLoss()) {
      digest.add(Forms.callShortest(call));
    }
    call.outputs().forEach(output -> digest.add(output.array));
  }

  private static Stream<DigestCase> special() {
    return Forms.OPERATIONS.stream()
        .flatMap(
            operation ->
                Borders.fewClasses()
                    .map(
                        n ->
                            DigestCase.of(
                                operation + " special rows",
                                n,
                                digest -> special(operation, n, digest))));
  }

  /** All together, each alone, and beside each other. */
  private static void special(Operation operation, int classes, Digest digest) {
    Batch batch = SpecialRows.batch(classes);
    digest.add(Call.run(operation, batch));
    for (int r = 0; r < batch.rows(); r++) {
      digest.add(Call.run(operation, batch.slice(r, 1)));
    }
    digest.add(MiddleAxisTest.run(operation, batch, 2, false, Reduction.SUM));
    digest.add(MiddleAxisTest.run(operation, batch, batch.rows() / 2, false, Reduction.SUM));
  }

  private static Stream<DigestCase> probableLabels() {
    return Stream.of(Operation.LOSS, Operation.LOSS_AND_GRADIENT)
        .flatMap(
            operation ->
                Borders.someClasses()
                    .map(
                        n ->
                            DigestCase.of(
                                operation + " probable labels",
                                n,
                                digest -> probableLabels(operation, n, digest))));
  }

  /** Of every fourth row, the first included, the label has a probability near 1. */
  private static void probableLabels(Operation operation, int classes, Digest digest) {
    for (Family family : new Family[] {Family.DOMINANT, Family.WIDE, Family.RISING}) {
      Batch batch = Batch.of(family, 9, classes);
      digest.add(Call.run(operation, batch));
      digest.add(Call.run(operation, batch.slice(0, 1)));
      digest.add(MiddleAxisTest.run(operation, batch, 3, false, Reduction.SUM));
    }
  }

  private static Stream<DigestCase> middleAxis() {
    return Forms.OPERATIONS.stream()
        .flatMap(
            operation ->
                Borders.fewClasses()
                    .map(
                        n ->
                            DigestCase.of(
                                operation + " middle axis",
                                n,
                                digest -> middleAxis(operation, n, digest))));
  }

  private static void middleAxis(Operation operation, int classes, Digest digest) {
    for (int inner : INNER) {
      Batch batch = Batch.of(Family.GAUSSIAN, outer(classes) * inner, classes);
      digest.add(MiddleAxisTest.run(operation, batch, inner, false, Reduction.SUM));
      digest.add(MiddleAxisTest.run(operation, batch, inner, true, Reduction.MEAN));
    }
  }

  private static int outer(int classes) {
    return classes < 100 ? 9 : classes < 2000 ? 2 : 1;
  }

  private static Stream<DigestCase> backward() {
    return Arrays.stream(Backward.values())
        .flatMap(
            backward ->
                Borders.someClasses()
                    .map(n -> DigestCase.of(backward, n, digest -> backward(backward, n, digest))));
  }

  private static void backward(Backward backward, int classes, Digest digest) {
    int most = Borders.mostRows(classes);
    float[][] forward = forward(backward, most, classes);
    float[][] upstream = Backward.upstream(Family.GAUSSIAN, most, classes);
    for (int rows : Borders.rows(classes)) {
      digest.add(backward.run(Arrays.copyOf(forward, rows), Arrays.copyOf(upstream, rows)));
    }
    for (int rows : Borders.fewRows(classes)) {
      float[][] some = Arrays.copyOf(forward, rows);
      float[][] someUpstream = Arrays.copyOf(upstream, rows);
      for (Backward.Place place : Backward.Place.values()) {
        digest.add(backward.run(new Backward.Arguments(some, someUpstream, Layout.SPACED, place)));
      }
    }
    Backward.Arguments few =
        new Backward.Arguments(
            Arrays.copyOf(forward, 3),
            Arrays.copyOf(upstream, 3),
            Layout.TIGHT,
            Backward.Place.APART);
    backward.callShort(few);
    digest.add(few.out.array);
  }

  private static Stream<DigestCase> backwardOfSpecial() {
    return Arrays.stream(Backward.values())
        .flatMap(
            backward ->
                Borders.fewClasses()
                    .map(
                        n ->
                            DigestCase.of(
                                backward + " special rows",
                                n,
                                digest -> backwardOfSpecial(backward, n, digest))));
  }

  /** As what comes from above, and as what the forward operation gave. */
  private static void backwardOfSpecial(Backward backward, int classes, Digest digest) {
    float[][] special = SpecialRows.batch(classes).logits;
    float[][] sound = forward(backward, special.length, classes);
    digest.add(backward.run(sound, special)).add(backward.run(special, sound));
    digest.add(BackwardMiddleAxisTest.run(backward, sound, special, 2, Backward.Place.APART));
  }

  private static Stream<DigestCase> backwardOfMiddleAxis() {
    return Arrays.stream(Backward.values())
        .flatMap(
            backward ->
                Borders.fewClasses()
                    .map(
                        n ->
                            DigestCase.of(
                                backward + " middle axis",
                                n,
                                digest -> middleAxis(backward, n, digest))));
  }

  private static void middleAxis(Backward backward, int classes, Digest digest) {
    for (int inner : INNER) {
      int rows = outer(classes) * inner;
      float[][] forward = forward(backward, rows, classes);
      float[][] upstream = Backward.upstream(Family.GAUSSIAN, rows, classes);
      for (Backward.Place place : Backward.Place.values()) {
        digest.add(BackwardMiddleAxisTest.run(backward, forward, upstream, inner, place));
      }
    }
  }

  /** As a forward operation would give it, roughly: what it really gives is not to matter. */
  private static float[][] forward(Backward backward, int rows, int classes) {
    Random random = new Random(13L * classes + rows);
    float[][] forward = new float[rows][classes];
    for (float[] row : forward) {
      for (int c = 0; c < classes; c++) {
        row[c] =
            backward == Backward.SOFTMAX
                ? 2 * random.nextFloat() / classes
                : -10 * random.nextFloat();
      }
    }
    return forward;
  }
}
