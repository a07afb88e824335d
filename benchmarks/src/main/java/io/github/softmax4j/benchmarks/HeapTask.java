package io.github.softmax4j.benchmarks;

/**
 * A task of a library that computes on the heap: from the arrays of the data to their output.
 *
 * @param call gives the loss, or anything where there is none
 */
public record HeapTask(TimedCall call) implements PeerTask {
  @Override
  public double run() throws Exception {
    return call.run();
  }

  @Override
  public double runFromHeapToHeap() throws Exception {
    return call.run();
  }

  @Override
  public void fetch() {}
}
