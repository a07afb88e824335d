package io.github.softmax4j.benchmarks;

import io.github.softmax4j.ActivePath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Finds out which path a JVM with given flags takes on this machine, by starting one and asking:
 * what the CPU has and what the JVM makes of it can differ.
 */
final class Probe {

  private static final String ANSWER = "softmax4j path:";

  private Probe() {}

  /** Runs in the JVM that is asked. */
  public static void main(String[] args) {
    JvmPath path = JvmPath.ofThisJvm();
    System.out.println(
        String.join(
            " ",
            ANSWER,
            path.kind().name(),
            Integer.toString(path.vectorBits()),
            Integer.toString(path.lanes()),
            path.reason()));
  }

  /** The path of a JVM with these flags; empty if it does not start with them. */
  static Optional<JvmPath> pathWith(List<String> flags) {
    try {
      Process process =
          ChildJvm.of(flags, Probe.class, List.of())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return said.lines().filter(line -> line.startsWith(ANSWER)).findFirst().map(Probe::parse);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start a JVM with " + flags, e);
    }
  }

  private static JvmPath parse(String line) {
    String[] fields = line.substring(ANSWER.length() + 1).split(" ", 4);
    return new JvmPath(
        ActivePath.Kind.valueOf(fields[0]),
        Integer.parseInt(fields[1]),
        Integer.parseInt(fields[2]),
        fields[3]);
  }
}
