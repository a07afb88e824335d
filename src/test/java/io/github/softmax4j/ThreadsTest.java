package io.github.softmax4j;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Threads that come and go, or wait, keep no memory of the library. */
class ThreadsTest {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final int CLASSES = 1000;
  private static final int WARM_CALLS = 20_000;

  /** What the first calls of a thread may allocate: far less than any working memory. */
  private static final long FEW_BYTES = 2_000;

  private final float[] x = new float[CLASSES];
  private final float[] y = new float[CLASSES];
  private final int[] label = {3};
  private final CrossEntropy loss =
      CrossEntropy.builder().ignoreIndex(-100).labelSmoothing(0.1).build();
  private final Sampler sampler = Sampler.builder().topP(0.9).build();
  private final SplittableRandom random = new SplittableRandom(1);

  private void calls() {
    Softmax.softmax(x, y, 1, CLASSES);
    loss.lossAndGradient(x, label, y, 1, CLASSES);
    sampler.sample(x, 0, CLASSES, random);
    Softmax.softmax(MatrixView.ofBlocks(x, 10, 50, 2), MatrixView.ofBlocks(y, 10, 50, 2));
  }

  @Tag("slow")
  @Test
  void firstCallsOfAThreadAllocateNothing() throws InterruptedException {
    long end = System.nanoTime() + 20_000_000_000L;
    long fewest = Long.MAX_VALUE;
    while (fewest > FEW_BYTES && System.nanoTime() < end) {
      for (int i = 0; i < WARM_CALLS / 10; i++) {
        calls();
      }
      fewest = Math.min(fewest, bytesOfNewThread());
    }
    assertTrue(fewest <= FEW_BYTES, fewest + " bytes");
  }

  private long bytesOfNewThread() throws InterruptedException {
    AtomicLong bytes = new AtomicLong();
    Thread thread =
        new Thread(
            () -> {
              long before = THREADS.getCurrentThreadAllocatedBytes();
              calls();
              bytes.set(THREADS.getCurrentThreadAllocatedBytes() - before);
            });
    thread.start();
    thread.join();
    return bytes.get();
  }

  /** More threads than places in the pool use it at the same time, and again. */
  @Test
  void manyThreadsAtOnce() throws InterruptedException {
    float[] expected = new float[CLASSES];
    Softmax.softmax(new float[CLASSES], expected, 1, CLASSES);
    CountDownLatch ready = new CountDownLatch(100);
    List<Thread> threads = new ArrayList<>();
    AtomicLong wrong = new AtomicLong();
    for (int t = 0; t < 100; t++) {
      Runnable work =
          () -> {
            float[] own = new float[CLASSES];
            float[] result = new float[CLASSES];
            ready.countDown();
            for (int i = 0; i < 200; i++) {
              Softmax.softmax(own, result, 1, CLASSES);
              wrong.addAndGet(java.util.Arrays.equals(expected, result) ? 0 : 1);
            }
          };
      threads.add(t % 2 == 0 ? new Thread(work) : Thread.ofVirtual().unstarted(work));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    assertTrue(wrong.get() == 0, wrong + " wrong results");
  }

  /** The thread that used it lives on. */
  @Test
  void classLoaderIsReleased() throws Exception {
    WeakReference<ClassLoader> loader = new WeakReference<>(useInOwnLoader());
    long end = System.nanoTime() + 20_000_000_000L;
    while (loader.get() != null && System.nanoTime() < end) {
      System.gc();
      Thread.sleep(20);
    }
    assertNull(loader.get(), "the class loader is still reachable");
  }

  private static ClassLoader useInOwnLoader() throws IOException, ReflectiveOperationException {
    URL[] classes = {Jvm.library().toUri().toURL()};
    try (URLClassLoader loader =
        new URLClassLoader(classes, ClassLoader.getPlatformClassLoader())) {
      Class<?> softmax = loader.loadClass("io.github.softmax4j.Softmax");
      float[] x = new float[40_000];
      softmax
          .getMethod("softmax", float[].class, float[].class, int.class, int.class)
          .invoke(null, x, x, 40, 1000);
      Class<?> sampler = loader.loadClass("io.github.softmax4j.Sampler");
      Object builder = sampler.getMethod("builder").invoke(null);
      Object built = builder.getClass().getMethod("build").invoke(builder);
      sampler
          .getMethod(
              "sample", float[].class, int.class, int.class, java.util.random.RandomGenerator.class)
          .invoke(built, x, 0, 1000, new SplittableRandom(1));
      return loader;
    }
  }
}
