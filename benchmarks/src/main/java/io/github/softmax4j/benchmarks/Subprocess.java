package io.github.softmax4j.benchmarks;

/** Waits for other programs. */
final class Subprocess {

  private Subprocess() {}

  /**
   * The exit value of a program, once it is over. It is ended with this JVM, so that nothing is
   * left running if the user has had enough.
   */
  static int waitFor(Process process) {
    Thread end = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(end);
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      throw new RunFailedException("interrupted");
    } finally {
      Runtime.getRuntime().removeShutdownHook(end);
    }
  }
}
