package io.github.softmax4j.benchmarks;

/**
 * Another library that multiplies matrices. Its public constructor without arguments loads it and
 * holds it to one thread.
 */
public interface LinearPeer extends NamedPeer {

  /** A product, ready to be called. */
  PeerTask task(Gemm gemm) throws Exception;
}
