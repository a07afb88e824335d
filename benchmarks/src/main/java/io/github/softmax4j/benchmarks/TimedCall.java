package io.github.softmax4j.benchmarks;

/** Something to be timed; its result is used, so that it cannot be optimised away. */
@FunctionalInterface
public interface TimedCall {
  /** Does it once. */
  double run() throws Exception;

  /** Does it several times, for everybody in one and the same loop. */
  static double repeat(TimedCall call, int times) throws Exception {
    double results = 0;
    for (int i = 0; i < times; i++) {
      results += call.run();
    }
    return results;
  }
}
