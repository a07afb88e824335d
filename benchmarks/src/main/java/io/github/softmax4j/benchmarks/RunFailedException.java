package io.github.softmax4j.benchmarks;

/** A run that cannot go on. The message says all that there is to know: no stack trace is shown. */
final class RunFailedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  RunFailedException(String message) {
    super(message);
  }
}
