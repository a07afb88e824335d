package io.github.softmax4j.cli;

/** Placeholder. */
public final class SelfCheck {
  private SelfCheck() {}

  /** Placeholder. */
  public static void main(String[] args) {
    System.out.println(io.github.softmax4j.ActivePath.get());
  }
}
