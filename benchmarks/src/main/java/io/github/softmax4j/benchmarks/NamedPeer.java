package io.github.softmax4j.benchmarks;

/** Another library, or another way, that is measured beside this library. */
public interface NamedPeer {

  /** What readers know it as. */
  String name();

  /** The version that was loaded, and all that one must know of how it is used. */
  String description();
}
