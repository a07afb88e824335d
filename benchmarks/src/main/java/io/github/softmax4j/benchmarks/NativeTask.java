package io.github.softmax4j.benchmarks;

/** A task of a library that has memory of its own, into which and out of which data are copied. */
public abstract class NativeTask implements PeerTask {

  /** Copies logits, or factors, and labels if there are any, to the library's memory. */
  protected abstract void send() throws Exception;

  @Override
  public double runFromHeapToHeap() throws Exception {
    send();
    double loss = run();
    fetch();
    return loss;
  }
}
