package io.github.softmax4j.benchmarks;

import io.github.softmax4j.ActivePath;

/** The path of this JVM, or of another that has told it. */
record JvmPath(ActivePath.Kind kind, int vectorBits, int lanes, String reason) {

  /** The path of this JVM. */
  static JvmPath ofThisJvm() {
    ActivePath path = ActivePath.get();
    return new JvmPath(path.kind(), path.vectorBits(), path.lanes(), path.reason());
  }
}
