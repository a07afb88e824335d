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
    int jvms = plan.forks() * operations.size() * modules.size();
    PeerProgress progress =
        new PeerProgress(out, InstantSource.system(), jvms, plan.timesMeanSomething());
    for (int fork = 1; fork <= plan.forks(); fork++) {
      for (Operation operation : operations) {
        for (PeerModule module : modules) {
          if (unusable.contains(module)) {
            progress.skips();
          } else {
            progress.starts(module.name(), operation);
            progress.ends(run(module, operation, shapes, fork));
          }
        }
      }
    }
    results.write(directory);
  }

  private List<PeerMessage> run(
      PeerModule module, Operation operation, List<Shape> shapes, int fork) throws IOException {
    List<PeerMessage> messages = PeerRun.run(module, operation, shapes, plan, fork);
    if (messages.stream().noneMatch(m -> m.info() != null)) {
      unusable.add(module);
    }
    messages.forEach(results::add);
    // each time, so that a run that is broken off leaves what it has
    results.write(directory);
    return messages;
  }
}
