package io.github.softmax4j.internal.vector;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.softmax4j.internal.Kernel;
import io.github.softmax4j.internal.select.Kernels;
import org.junit.jupiter.api.Test;

class TrainingTest {

  private static final long MILLIS = 30_000;

  @Test
  void isDoneIfNothingIsWanted() throws InterruptedException {
    assertTrue(new Training(Kernels.scalar()).await(0));
  }

  /** The code stays lanewise, so nobody may be told that it is compiled. */
  @Test
  void codeThatFailsIsNotCompiled() throws InterruptedException {
    Training training = new Training(Kernels.scalar());
    training.request(new Failing());
    assertFalse(training.await(MILLIS));
    assertFalse(training.await(0), "nor later");
  }

  private static final class Failing extends TrainingCase {
    Failing() {
      super(Readiness.SOFTMAX, 0);
    }

    @Override
    void prepare() {
      throw new IllegalStateException("as a class that cannot be loaded");
    }

    @Override
    void run(Kernel kernel) {}
  }
}
