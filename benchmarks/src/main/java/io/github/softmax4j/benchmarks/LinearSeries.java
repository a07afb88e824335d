package io.github.softmax4j.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** Starts JVMs with this library and a peer one after the other, and collects what they give. */
final class LinearSeries {

  /** This many float arrays of the size of the largest matrix. */
  private static final int ARRAYS = 6;

  private final Mode mode;
  private final Class<?> main;
  private final LinearResults results;
  private final Path file;
  private final PrintStream out;
  private final Function<PeerCell, String> line;

  /**
   * @param main takes {@link PairArguments}
   * @param results to be added to
   * @param file where they are written
   * @param line what is printed of a cell
   */
  LinearSeries(
      Mode mode,
      Class<?> main,
      LinearResults results,
      Path file,
      PrintStream out,
      Function<PeerCell, String> line) {
    this.mode = mode;
    this.main = main;
    this.results = results;
    this.file = file;
    this.out = out;
    this.line = line;
  }

  /** Forks outermost: what the machine does over time, it does to all widths and peers. */
  void run(
      int forks,
      List<PairedWidth> widths,
      List<LinearSide> sides,
      List<LinearShape> shapes,
      List<Integer> budgets)
      throws IOException {
    for (int fork = 1; fork <= forks; fork++) {
      for (PairedWidth width : widths) {
        for (LinearSide side : sides) {
          out.printf("%s, JVM %d with %s ...%n", width.label(), fork, side.name());
          Path messages = side.module().workingDirectory().resolve("pairs.jsonl").toAbsolutePath();
          PairArguments arguments =
              new PairArguments(side.provider(), mode, shapes, budgets, fork, messages);
          run(width, side, arguments).forEach(message -> add(width, message));
          results.write(file); // a run that is broken off leaves what it has
        }
      }
    }
  }

  private List<PeerMessage> run(PairedWidth width, LinearSide side, PairArguments arguments)
      throws IOException {
    long elements =
        arguments.shapes().stream().mapToLong(LinearShape::largestMatrix).max().orElseThrow();
    List<String> flags =
        Stream.concat(width.flags().stream(), Stream.of(PeerProcess.heapFor(ARRAYS, elements)))
            .toList();
    ProcessBuilder jvm = PeerProcess.of(side.module(), flags, main, arguments.toList());
    jvm.environment().putAll(width.environment());
    return PeerProcess.messages(
        side.module(), jvm, arguments.messages(), side.name(), width.label());
  }

  /** Where times mean nothing, that it is right. */
  private String line(PeerCell cell) {
    return mode == Mode.SMOKE
        ? "%s %s, %s: right, %s differs by %.1e"
            .formatted(
                cell.operation(),
                cell.shape(),
                cell.setting().label(),
                cell.peer(),
                cell.peerError())
        : line.apply(cell);
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
}
