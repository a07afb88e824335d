package io.github.softmax4j.benchmarks;

import io.github.softmax4j.benchmarks.ChildJvm.Outcome;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Has peers timed one after the other, tells how far it is, keeps what they give. Nothing is
 * written before the first JVM has given something.
 */
final class PeerSeries {
  /** This many float arrays of the size of the largest one. */
  private static final int ARRAYS = 6;

  private static final Duration EXPECTED = Duration.ofSeconds(40);

  private final Contest contest;
  private final PeerPlan plan;
  private final PeerResults results;
  private final Path file;
  private final PrintStream out;
  private final Set<PeerSide> unusable = new HashSet<>();

  /**
   * @param results to be added to
   * @param file where they are written
   */
  PeerSeries(Contest contest, PeerPlan plan, PeerResults results, Path file, PrintStream out) {
    this.contest = contest;
    this.plan = plan;
    this.results = results;
    this.file = file;
    this.out = out;
  }

  /**
   * Forks outermost, peers innermost: what the machine does over time, it does to all of them.
   *
   * @param operations those that share a JVM are in a list
   */
  void run(
      List<Variant> widths,
      List<PeerSide> sides,
      List<List<String>> operations,
      List<String> shapes,
      List<Integer> budgets)
      throws IOException {
    int jvms =
        plan.forks()
            * widths.size()
            * operations.stream().mapToInt(some -> having(some, sides).size()).sum();
    Progress progress = new Progress(out, InstantSource.system(), jvms, EXPECTED);
    for (int fork = 1; fork <= plan.forks(); fork++) {
      for (List<String> some : operations) {
        for (Variant width : widths) {
          for (PeerSide side : having(some, sides)) {
            String names = String.join(", ", some);
            progress.starts("%s, %s with %s".formatted(width.id(), names, side.name()));
            progress.ends(
                unusable.contains(side)
                    ? "left out"
                    : run(width, side, request(side, some, shapes, budgets, fork)));
          }
        }
      }
    }
  }

  /** The sides that could have such operations. */
  private List<PeerSide> having(List<String> some, List<PeerSide> sides) {
    Class<?> service = contest.service(some.get(0));
    return sides.stream().filter(side -> side.service() == service).toList();
  }

  private PeerJvm.Request request(
      PeerSide side, List<String> some, List<String> shapes, List<Integer> budgets, int fork)
      throws IOException {
    List<String> jars = side.module().libraries();
    String module = side.module().name();
    return new PeerJvm.Request(
        contest, side.provider(), module, jars, some, shapes, budgets, plan, fork);
  }

  /**
   * @return what to print: a line for each cell and problem
   */
  private String run(Variant width, PeerSide side, PeerJvm.Request request) throws IOException {
    long elements = request.shapes().stream().mapToLong(contest::largest).max().orElseThrow();
    Outcome<PeerMessage> outcome =
        side.jvm(width, PeerProcess.heapFor(ARRAYS, elements))
            .run(PeerJvm.class, PeerMessage.class, Json.text(request));
    List<PeerMessage> messages = new ArrayList<>(outcome.answers());
    if (outcome.exitValue() != 0) {
      String reason = "its JVM ended with " + outcome.exitValue() + " after: " + outcome.lastLine();
      String operations = String.join(", ", request.operations());
      messages.add(
          PeerMessage.of(
              new PeerProblem(PeerProblem.Kind.FAILED, side.name(), operations, "", reason)));
    }
    if (messages.stream().noneMatch(message -> message.info() != null)) {
      unusable.add(side);
    }
    messages.forEach(results.widths().get(width.id())::add);
    results.write(file); // each time, so that a run that is broken off leaves what it has
    return messages.stream().map(this::line).collect(Collectors.joining());
  }

  private String line(PeerMessage message) {
    if (message.problem() != null) {
      return "\n  " + message.problem();
    }
    return message.cell() == null ? "" : "\n  " + line(message.cell());
  }

  /** Where times mean nothing, that it is right. */
  private String line(PeerCell cell) {
    String place =
        "%s %s %s, %s: "
            .formatted(cell.label(), cell.operation(), cell.shape(), cell.setting().label());
    PeerScore score = PeerScore.of(List.of(cell));
    double ours = score.ourNanos();
    return plan.timesMeanSomething()
        ? place
            + "%s %s, softmax4j %s, ratio %s"
                .formatted(
                    MarkdownTable.figure(contest.figure(cell.shape(), ours * score.ratio())),
                    contest.unit(cell.shape()),
                    MarkdownTable.figure(contest.figure(cell.shape(), ours)),
                    score)
        : place + String.format(Locale.ROOT, "right, largest error %.1e", cell.peerError());
  }
}
