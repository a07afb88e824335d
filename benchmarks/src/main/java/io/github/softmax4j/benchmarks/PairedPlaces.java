package io.github.softmax4j.benchmarks;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.LongSupplier;

/**
 * Times two builds in turn, in several threads one after the other. Each thread has its working
 * memory at other places, the same in both builds. Where it is can be worth a tenth of the time.
 */
final class PairedPlaces {
  private static final int WARMUP_MILLIS = 2;
  private static final int SLICE_MICROS = 1_000;
  private static final int MOST_PAIRS = 10_000;
  private static final int LEAST_PAIRS = 5;

  /**
   * Addresses that differ by it go to one set of the first-level cache, and look alike to stores.
   */
  private static final int PAGE = 4096;

  private static final int ARRAY_HEADER = 16;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final long SEED = 45;

  private final TimedCall tree;
  private final TimedCall base;
  private final LongSupplier clock;
  private final SplittableRandom random;
  private final List<Pairs> ofThreads = new ArrayList<>();

  /** Only ever written, so that the arrays are really made. */
  private volatile byte[] padding;

  /** The times of a call in each slice, pair by pair. */
  private record Pairs(double[] tree, double[] base) {
    double[] ratios() {
      return Stats.ratios(tree, base);
    }
  }

  /**
   * @param fork chooses the places
   */
  PairedPlaces(PairedCalls calls, int fork, LongSupplier clock) {
    this.tree = calls.tree();
    this.base = calls.base();
    this.clock = clock;
    this.random = new SplittableRandom(SEED + fork);
  }

  /**
   * @param threads how many more
   * @param millis for how long all of them together
   */
  void run(int threads, int millis) throws Exception {
    for (int i = 0; i < threads; i++) {
      boolean baseFirst = ofThreads.size() % 2 == 1;
      ofThreads.add(inNewThread(() -> time(baseFirst, millis / threads)));
    }
  }

  /** Of the tree by the base, in the usual thread. */
  double ratio() {
    return Stats.median(ofThreads, pairs -> Stats.median(pairs.ratios()));
  }

  double quartileSpread() {
    return Stats.median(ofThreads, pairs -> Stats.quartileSpread(pairs.ratios()));
  }

  double treeNanos() {
    return Stats.median(ofThreads, pairs -> Stats.median(pairs.tree));
  }

  double baseNanos() {
    return Stats.median(ofThreads, pairs -> Stats.median(pairs.base));
  }

  int pairs() {
    return ofThreads.stream().mapToInt(pairs -> pairs.tree.length).sum();
  }

  private Pairs time(boolean baseFirst, int millis) throws Exception {
    TimedCall first = baseFirst ? base : tree;
    TimedCall second = baseFirst ? tree : base;
    alignWorkingMemory(first, second);
    PeerPlan plan =
        new PeerPlan(1, 0, WARMUP_MILLIS, SLICE_MICROS, MOST_PAIRS, LEAST_PAIRS, millis);
    PairedTiming timing = new PairedTiming(plan, first, second, clock);
    timing.run();
    double[] ofFirst = timing.first().nanosPerCall();
    double[] ofSecond = timing.second().nanosPerCall();
    return baseFirst ? new Pairs(ofSecond, ofFirst) : new Pairs(ofFirst, ofSecond);
  }

  /**
   * The first call of a thread gets the working memory, which lies behind what the thread has got
   * before. Padding makes the second build's begin some pages behind the first one's.
   */
  private void alignWorkingMemory(TimedCall first, TimedCall second) throws Exception {
    padding = new byte[random.nextInt(PAGE)];
    long before = THREADS.getCurrentThreadAllocatedBytes();
    first.run();
    long used = THREADS.getCurrentThreadAllocatedBytes() - before;
    padding = new byte[paddingAfter(used)];
    second.run();
  }

  /** The length of an array that fills the last page begun. */
  static int paddingAfter(long used) {
    return (int) Math.floorMod(-used - ARRAY_HEADER, (long) PAGE);
  }

  private static <T> T inNewThread(Callable<T> task) throws Exception {
    FutureTask<T> future = new FutureTask<>(task);
    new Thread(future, "paired").start();
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a call failed", e.getCause());
    }
  }
}
