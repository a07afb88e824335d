package io.github.softmax4j.benchmarks;

/** Another library, or another way, that is measured beside this library. */
public abstract class NamedPeer {
  private final String name;
  private final String description;

  /**
   * @param name what readers know it as
   * @param description the version that was loaded, and all that one must know of how it is used
   */
  protected NamedPeer(String name, String description) {
    this.name = name;
    this.description = description;
  }

  final String name() {
    return name;
  }

  final String description() {
    return description;
  }
}
