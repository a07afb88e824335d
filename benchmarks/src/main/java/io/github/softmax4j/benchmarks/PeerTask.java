package io.github.softmax4j.benchmarks;

/** One operation of a {@link Peer} on one batch, to be called over and over. */
public interface PeerTask extends AutoCloseable {

  /** Tells two ways of the same peer apart; empty if there is but one. */
  default String way() {
    return "";
  }

  /**
   * Computes with inputs and results in the library's own memory, or on the heap if that is where
   * it has them.
   *
   * @return the loss, or anything where there is none
   */
  double run() throws Exception;

  /**
   * Computes with logits and labels from the batch's arrays and the result to its output, copies
   * and all.
   *
   * @return the loss, or anything where there is none
   */
  double runFromHeapToHeap() throws Exception;

  /** Copies what {@link #run} computed to the batch's output. */
  void fetch() throws Exception;

  @Override
  default void close() {}
}
