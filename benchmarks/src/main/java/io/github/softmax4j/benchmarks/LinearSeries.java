package io.github.softmax4j.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Starts JVMs with this library and a peer one after the other, and collects what they give. */
final class LinearSeries {

  /** This many float arrays of the size of the largest matrix. */
  private static final int ARRAYS = 6;

  private final Mode mode;
  private final LinearResults results;
  private final Path directory;
  private final PrintStream out;

  /**
   * @param results to be added to
   * @param directory where they are written
   */
  LinearSeries(Mode mode, LinearResults results, Path directory, PrintStream out) {
    this.mode = mode;
    this.results = results;
    this.directory = directory;
    this.out = out;
  }

  /** Forks outermost: what the machine does over time, it does to all widths and peers. */
  void run(List<PairedWidth> widths, List<LinearSide> sides, List<LinearShape> shapes)
      throws IOException {
    for (int fork = 1; fork <= PeerPlan.of(mode).forks(); fork++) {
      for (PairedWidth width : widths) {
        for (LinearSide side : sides) {
          out.printf("%s, JVM %d with %s ...%n", width.label(), fork, side.name());
          run(width, side, shapes, fork).forEach(message -> add(width, message));
          results.write(directory); // a run that is broken off leaves what it has
        }
      }
    }
  }

  /** In turns, so that what the machine does meets all of them. */
  void runYoung(List<PairedWidth> widths, List<LinearSide> sides, int jvms, int slots)
      throws IOException {
    for (int round = 1; round <= jvms; round++) {
      for (PairedWidth width : widths) {
        for (LinearSide side : sides) {
          out.printf("%s, young JVM %d with %s%n", width.label(), round, side.name());
          results.young().add(YoungJvm.measure(width, side.name(), side, slots));
        }
      }
    }
    results.write(directory);
  }

  private List<PeerMessage> run(
      PairedWidth width, LinearSide side, List<LinearShape> shapes, int fork) throws IOException {
    Path messages = side.module().workingDirectory().resolve("linear.jsonl").toAbsolutePath();
    List<String> arguments =
        List.of(
            side.provider(),
            mode.name(),
            shapes.stream().map(LinearShape::toString).collect(Collectors.joining(",")),
            Integer.toString(fork),
            messages.toString());
    long elements = shapes.stream().mapToLong(LinearShape::largestMatrix).max().orElseThrow();
    List<String> flags =
        Stream.concat(width.flags().stream(), Stream.of(PeerProcess.heapFor(ARRAYS, elements)))
            .toList();
    ProcessBuilder jvm = PeerProcess.of(side.module(), flags, LinearJvm.class, arguments);
    jvm.environment().putAll(width.environment());
    return PeerProcess.messages(side.module(), jvm, messages, side.name(), width.label());
  }

  private void add(PairedWidth width, PeerMessage message) {
    results.widths().get(width.label()).add(message);
    if (message.problem() != null) {
      out.println("  " + message.problem());
    }
    if (message.cell() != null) {
      out.println("  " + line(message.cell()));
    }
  }

  private static String line(PeerCell cell) {
    LinearCase linearCase = LinearCase.of(cell);
    PeerScore score = PeerScore.of(List.of(cell), linearCase.amount());
    return String.format(
        Locale.ROOT,
        "%s, %s: %.1f %s, %s %.1f, ratio %.3f",
        linearCase,
        cell.setting().label(),
        1 / score.ourNanos(),
        linearCase.unit(),
        cell.label(),
        1 / score.ourNanos() / score.ratio(),
        score.ratio());
  }
}
