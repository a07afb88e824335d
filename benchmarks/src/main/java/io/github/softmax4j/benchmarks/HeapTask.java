package io.github.softmax4j.benchmarks;

/**
 * A task of a library that computes on the heap: from the arrays of the data to their output.
 *
 * @param way tells it from other ways of the same peer; empty if there is but one
 * @param call gives the loss, or anything where there is none
 */
public record HeapTask(String way, TimedCall call) implements PeerTask {
  /** The only way of its peer. */
  public HeapTask(TimedCall call) {
    this("", call);
  }

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
