package io.github.softmax4j.benchmarks;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Has the loss and its gradients in one way only, and says what memory that took. */
final class MemoryJvm {
  /** In the place of a peer: the fused loss. */
  static final String OURS = "softmax4j";

  private static final int HEAP_FOR_THE_REST = 256;

  /** After a collection, the heap is no larger than it must be: what was free would hide extra. */
  private static final List<String> FLAGS =
      List.of("-XX:+UseSerialGC", "-Xmn16m", "-XX:MinHeapFreeRatio=0", "-XX:MaxHeapFreeRatio=5");

  /** The same of the native heap: what is large is given back when it is let go. */
  private static final Map<String, String> ENVIRONMENT =
      Map.of("MALLOC_MMAP_THRESHOLD_", "1000000", "MALLOC_TRIM_THRESHOLD_", "1000000");

  private static final int SETTLING_SIZE = 300;
  private static final int CLEAN_CALLS = 10;
  private static final long FEW_BYTES = 16_384;
  private static final int MOST_SECONDS = 60;
  private static final long MEGABYTE = 1 << 20;

  private MemoryJvm() {}

  /** Takes the class of the peer, or {@link #OURS}, shape, budget, and whether to settle. */
  public static void main(String[] args) throws Exception {
    LinearShape shape = LinearShape.parse(args[2]);
    int budget = Integer.parseInt(args[3]);
    FusedPeer peer = args[1].equals(OURS) ? null : PeerSide.load(args[1], FusedPeer.class);
    String way = peer == null ? OURS + ", " + budget + " MB" : peer.name();
    if (Boolean.parseBoolean(args[4])) {
      settle(task(peer, FusedData.of(settlingShape(shape)), budget));
    }
    System.gc(); // gives back what settling took
    try (PeerTask task = task(peer, FusedData.of(shape), budget)) {
      ChildJvm.answer(args, measure(shape, way, task));
    }
    System.exit(0); // whatever threads the library has left
  }

  private static PeerTask task(FusedPeer peer, FusedData data, int budget) throws Exception {
    return peer == null ? FusedTask.of(data, budget) : peer.task(data);
  }

  /** Less work, but as many classes, by which kernels are chosen. */
  private static LinearShape settlingShape(LinearShape shape) {
    return new LinearShape(
        Math.min(SETTLING_SIZE, shape.rows()),
        Math.min(SETTLING_SIZE, shape.features()),
        shape.classes());
  }

  /** Until the compiler has done with the objects that young code makes of vectors. */
  private static void settle(PeerTask task) throws Exception {
    CompiledCode.await(task::run);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_SECONDS);
    int clean = 0;
    while (clean < CLEAN_CALLS && System.nanoTime() - end < 0) {
      long before = allocated();
      task.run();
      clean = allocated() - before < FEW_BYTES ? clean + 1 : 0;
    }
    task.close();
  }

  private static MemoryRun measure(LinearShape shape, String way, PeerTask task) throws Exception {
    ResidentMemory.forgetPeak();
    long before = ResidentMemory.now();
    long atFirst = allocated();
    double loss = task.run();
    long atSecond = allocated();
    long start = System.nanoTime();
    double again = task.run();
    long nanos = System.nanoTime() - start;
    long later = allocated() - atSecond;
    if (!(Math.abs(loss - again) <= 1e-6 * loss)) {
      throw new IllegalStateException("losses %s and %s differ".formatted(loss, again));
    }
    return new MemoryRun(
        shape.toString(),
        way,
        Runtime.getRuntime().maxMemory() / MEGABYTE,
        ResidentMemory.peak() - before,
        ResidentMemory.peak(),
        atSecond - atFirst,
        later,
        nanos);
  }

  private static long allocated() {
    return ManagementFactory.getPlatformMXBean(ThreadMXBean.class).getCurrentThreadAllocatedBytes();
  }

  /**
   * Starts such a JVM, with a heap that holds inputs, gradients, and the logits only where the way
   * needs them there.
   */
  static MemoryRun measure(
      PeerSide side, Variant width, LinearShape shape, int budget, boolean settles)
      throws IOException {
    List<String> flags = new ArrayList<>(FLAGS);
    flags.add("-Xmx" + heap(side, shape, budget) + "m");
    ChildJvm jvm = side.jvm(width, flags.toArray(String[]::new));
    jvm.environment().putAll(ENVIRONMENT);
    return jvm.ask(MemoryJvm.class, MemoryRun.class, side.provider(), shape, budget, settles);
  }

  private static long heap(PeerSide side, LinearShape shape, int budget) {
    long rows = shape.rows();
    long classes = shape.classes();
    long elements = 2 * (rows + classes) * shape.features();
    boolean holdsLogits = side.provider().equals(UnfusedPeer.class.getName());
    return (elements + (holdsLogits ? rows * classes : 0)) * Float.BYTES / MEGABYTE
        + budget
        + HEAP_FOR_THE_REST;
  }
}
