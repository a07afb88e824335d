package io.github.softmax4j.benchmarks;

import io.github.softmax4j.WarmUp;
import java.time.Duration;

/** Waits until the library's vector code serves, so that no fallback is timed. */
final class CompiledCode {

  static final Duration PATIENCE = Duration.ofSeconds(60);

  private CompiledCode() {}

  /** Has the code of some work compiled. Before, plain Java serves with the same bits. */
  static void await(TimedCall work) {
    Runnable once =
        () -> {
          try {
            work.run();
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        };
    require(WarmUp.run(once, PATIENCE));
  }

  /** Throws an exception if code is not compiled in time. */
  static void require(boolean isCompiled) {
    if (!isCompiled) {
      throw new IllegalStateException(
          "softmax4j is not compiled after " + PATIENCE.toSeconds() + " s");
    }
  }
}
