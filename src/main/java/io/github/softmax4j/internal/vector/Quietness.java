package io.github.softmax4j.internal.vector;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Tells whether code of the current thread makes objects. */
abstract class Quietness {

  /** Begins a round of {@code calls} calls. */
  abstract void begin();

  /** Returns whether the code of the round was in registers. */
  abstract boolean end(int calls);

  /** By the bytes that the thread has allocated or, in an image without management, by time. */
  static Quietness ofThisJvm() {
    return ModuleLayer.boot().findModule("jdk.management").isPresent()
        ? new ByAllocation()
        : new ByTime();
  }

  private static final class ByAllocation extends Quietness {

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private long before;

    @Override
    void begin() {
      before = threads.getCurrentThreadAllocatedBytes();
    }

    @Override
    boolean end(int calls) {
      return threads.getCurrentThreadAllocatedBytes() == before;
    }
  }

  /** Objects make code at least ten times slower, so the first rounds are slow. */
  private static final class ByTime extends Quietness {

    private static final int SPEEDUP = 10;

    private long slowest;
    private long before;

    @Override
    void begin() {
      before = System.nanoTime();
    }

    @Override
    boolean end(int calls) {
      long time = (System.nanoTime() - before) / calls;
      slowest = Math.max(slowest, time);
      return time * SPEEDUP < slowest;
    }
  }
}
