package io.github.softmax4j.benchmarks;

/** A task of a library that computes on the heap: from the arrays of the data to their output. */
public abstract class HeapTask implements PeerTask {

  @Override
  public final double runFromHeapToHeap() throws Exception {
    return run();
  }

  @Override
  public final void fetch() {}
}
