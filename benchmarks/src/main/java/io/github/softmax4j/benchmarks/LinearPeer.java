package io.github.softmax4j.benchmarks;

/**
 * Another library that multiplies matrices. Its public constructor without arguments loads it and
 * holds it to one thread.
 */
public interface LinearPeer {

  /** What readers know it as. */
  String name();

  /** The version that was loaded, and all that one must know of how it is used. */
  String description();

  /** A product, ready to be called. */
  PeerTask task(Gemm gemm) throws Exception;
}
