package io.github.softmax4j.example;

import java.io.PrintStream;

/** What the examples that take arguments have in common. */
final class CommandLine {

  private CommandLine() {}

  /** An example, given its arguments. */
  interface Program {
    void run(String[] args, PrintStream out) throws UsageException;
  }

  /** Tells a mistake in one sentence, with the usage below, and ends the JVM with exit code 1. */
  static void run(Program program, String usage, String[] args) {
    try {
      program.run(args, System.out);
    } catch (UsageException e) {
      System.err.println(e.getMessage());
      System.err.println("usage: " + usage);
      System.exit(1);
    }
  }

  static int parseCount(String name, String text, int most) throws UsageException {
    try {
      int count = Integer.parseInt(text);
      if (count >= 1 && count <= most) {
        return count;
      }
    } catch (NumberFormatException e) {
      // falls through to the same message
    }
    throw new UsageException(
        "%s: \"%s\" is not a whole number from 1 to %d".formatted(name, text, most));
  }
}
