package io.github.softmax4j.benchmarks;

import io.github.softmax4j.benchmarks.Workload.Output;
import io.github.softmax4j.cli.Operation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** An operation on logits. */
final class LogitsWork implements Work {
  private final Workload workload;
  private final Batch batch;

  LogitsWork(Operation operation, Shape shape) {
    workload = new Workload(operation, shape);
    Data data = workload.data();
    float[] room = new float[shape.elements()];
    batch = new Batch(shape.rows(), shape.classes(), data.logits(), data.labels(), room);
  }

  @Override
  public double run() throws Exception {
    return workload.run();
  }

  @Override
  public List<PeerTask> tasks(NamedPeer peer) throws Exception {
    return ((Peer) peer).tasks(workload.operation(), batch);
  }

  /** All in one go, as the oracle takes its time. */
  @Override
  public List<Finding> examine(PeerTask task) throws Exception {
    List<Output> outputs = new ArrayList<>(List.of(workload.output()));
    for (PeerSetting setting : PeerSetting.values()) {
      Arrays.fill(batch.output(), Float.NaN);
      double loss = setting.runAndFetch(task);
      outputs.add(new Output(loss, batch.output().clone()));
    }
    List<WorstError> errors =
        new Verification(workload.operation(), workload.data()).worstErrors(outputs);
    WorstError ours = errors.get(0);
    if (ours.isAbove(Verification.TOLERANCE)) {
      throw new IllegalStateException("softmax4j is wrong: " + ours.description());
    }
    return Stream.of(PeerSetting.values())
        .map(setting -> finding(setting, ours, errors.get(1 + setting.ordinal())))
        .toList();
  }

  private static Finding finding(PeerSetting setting, WorstError ours, WorstError peers) {
    return new Finding(setting, ours.share(), peers.share(), peers.description());
  }
}
