package io.github.softmax4j.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Times the products of this library beside those of a peer, in one JVM. */
final class LinearJvm {

  /** Beyond this, relative to the largest value, two float results are not of the same product. */
  private static final double TOLERANCE = 1e-4;

  private static final List<LinearShape> SETTLING_SHAPES =
      List.of(
          new LinearShape(130, 300, 200), new LinearShape(7, 64, 10), new LinearShape(1, 300, 200));

  private final LinearPeer peer;
  private final PeerPlan plan;
  private final int fork;
  private final Path messages;

  private LinearJvm(String provider, Mode mode, int fork, Path messages)
      throws ReflectiveOperationException {
    this.peer = LinearSide.load(provider, LinearPeer.class);
    this.plan = PeerPlan.of(mode);
    this.fork = fork;
    this.messages = messages;
  }

  /**
   * Takes the class of the peer, the mode, the shapes, the fork's number and a file to write to.
   */
  public static void main(String[] args) throws IOException {
    Path messages = Path.of(args[4]);
    List<LinearShape> shapes = Arrays.stream(args[2].split(",")).map(LinearShape::parse).toList();
    try {
      new LinearJvm(args[0], Mode.valueOf(args[1]), Integer.parseInt(args[3]), messages)
          .run(shapes);
    } catch (Throwable e) { // a library that cannot be loaded may throw anything
      e.printStackTrace();
      PeerMessage.of(PeerProblem.notHere(args[0], PeerJvm.reason(e))).append(messages);
    }
    System.exit(0); // whatever threads the library has left
  }

  private void run(List<LinearShape> shapes) throws IOException {
    PeerMessage.of(
            new PeerInfo(peer.name(), peer.name(), peer.description(), List.of(), PeerJvm.path()))
        .append(messages);
    settle();
    for (LinearCase linearCase : LinearCase.of(shapes)) {
      try {
        measure(linearCase);
      } catch (Exception | LinkageError | OutOfMemoryError e) {
        e.printStackTrace();
        complain(PeerProblem.Kind.FAILED, linearCase, PeerJvm.reason(e));
      }
    }
  }

  /** All products of several sizes, until the compiler had time for them. */
  private void settle() {
    List<LinearWorkload> workloads =
        LinearCase.of(SETTLING_SHAPES).stream().map(LinearWorkload::new).toList();
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(plan.settlingMillis());
    while (System.nanoTime() - end < 0) {
      workloads.forEach(LinearWorkload::run);
    }
  }

  private void measure(LinearCase linearCase) throws Exception {
    LinearWorkload workload = new LinearWorkload(linearCase);
    workload.run();
    double ourError = workload.error();
    if (ourError > LinearWorkload.TOLERANCE) {
      throw new IllegalStateException("softmax4j is wrong by " + ourError);
    }
    try (PeerTask task = peer.task(workload.gemm())) {
      for (PeerSetting setting : settings(linearCase.shape(), task)) {
        double peerError = peerError(workload, task, setting);
        if (peerError > TOLERANCE) {
          complain(PeerProblem.Kind.WRONG, linearCase, setting.label() + " wrong by " + peerError);
        } else {
          time(linearCase, workload, task, setting, ourError, peerError);
        }
      }
    }
  }

  /** What is on the heap has no other setting; copies of large matrices tell nothing. */
  private static List<PeerSetting> settings(LinearShape shape, PeerTask task) {
    if (task instanceof HeapTask) {
      return List.of(PeerSetting.HEAP);
    }
    return shape.isLarge() ? List.of(PeerSetting.NATIVE) : List.of(PeerSetting.values());
  }

  /** A limit has no result: its test says that it does what it is for. */
  private double peerError(LinearWorkload workload, PeerTask task, PeerSetting setting)
      throws Exception {
    if (peer instanceof LinearLimits) {
      return 0;
    }
    Arrays.fill(workload.gemm().result(), Float.NaN);
    setting.run(task);
    if (setting == PeerSetting.NATIVE) {
      task.fetch();
    }
    return workload.difference(workload.gemm().result());
  }

  private void time(
      LinearCase linearCase,
      LinearWorkload workload,
      PeerTask task,
      PeerSetting setting,
      double ourError,
      double peerError)
      throws Exception {
    PairedTiming timing = new PairedTiming(plan, workload::run, () -> setting.run(task));
    timing.run();
    PeerMessage.of(
            new PeerCell(
                peer.name(),
                task.way(),
                linearCase.operation().methodName(),
                linearCase.shape().toString(),
                setting,
                fork,
                ourError,
                peerError,
                timing))
        .append(messages);
  }

  private void complain(PeerProblem.Kind kind, LinearCase linearCase, String reason)
      throws IOException {
    PeerMessage.of(
            new PeerProblem(
                kind,
                peer.name(),
                linearCase.operation().methodName(),
                linearCase.shape().toString(),
                reason))
        .append(messages);
  }
}
