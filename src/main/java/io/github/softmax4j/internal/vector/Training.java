package io.github.softmax4j.internal.vector;

import io.github.softmax4j.internal.Kernel;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Has C2 compile vector code, in a thread of its own. It runs calls like those of the program until
 * they allocate nothing: then all vectors are in registers. The thread ends when nothing is left to
 * compile.
 */
final class Training {

  /** Rounds without allocation after which code is ready. */
  private static final int QUIET_ROUNDS = 3;

  /** How long a round lasts at least, in nanoseconds. */
  private static final long ROUND = 2_000_000;

  /** The fewest calls of a round. */
  private static final int MIN_CALLS = 8;

  /** How long code is tried, in nanoseconds. If it is not compiled then, lanewise code goes on. */
  private static final long PATIENCE = 60_000_000_000L;

  private final Kernel kernel;

  private final Queue<TrainingCase> cases = new ArrayDeque<>();

  private boolean isRunning;

  /** Whether some code has not been compiled in time, or failed. Nothing tries it again. */
  private boolean hasGivenUp;

  /** Makes a training of a kernel's code, which has not begun. */
  Training(Kernel kernel) {
    this.kernel = kernel;
  }

  /** Adds code that is to be compiled. */
  void request(TrainingCase wanted) {
    synchronized (cases) {
      cases.add(wanted);
      if (!isRunning) {
        isRunning = true;
        Thread thread = new Thread(null, this::run, "softmax4j-warm-up", 0, false);
        thread.setDaemon(true);
        thread.start();
      }
    }
  }

  /**
   * Waits until nothing is left to compile.
   *
   * @return false if the time is over before, or if some code could not be compiled
   */
  boolean await(long millis) throws InterruptedException {
    long end = System.nanoTime() + millis * 1_000_000;
    synchronized (cases) {
      for (long left = millis; isRunning && left > 0; ) {
        cases.wait(left);
        left = (end - System.nanoTime()) / 1_000_000;
      }
      return !isRunning && !hasGivenUp;
    }
  }

  private TrainingCase next() {
    synchronized (cases) {
      TrainingCase next = cases.poll();
      if (next == null) {
        isRunning = false;
        cases.notifyAll();
      }
      return next;
    }
  }

  private void run() {
    try {
      for (TrainingCase next = next(); next != null; next = next()) {
        train(next, Quietness.ofThisJvm());
      }
    } catch (Throwable e) {
      stop(); // lanewise code goes on
    }
  }

  private void stop() {
    synchronized (cases) {
      cases.clear();
      hasGivenUp = true;
      isRunning = false;
      cases.notifyAll();
    }
  }

  private void train(TrainingCase wanted, Quietness quietness) throws Throwable {
    wanted.prepare();
    wanted.run(kernel);
    Readiness.setLoaded(wanted.operation, wanted.layout);
    long start = System.nanoTime();
    int quiet = 0;
    while (quiet < QUIET_ROUNDS && System.nanoTime() - start < PATIENCE) {
      quietness.begin();
      int calls = round(wanted);
      quiet = quietness.end(calls) ? quiet + 1 : 0;
    }
    if (quiet == QUIET_ROUNDS) {
      Readiness.set(wanted.operation, wanted.layout);
    } else {
      giveUp();
    }
  }

  private void giveUp() {
    synchronized (cases) {
      hasGivenUp = true;
    }
  }

  /** Runs some calls, and returns their number. */
  private int round(TrainingCase wanted) throws Throwable {
    long start = System.nanoTime();
    int calls = 0;
    while (calls < MIN_CALLS || System.nanoTime() - start < ROUND) {
      wanted.run(kernel);
      calls++;
    }
    return calls;
  }
}
