package io.github.softmax4j.benchmarks;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Times two builds of the library in turn in one JVM. Time is that of the thread on its CPU, of
 * which others on the machine take less than of the time on the wall.
 */
final class PairedJvm {
  /** From that on, all pairs of a cell are measured once more. */
  static final double WIDE_SPREAD = 0.06;

  /** Threads of each cell. */
  private static final int PLACES = 10;

  /** Calls whose memory is counted; less than a byte for each is not theirs. */
  private static final int COUNTED_CALLS = 20;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final Request request;
  private final Driver tree;
  private final Driver base;

  /**
   * What such a JVM is asked to do.
   *
   * @param tree the jar of the working tree
   * @param base that of the revision to compare with
   * @param fork which of the JVMs that measure the same, from 1
   * @param cells the names of those to measure
   * @param millis for how long each is measured
   */
  record Request(
      String tree, String base, Variant variant, int fork, List<String> cells, int millis) {
    /** Whether the base is loaded, used and timed before the working tree. */
    boolean baseFirst() {
      return fork % 2 == 0;
    }
  }

  private PairedJvm(Request request, Driver tree, Driver base) {
    this.request = request;
    this.tree = tree;
    this.base = base;
  }

  /** Takes a {@link Request}, answers with a {@link PairedSample} for each cell. */
  public static void main(String[] args) throws Exception {
    Request request = Json.parse(args[1], Request.class);
    boolean baseFirst = request.baseFirst();
    Driver first = driver(baseFirst ? request.base() : request.tree());
    Driver second = driver(baseFirst ? request.tree() : request.base());
    new PairedJvm(request, baseFirst ? second : first, baseFirst ? first : second).run(args);
  }

  private static Driver driver(String jar) throws IOException {
    // never closed: it is needed to the end
    @SuppressWarnings("resource")
    BuildLoader loader = new BuildLoader(Path.of(jar));
    return loader.driver();
  }

  private void run(String[] args) throws Exception {
    request.variant().require(tree.vectorBits());
    request.variant().require(base.vectorBits());
    Map<PairedCell, PairedCalls> calls = calls();
    PairedUse use = new PairedUse(request.baseFirst());
    use.run(calls);
    awaitCompiled(tree);
    awaitCompiled(base);
    use.run(calls); // the callers of the vector code, which are compiled with it
    for (String name : request.cells()) {
      PairedCalls ofCell = calls.get(PairedCell.ofName(name));
      ChildJvm.answer(args, ofCell.areHere() ? measure(name, ofCell) : failed(name, ofCell));
    }
  }

  private static void awaitCompiled(Driver driver) {
    try {
      driver.awaitCompiled();
    } catch (LinkageError e) {
      // vector code serves this build from its first call on
    }
  }

  /** Of all cells, whichever are measured, so that the code is compiled under the same terms. */
  private Map<PairedCell, PairedCalls> calls() {
    Map<String, Data> data = new HashMap<>();
    Map<PairedCell, PairedCalls> calls = new LinkedHashMap<>();
    for (PairedCell cell : PairedCell.all()) {
      Data ofShape = data.computeIfAbsent(cell.shape() + " " + cell.inPlace(), k -> cell.data());
      calls.put(cell, PairedCalls.of(cell.operation(), ofShape, tree, base));
    }
    return calls;
  }

  private PairedSample failed(String name, PairedCalls calls) {
    return PairedSample.failed(request.variant().id(), request.fork(), name, calls.problem());
  }

  private PairedSample measure(String name, PairedCalls calls) throws Exception {
    PairedPlaces places = new PairedPlaces(calls, request.fork(), THREADS::getCurrentThreadCpuTime);
    places.run(PLACES, request.millis());
    if (places.quartileSpread() > WIDE_SPREAD) {
      places.run(PLACES, request.millis());
    }
    return new PairedSample(
        request.variant().id(),
        request.fork(),
        name,
        places.ratio(),
        places.quartileSpread(),
        places.pairs(),
        places.treeNanos(),
        places.baseNanos(),
        bytesPerCall(calls.tree()),
        bytesPerCall(calls.base()),
        calls.sameBits(),
        "");
  }

  /** The least of some attempts: the JVM itself may allocate meanwhile. */
  private static long bytesPerCall(TimedCall call) throws Exception {
    long least = Long.MAX_VALUE;
    for (int attempt = 0; attempt < 3; attempt++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      TimedCall.repeat(call, COUNTED_CALLS);
      least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
    }
    return least / COUNTED_CALLS;
  }
}
