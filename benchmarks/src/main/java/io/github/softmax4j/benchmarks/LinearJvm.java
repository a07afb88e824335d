package io.github.softmax4j.benchmarks;

import java.io.IOException;
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
  private final PairRecorder recorder;

  private LinearJvm(LinearPeer peer, PairRecorder recorder) {
    this.peer = peer;
    this.recorder = recorder;
  }

  /** Takes {@link PairArguments}. */
  public static void main(String[] args) throws IOException {
    PairArguments arguments = PairArguments.parse(args);
    arguments.run(
        LinearPeer.class,
        PeerPlan.of(arguments.mode()),
        (peer, recorder, a) -> new LinearJvm(peer, recorder).run(a.shapes()));
  }

  private void run(List<LinearShape> shapes) throws IOException {
    settle();
    for (LinearCase linearCase : LinearCase.of(shapes)) {
      recorder.tryTo(
          linearCase.operation().methodName(),
          linearCase.shape().toString(),
          () -> measure(linearCase));
    }
  }

  /** All products of several sizes, until the compiler had time for them. */
  private void settle() {
    List<LinearWorkload> workloads =
        LinearCase.of(SETTLING_SHAPES).stream().map(LinearWorkload::new).toList();
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(recorder.plan().settlingMillis());
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
    String operation = linearCase.operation().methodName();
    String shape = linearCase.shape().toString();
    try (PeerTask task = peer.task(workload.gemm())) {
      for (PeerSetting setting : settings(linearCase.shape(), task)) {
        double peerError = peerError(workload, task, setting);
        if (peerError > TOLERANCE) {
          recorder.complain(
              PeerProblem.Kind.WRONG, operation, shape, setting.label() + " wrong by " + peerError);
        } else {
          recorder.time(
              task.way(),
              operation,
              shape,
              setting,
              ourError,
              peerError,
              workload::run,
              () -> setting.run(task));
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
}
