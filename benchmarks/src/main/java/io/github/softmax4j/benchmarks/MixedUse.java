package io.github.softmax4j.benchmarks;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Uses the whole library on batches of all kinds before one operation is timed.
 *
 * <p>Kernels for different numbers of classes share code, and so do the operations. What the
 * compiler learnt from one can spoil it for the other; so can what it had no room left to inline.
 */
final class MixedUse {

  /** On both sides of where kernels change: vectors, blocks of them, rows turned or not. */
  private static final int[] CLASSES = {
    1, 2, 3, 5, 8, 10, 16, 17, 20, 31, 32, 33, 47, 64, 100, 129, 1000, 4096, 10000
  };

  /** Enough calls for the last compiler to have seen everything, in a second or two. */
  private static final int ROUNDS = 200;

  private static final int MANY_ELEMENTS = 4_000;
  private static final int MANY_ROWS = 64;
  private static final int GAP = 3;

  private MixedUse() {}

  static void run() {
    List<MixedBatch> batches = batches();
    List<MixedOptions> options = options();
    // all batches in every round: programs, too, switch before the compiler has finished with one
    for (int round = 0; round < ROUNDS; round++) {
      batches.forEach(MixedBatch::useEverything);
      options.forEach(MixedOptions::useEverything);
    }
  }

  /** For each number of classes one row and many, without a gap between rows and with one. */
  static List<MixedBatch> batches() {
    return shapes()
        .flatMap(shape -> Stream.of(new MixedBatch(shape, 0), new MixedBatch(shape, GAP)))
        .toList();
  }

  static List<MixedOptions> options() {
    return shapes().map(MixedOptions::new).toList();
  }

  private static Stream<Shape> shapes() {
    return IntStream.of(CLASSES)
        .boxed()
        .flatMap(
            classes -> Stream.of(new Shape(1, classes), new Shape(manyRows(classes), classes)));
  }

  private static int manyRows(int classes) {
    return Math.clamp(MANY_ELEMENTS / classes, 2, MANY_ROWS);
  }
}
