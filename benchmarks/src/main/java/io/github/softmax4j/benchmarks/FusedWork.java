package io.github.softmax4j.benchmarks;

import java.util.List;

/** The fused loss of a linear layer and its gradients. */
final class FusedWork implements Work {
  static final String OPERATION = "lossAndGradients";

  private final FusedData data;
  private final FusedData other;
  private final PeerTask task;

  /**
   * @param budget in MB
   */
  FusedWork(LinearShape shape, int budget) {
    data = FusedData.of(shape);
    other = data.withOtherGradients();
    task = FusedTask.of(data, budget);
  }

  @Override
  public double run() throws Exception {
    return task.run();
  }

  @Override
  public List<PeerTask> tasks(NamedPeer peer) throws Exception {
    return List.of(((FusedPeer) peer).task(other));
  }

  @Override
  public List<Finding> examine(PeerTask theirs) throws Exception {
    double ourLoss = run();
    double error = Math.abs(PeerSetting.NATIVE.runAndFetch(theirs) - ourLoss) / ourLoss;
    error = Math.max(error, data.difference(other));
    return List.of(new Finding(PeerSetting.NATIVE, 0, error, "it differs by " + error));
  }
}
