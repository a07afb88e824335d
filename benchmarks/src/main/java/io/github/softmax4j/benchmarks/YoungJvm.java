package io.github.softmax4j.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Counts the products of a JVM's first second, from its first call on. */
final class YoungJvm {

  static final int SLOT_MILLIS = 50;
  static final LinearShape SHAPE = new LinearShape(256, 512, 1000);

  /** In the place of a peer. */
  static final String OURS = "softmax4j";

  private static final double TOLERANCE = 1e-4;

  private YoungJvm() {}

  /**
   * Takes the class of the peer, or {@link #OURS}, the number of slots, width, name and a file to
   * write to.
   */
  public static void main(String[] args) throws Exception {
    LinearWorkload workload = new LinearWorkload(new LinearCase(LinearOperation.FORWARD, SHAPE));
    int[] products = new int[Integer.parseInt(args[1])];
    double firstMillis;
    if (args[0].equals(OURS)) {
      firstMillis = count(workload::run, products);
    } else {
      PeerTask task = LinearSide.load(args[0], LinearPeer.class).task(workload.gemm());
      firstMillis = count(task::run, products);
      task.fetch();
      workload.run();
      if (workload.difference(workload.gemm().result()) > TOLERANCE) {
        throw new IllegalStateException(args[0] + " is wrong");
      }
    }
    if (workload.error() > LinearWorkload.TOLERANCE) {
      throw new IllegalStateException("softmax4j is wrong");
    }
    Files.writeString(
        Path.of(args[4]),
        new ObjectMapper()
            .writeValueAsString(new YoungRun(args[2], args[3], firstMillis, products)));
    System.exit(0); // whatever threads the library has left
  }

  /**
   * A product counts in the slot in which it ends.
   *
   * @return when the first one ended
   */
  private static double count(TimedCall call, int[] products) throws Exception {
    long slotNanos = TimeUnit.MILLISECONDS.toNanos(SLOT_MILLIS);
    long start = System.nanoTime();
    call.run();
    long nanos = System.nanoTime() - start;
    double firstMillis = nanos / 1e6;
    while (nanos / slotNanos < products.length) {
      products[(int) (nanos / slotNanos)]++;
      call.run();
      nanos = System.nanoTime() - start;
    }
    return firstMillis;
  }

  /**
   * Starts such a JVM.
   *
   * @param name that of the peer, for people to read
   */
  static YoungRun measure(PairedWidth width, String name, LinearSide side, int slots)
      throws IOException {
    Path answer = side.module().workingDirectory().resolve("young.json").toAbsolutePath();
    List<String> arguments =
        List.of(side.provider(), Integer.toString(slots), width.label(), name, answer.toString());
    Files.deleteIfExists(answer);
    ProcessBuilder jvm = PeerProcess.of(side.module(), width.flags(), YoungJvm.class, arguments);
    jvm.environment().putAll(width.environment());
    if (Subprocess.waitFor(jvm.start()) != 0) {
      throw new RunFailedException(
          "young JVM of " + name + ": " + PeerProcess.lastLine(side.module()));
    }
    return new ObjectMapper().readValue(answer.toFile(), YoungRun.class);
  }
}
