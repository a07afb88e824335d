package io.github.softmax4j.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The subcommand {@code fused}. */
@Command(
    name = "fused",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Times the fused loss of the linear layer and its gradients beside this library's own"
          + " products and beside PyTorch, on one thread, and says what memory each needs: 15"
          + " minutes."
    })
final class FusedCommand extends ContestCommand {
  private static final String LARGE_SHAPE = "2048x2048x128256";

  @Option(
      names = "--shapes",
      split = ",",
      defaultValue = "512x768x32000,2048x768x50257",
      paramLabel = "<rows>x<features>x<classes>",
      description = "Other shapes than ${DEFAULT-VALUE}.")
  private List<LinearShape> shapes;

  @Option(
      names = "--budgets",
      split = ",",
      defaultValue = "64",
      paramLabel = "<MB>",
      description = "Working memory of the fused loss (${DEFAULT-VALUE}); several are compared.")
  private List<Integer> budgets;

  @Option(
      names = "--large",
      description = {
        "Also " + LARGE_SHAPE + ", of which only memory and the time of one call are taken:",
        "some minutes, and up to 10 GB."
      })
  private boolean large;

  FusedCommand() {
    super(Contest.FUSED, 2, List.of(FusedWork.OPERATION), List.of("33x40x257"), UnfusedPeer.class);
  }

  @Override
  List<?> shapes() {
    return shapes;
  }

  @Override
  List<Integer> budgets() {
    return budgets;
  }

  /** Memory: each way in a JVM of its own. */
  @Override
  void measureMore(List<Variant> widths, List<PeerSide> sides, PeerResults results)
      throws IOException {
    List<String> all = new ArrayList<>(shapesOfMode());
    if (large) {
      all.add(LARGE_SHAPE);
    }
    PeerSide ours = new PeerSide(ownModule(), MemoryJvm.OURS, FusedPeer.class);
    for (String shape : all) {
      for (int budget : budgets) {
        measure(widths.get(0), ours, shape, budget, results);
      }
      for (PeerSide peer : sides) {
        measure(widths.get(0), peer, shape, 0, results);
      }
    }
  }

  private void measure(Variant width, PeerSide side, String shape, int budget, PeerResults results)
      throws IOException {
    System.out.printf("memory, %s, JVM with %s ... ", shape, side.name());
    try {
      LinearShape sizes = LinearShape.parse(shape);
      MemoryRun run = MemoryJvm.measure(side, width, sizes, budget, mode().timesMeanSomething());
      System.out.printf(
          Locale.ROOT, "%d MB more, %.2f s%n", run.extraBytes() >> 20, run.laterNanos() / 1e9);
      results.memory().add(run);
    } catch (RunFailedException e) {
      String reason = e.getMessage().lines().reduce((first, last) -> last).orElseThrow();
      PeerProblem problem =
          new PeerProblem(PeerProblem.Kind.FAILED, side.name(), "memory", shape, reason);
      System.out.println(problem);
      results.widths().get(width.id()).add(PeerMessage.of(problem));
    }
  }
}
