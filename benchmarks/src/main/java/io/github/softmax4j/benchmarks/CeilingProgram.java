package io.github.softmax4j.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A native program that times the same operations: what the hardware gives without a JVM. */
final class CeilingProgram {

  private final String command;

  CeilingProgram(String command) {
    this.command = command;
  }

  /**
   * Runs the program once.
   *
   * @return what it printed below its header, a {@link CeilingLine} each
   * @throws RunFailedException if it fails or prints something else
   */
  List<String> measure(Shape shape) {
    List<String> printed = outputFor(shape);
    if (printed.isEmpty() || !printed.get(0).equals(CeilingLine.HEADER)) {
      String first = printed.isEmpty() ? "nothing" : "\"" + printed.get(0) + "\"";
      throw failed(
          shape, "its first line is to be \"" + CeilingLine.HEADER + "\", but it printed " + first);
    }
    List<String> lines = printed.subList(1, printed.size());
    if (lines.isEmpty()) {
      throw failed(shape, "it printed a header and no figures");
    }
    lines.forEach(line -> check(line, shape));
    return lines;
  }

  private List<String> outputFor(Shape shape) {
    try {
      Process process =
          new ProcessBuilder(command, shape.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      process.getOutputStream().close();
      String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int exitCode = process.onExit().join().exitValue();
      if (exitCode != 0) {
        throw failed(shape, "exit code " + exitCode);
      }
      return printed.lines().filter(line -> !line.isBlank()).toList();
    } catch (IOException e) {
      throw failed(shape, e.getMessage());
    }
  }

  private void check(String line, Shape shape) {
    Shape measured;
    try {
      measured = CeilingLine.parse(line).benchmarkCase().shape();
    } catch (IllegalArgumentException e) {
      throw failed(shape, "in its line \"" + line + "\": " + e.getMessage());
    }
    if (!measured.equals(shape)) {
      throw failed(shape, "it printed figures of " + measured);
    }
  }

  private RunFailedException failed(Shape shape, String why) {
    return new RunFailedException("The ceiling, " + command + " " + shape + ", failed: " + why);
  }
}
