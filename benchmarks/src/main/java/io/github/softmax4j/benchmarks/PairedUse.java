package io.github.softmax4j.benchmarks;

import java.util.Map;

/**
 * Uses all cells of both builds before one is timed, as programs use more than one operation. It
 * counts calls and not time, so that the compiler learns the same of both.
 */
final class PairedUse {

  private static final int ROUNDS = 8;
  private static final int ELEMENTS = 500_000;
  private static final int FEWEST_CALLS = 2;
  private static final int MOST_CALLS = 2_000;

  private final boolean baseFirst;

  PairedUse(boolean baseFirst) {
    this.baseFirst = baseFirst;
  }

  /** All cells in every round: programs, too, switch before the compiler has finished with one. */
  void run(Map<PairedCell, PairedCalls> calls) throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      for (Map.Entry<PairedCell, PairedCalls> entry : calls.entrySet()) {
        if (entry.getValue().areHere()) {
          use(entry.getKey().shape(), entry.getValue());
        }
      }
    }
  }

  private void use(Shape shape, PairedCalls calls) throws Exception {
    int times = Math.clamp(ELEMENTS / shape.elements(), FEWEST_CALLS, MOST_CALLS);
    TimedCall.repeat(baseFirst ? calls.base() : calls.tree(), times);
    TimedCall.repeat(baseFirst ? calls.tree() : calls.base(), times);
  }
}
