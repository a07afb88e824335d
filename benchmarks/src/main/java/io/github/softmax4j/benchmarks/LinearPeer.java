package io.github.softmax4j.benchmarks;

/**
 * Another library that multiplies matrices. Its public constructor without arguments loads it and
 * holds it to one thread.
 */
public abstract class LinearPeer extends NamedPeer {
  protected LinearPeer(String name, String description) {
    super(name, description);
  }

  /** A product, ready to be called. */
  public abstract PeerTask task(Gemm gemm) throws Exception;
}
