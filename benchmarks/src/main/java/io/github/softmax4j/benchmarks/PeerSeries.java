package io.github.softmax4j.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Has peers timed one after the other, tells how far it is, keeps what they give. */
final class PeerSeries {

  private final PeerPlan plan;
  private final PeerResults results;
  private final Path directory;
  private final PrintStream out;
  private final Set<PeerModule> unusable = new HashSet<>();

  /**
   * @param results to be added to
   * @param directory where they are written
   */
  PeerSeries(PeerPlan plan, PeerResults results, Path directory, PrintStream out) {
    this.plan = plan;
    this.results = results;
    this.directory = directory;
    this.out = out;
  }

  /** Forks outermost, peers innermost: what the machine does over time, it does to all of them. */
  void run(List<PeerModule> modules, List<Operation> operations, List<Shape> shapes)
      throws IOException {
    List<List<Operation>> perJvm = perJvm(operations);
    int jvms = plan.forks() * perJvm.size() * modules.size();
    PeerProgress progress =
        new PeerProgress(out, InstantSource.system(), jvms, plan.timesMeanSomething());
    for (int fork = 1; fork <= plan.forks(); fork++) {
      for (List<Operation> some : perJvm) {
        for (PeerModule module : modules) {
          if (unusable.contains(module)) {
            progress.skips();
          } else {
            progress.starts(module.name(), some);
            progress.ends(run(module, some, shapes, fork));
          }
        }
      }
    }
    results.write(directory);
  }

  /** One, so that a crash costs no more; or all, where it is only about whether they are right. */
  private List<List<Operation>> perJvm(List<Operation> operations) {
    return plan.timesMeanSomething()
        ? operations.stream().map(List::of).toList()
        : List.of(operations);
  }

  private List<PeerMessage> run(
      PeerModule module, List<Operation> operations, List<Shape> shapes, int fork)
      throws IOException {
    List<PeerMessage> messages = PeerRun.run(module, operations, shapes, plan, fork);
    if (messages.stream().noneMatch(m -> m.info() != null)) {
      unusable.add(module);
    }
    messages.forEach(results::add);
    // each time, so that a run that is broken off leaves what it has
    results.write(directory);
    return messages;
  }
}
