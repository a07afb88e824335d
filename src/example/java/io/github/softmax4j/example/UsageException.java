package io.github.softmax4j.example;

/** A mistake of the user, told to the user in one sentence. */
final class UsageException extends Exception {
  private static final long serialVersionUID = 1;

  UsageException(String message) {
    super(message);
  }
}
