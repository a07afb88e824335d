package io.github.softmax4j;

import io.github.softmax4j.internal.select.Kernels;

/**
 * Initializes the library's classes in a thread of its own, before the first operation.
 *
 * <p>A class whose initializer throws is unusable for ever. An initializer throws if the first
 * operation of a program is near the end of its thread's stack. A new thread has a whole stack.
 *
 * <p>This class has no initializer.
 */
final class Startup implements Runnable {

  /** How long an operation waits for the log, in milliseconds: a logger may wait for its caller. */
  private static final long PATIENCE = 1000;

  private static boolean isDone;

  private boolean isInitialized;

  private boolean isLogged;

  private Startup() {}

  /** Initializes all classes that have an initializer, the first time. */
  static void ensure() {
    if (!isDone) {
      initializeAll();
    }
  }

  private static synchronized void initializeAll() {
    if (isDone) {
      return;
    }
    Startup startup = new Startup();
    try {
      Thread thread = new Thread(null, startup, "softmax4j-start", 0, false);
      thread.setDaemon(true);
      thread.start();
      startup.await();
    } catch (OutOfMemoryError e) { // no thread can be made
      startup.run();
    }
    isDone = true;
  }

  @Override
  public void run() {
    try {
      initialize();
    } finally {
      done(false);
    }
    Kernels.warn();
    done(true);
  }

  private synchronized void done(boolean withLog) {
    isInitialized = true;
    isLogged = withLog;
    notifyAll();
  }

  private synchronized void await() {
    boolean isInterrupted = false;
    while (!isInitialized) {
      isInterrupted |= isInterruptedInWait();
    }
    long end = System.nanoTime() + PATIENCE * 1_000_000;
    while (!isLogged && System.nanoTime() - end < 0) {
      isInterrupted |= isInterruptedInWait();
    }
    if (isInterrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for the other thread, and returns whether an interrupt has ended that. */
  private boolean isInterruptedInWait() {
    try {
      wait(PATIENCE / 10);
      return false;
    } catch (InterruptedException e) {
      return true;
    }
  }

  private static void initialize() {
    initialize(SharedClasses.NAMES);
    if (Kernels.ACTIVE.lanes() > 1) {
      initialize(VectorClasses.NAMES);
    }
  }

  private static void initialize(String[] names) {
    ClassLoader loader = Startup.class.getClassLoader();
    for (String name : names) {
      try {
        Class.forName("io.github.softmax4j." + name, true, loader);
      } catch (ClassNotFoundException | LinkageError e) {
        // a tool has removed the class from the jar: an operation that needs it throws
      }
    }
  }

  /** Classes with an initializer that both paths need. */
  static final class SharedClasses {
    static final String[] NAMES = {
      "Active",
      "ActivePath$Kind",
      "LinearCrossEntropy$Recompute",
      "LinearInference$Memory",
      "Reduction",
      "internal.CallPool",
      "internal.LossOptions",
      "internal.MatrixProduct",
      "internal.Settings",
      "internal.sample.BlockSums",
      "internal.sample.Ranking",
      "internal.sample.Shortlist",
      "internal.sample.TopClasses",
      "internal.select.Kernels",
      "internal.select.SlowVectors",
    };

    private SharedClasses() {}
  }

  /** Classes of the vector path with an initializer, but for those that only vector code needs. */
  static final class VectorClasses {
    static final String[] NAMES = {
      "internal.vector.BackwardCase",
      "internal.vector.KernelTable",
      "internal.vector.KernelTable$Kind",
      "internal.vector.Lanewise$1",
      "internal.vector.Readiness",
      "internal.vector.RowsCase",
      "internal.vector.VectorKernel",
      "internal.vector.Workspace",
      "internal.vector.Workspace$1",
      "internal.vector.lanewise.LanewisePieceLoops",
      "internal.vector.math.Exponential",
      "internal.vector.math.Width",
      "internal.vector.product.AcrossLanes",
      "internal.vector.product.PackedProduct",
      "internal.vector.product.TilePlace",
      "internal.vector.tile.ClassMajor",
      "internal.vector.tile.Sizes",
      "internal.vector.tile.Tile",
    };

    private VectorClasses() {}
  }
}
