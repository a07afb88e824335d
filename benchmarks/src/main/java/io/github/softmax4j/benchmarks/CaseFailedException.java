package io.github.softmax4j.benchmarks;

/** A case that gave no figure; the message holds all that JMH and the JVM had to say. */
final class CaseFailedException extends RunFailedException {

  private static final long serialVersionUID = 1;

  CaseFailedException(Case benchmarkCase, String details) {
    super(benchmarkCase + " failed: " + details);
  }
}
