package io.github.softmax4j.benchmarks;

import java.util.List;

/**
 * A peer that was loaded.
 *
 * @param module the name of its folder
 * @param jars the files on its class path, the library itself first
 * @param path which path of this library was measured beside it
 */
record PeerInfo(String module, String name, String description, List<String> jars, String path) {

  /** Whether it is somebody's library, and not a loop that one could write oneself. */
  boolean isLibrary() {
    return !jars.isEmpty();
  }
}
