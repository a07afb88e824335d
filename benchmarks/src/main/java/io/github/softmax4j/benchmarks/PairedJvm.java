package io.github.softmax4j.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Times two builds of the library in turn in one JVM. Time is that of the thread on its CPU, of
 * which others on the machine take less than of the time on the wall.
 */
final class PairedJvm {

  /** Begins each line of the output that is a {@link PairedSample}. */
  static final String ANSWER = "softmax4j paired:";

  /** Threads of each cell. */
  private static final int PLACES = 10;

  /** Calls whose memory is counted; less than a byte for each is not theirs. */
  private static final int COUNTED_CALLS = 20;

  /** From that on, all pairs of a cell are measured once more. */
  static final double WIDE_SPREAD = 0.06;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final PairedJvmArguments arguments;
  private final PairedDriver tree;
  private final PairedDriver base;

  private PairedJvm(PairedJvmArguments arguments, PairedDriver tree, PairedDriver base) {
    this.arguments = arguments;
    this.tree = tree;
    this.base = base;
  }

  /** Takes a {@link PairedJvmArguments} as JSON. */
  public static void main(String[] args) throws Exception {
    PairedJvmArguments arguments = PairedJvmArguments.parse(args[0]);
    boolean baseFirst = arguments.baseFirst();
    PairedDriver first = driver(baseFirst ? arguments.base() : arguments.tree());
    PairedDriver second = driver(baseFirst ? arguments.tree() : arguments.base());
    new PairedJvm(arguments, baseFirst ? second : first, baseFirst ? first : second).run();
  }

  private static PairedDriver driver(String jar) throws IOException {
    // never closed: it is needed to the end
    @SuppressWarnings("resource")
    BuildLoader loader = new BuildLoader(Path.of(jar));
    return loader.driver();
  }

  private void run() throws Exception {
    requireWidth(tree);
    requireWidth(base);
    Map<PairedCell, PairedCalls> calls = calls();
    new PairedUse(arguments.baseFirst()).run(calls);
    for (String name : arguments.cells()) {
      PairedCell cell = PairedCell.ofName(name);
      PairedCalls ofCell = calls.get(cell);
      say(
          ofCell.areHere()
              ? measure(cell, ofCell)
              : PairedSample.failed(
                  arguments.width().label(), arguments.fork(), name, ofCell.problem()));
    }
  }

  private void requireWidth(PairedDriver driver) {
    int bits = driver.vectorBits();
    if (bits != arguments.width().bits()) {
      throw new IllegalStateException("vectors of " + bits + " bits: not " + arguments.width());
    }
  }

  /** Of all cells, whichever are measured, so that the code is compiled under the same terms. */
  private Map<PairedCell, PairedCalls> calls() {
    Map<Shape, PairedArrays> arrays = new HashMap<>();
    Map<PairedCell, PairedCalls> calls = new LinkedHashMap<>();
    for (PairedCell cell : PairedCell.all()) {
      PairedArrays ofShape = arrays.computeIfAbsent(cell.shape(), PairedArrays::of);
      calls.put(cell, PairedCalls.of(cell, ofShape, tree, base));
    }
    return calls;
  }

  private PairedSample measure(PairedCell cell, PairedCalls calls) throws Exception {
    PairedPlaces places =
        new PairedPlaces(calls, arguments.fork(), THREADS::getCurrentThreadCpuTime);
    places.run(PLACES, arguments.millis());
    if (places.quartileSpread() > WIDE_SPREAD) {
      places.run(PLACES, arguments.millis());
    }
    return new PairedSample(
        arguments.width().label(),
        arguments.fork(),
        cell.name(),
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

  private static void say(PairedSample sample) throws IOException {
    System.out.println(ANSWER + new ObjectMapper().writeValueAsString(sample));
  }

  /** What the lines of such a JVM's output say. */
  static List<PairedSample> samples(List<String> lines) throws IOException {
    List<PairedSample> samples = new ArrayList<>();
    for (String line : lines) {
      if (line.startsWith(ANSWER)) {
        samples.add(
            new ObjectMapper().readValue(line.substring(ANSWER.length()), PairedSample.class));
      }
    }
    return samples;
  }
}
