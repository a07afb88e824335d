package io.github.softmax4j.internal.vector;

/** Which of two kinds of code with the same bits the vector path runs in this JVM's tests. */
public enum CodeKind {
  /** Vector code, also as long as it is not compiled. */
  VECTORS,
  /** Plain Java. */
  LANEWISE;

  /** Has this kind of code serve all operations. */
  public void select() {
    Readiness.useAlways(this == VECTORS);
  }
}
