package io.github.softmax4j.benchmarks;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Times the fused loss beside another way, in one JVM. */
final class FusedJvm {

  static final String OPERATION = "lossAndGradients";

  /** Of gradients, relative to the largest value, and of the loss. */
  private static final double TOLERANCE = 1e-4;

  private static final int SETTLING_BUDGET = 64;
  private static final LinearShape SETTLING_SHAPE = new LinearShape(300, 300, 1000);

  private FusedJvm() {}

  /** Takes {@link PairArguments}. */
  public static void main(String[] args) throws IOException {
    PairArguments arguments = PairArguments.parse(args);
    arguments.run(FusedPeer.class, plan(arguments.mode()), FusedJvm::run);
  }

  /** Of calls that take seconds, a few are enough. */
  static PeerPlan plan(Mode mode) {
    return switch (mode) {
      case QUICK -> new PeerPlan(1, 3_000, 100, 1_000, 15, 3, 10_000);
      case FULL -> new PeerPlan(3, 3_000, 100, 1_000, 15, 3, 20_000);
      case SMOKE -> PeerPlan.of(mode);
    };
  }

  private static void run(FusedPeer peer, PairRecorder recorder, PairArguments arguments)
      throws IOException {
    recorder.tryTo(
        OPERATION,
        SETTLING_SHAPE.toString(),
        () -> {
          FusedData data = FusedData.of(SETTLING_SHAPE);
          settle(new FusedTask(data, SETTLING_BUDGET), recorder.plan());
          settle(peer.task(data), recorder.plan());
        });
    for (LinearShape shape : arguments.shapes()) {
      for (int budget : arguments.budgets()) {
        recorder.tryTo(OPERATION, shape.toString(), () -> measure(peer, recorder, shape, budget));
      }
    }
  }

  /** Until the compiler had time for it. */
  private static void settle(PeerTask task, PeerPlan plan) throws Exception {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(plan.settlingMillis());
    do {
      task.run();
    } while (System.nanoTime() - end < 0);
    task.close();
  }

  private static void measure(FusedPeer peer, PairRecorder recorder, LinearShape shape, int budget)
      throws Exception {
    FusedData data = FusedData.of(shape);
    FusedData other = data.withOtherGradients();
    FusedTask ours = new FusedTask(data, budget);
    try (PeerTask theirs = peer.task(other)) {
      double ourLoss = ours.run();
      double error = Math.abs(theirs.run() - ourLoss) / ourLoss;
      theirs.fetch();
      error = Math.max(error, data.difference(other));
      if (!(error <= TOLERANCE)) {
        recorder.complain(
            PeerProblem.Kind.WRONG, OPERATION, shape.toString(), "differs by " + error);
        return;
      }
      recorder.time(
          way(budget),
          OPERATION,
          shape.toString(),
          PeerSetting.NATIVE,
          0,
          error,
          ours::run,
          theirs::run);
    }
  }

  /** As cells have it. */
  static String way(int budget) {
    return budget + " MB";
  }
}
