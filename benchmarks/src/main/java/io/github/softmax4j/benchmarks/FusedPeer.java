package io.github.softmax4j.benchmarks;

/**
 * Another way to have the cross-entropy of a linear layer and its gradients. Its public constructor
 * without arguments loads it and holds it to one thread.
 */
public interface FusedPeer extends NamedPeer {

  /**
   * The mean loss and the gradients with respect to input, weights and bias, ready to be called.
   * What takes more memory than inputs and gradients is made by the first call.
   */
  PeerTask task(FusedData data) throws Exception;
}
