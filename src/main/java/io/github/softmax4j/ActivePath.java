package io.github.softmax4j;

import io.github.softmax4j.internal.select.Kernels;

/**
 * Which of the library's two paths runs in this JVM, and why.
 *
 * <p>The choice is made once, at first use. The system property {@code softmax4j.path} forces it:
 * {@code scalar}, {@code vector} or {@code auto} (the default). Where the vector path cannot run,
 * the scalar path does, even if the other is forced. One line of the log then says why, and what to
 * do. It also names a property whose value is none of these, which is ignored.
 *
 * <p>Vectors are as wide as the CPU has them. The system property {@code softmax4j.vectorBits}
 * makes them 128, 256 or 512 bits wide: two machines give the same bits if their vectors are of the
 * same width. A width that the CPU does not have leaves the scalar path; if {@code
 * softmax4j.path=vector} forces the other, the JVM emulates each vector, a hundred times slower,
 * which is good for tests.
 */
public final class ActivePath {

  private final Kind kind;
  private final int lanes;
  private final String reason;

  private ActivePath(Kind kind, int lanes, String reason) {
    this.kind = kind;
    this.lanes = lanes;
    this.reason = reason;
  }

  /** The two implementations of every operation. */
  public enum Kind {
    /** Plain Java: the readable specification, and the fallback. */
    SCALAR,
    /** {@code jdk.incubator.vector} kernels. */
    VECTOR
  }

  /**
   * The path this JVM uses.
   *
   * @return the same answer every time
   */
  public static ActivePath get() {
    Startup.ensure();
    int lanes = Kernels.ACTIVE.lanes();
    return new ActivePath(lanes == 1 ? Kind.SCALAR : Kind.VECTOR, lanes, Kernels.REASON);
  }

  /**
   * The path that does the work.
   *
   * @return the kind of path
   */
  public Kind kind() {
    return kind;
  }

  /**
   * The width of a vector register as used by the kernels.
   *
   * @return the width in bits; 32 for {@link Kind#SCALAR}
   */
  public int vectorBits() {
    return lanes * Float.SIZE;
  }

  /**
   * Floats per vector.
   *
   * @return the number of lanes; 1 for {@link Kind#SCALAR}
   */
  public int lanes() {
    return lanes;
  }

  /**
   * Why this path runs, and for the scalar path also how to get the other.
   *
   * @return one sentence
   */
  public String reason() {
    return reason;
  }

  /**
   * The path, its width and the reason.
   *
   * @return for instance {@code VECTOR, 512 bits (16 lanes): ...}
   */
  @Override
  public String toString() {
    return "%s, %d bits (%d lanes): %s".formatted(kind, vectorBits(), lanes, reason);
  }
}
