package io.github.softmax4j.benchmarks;

/**
 * Another way to have the cross-entropy of a linear layer and its gradients. Its public constructor
 * without arguments loads it and holds it to one thread.
 */
public abstract class FusedPeer extends NamedPeer {
  protected FusedPeer(String name, String description) {
    super(name, description);
  }

  /**
   * The mean loss and the gradients with respect to input, weights and bias, ready to be called.
   * What takes more memory than inputs and gradients is made by the first call.
   */
  public abstract PeerTask task(FusedData data) throws Exception;
}
