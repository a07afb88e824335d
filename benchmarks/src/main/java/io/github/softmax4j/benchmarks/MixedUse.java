package io.github.softmax4j.benchmarks;

import io.github.softmax4j.cli.Operation;
import java.util.ArrayList;
import java.util.List;

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

  static void run() throws Exception {
    List<TimedCall> uses = uses();
    // all of them in every round: programs, too, switch before the compiler has finished with one
    for (int round = 0; round < ROUNDS; round++) {
      for (TimedCall use : uses) {
        use.run();
      }
    }
  }

  /** For each number of classes one row and many, apart and in place, without gaps and with. */
  static List<TimedCall> uses() {
    List<TimedCall> uses = new ArrayList<>();
    for (int classes : CLASSES) {
      int many = Math.clamp(MANY_ELEMENTS / classes, 2, MANY_ROWS);
      for (int rows : new int[] {1, many}) {
        addOperations(uses, new Shape(rows, classes), Case.Placement.APART);
        addOperations(uses, new Shape(rows, classes), Case.Placement.IN_PLACE);
        addOperations(uses, new Shape(1, classes, rows), Case.Placement.APART);
        uses.add(new MixedStrides(rows, classes, GAP)::useEverything);
        uses.add(new MixedOptions(rows, classes)::useEverything);
      }
    }
    return uses;
  }

  private static void addOperations(List<TimedCall> uses, Shape shape, Case.Placement placement) {
    Data data = new Data(shape, placement);
    for (Operation operation : Operation.values()) {
      uses.add(new Workload(operation, data)::run);
    }
  }
}
