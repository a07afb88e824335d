package io.github.softmax4j.benchmarks;

/** One operation of a peer on data of a batch or a product, to be called over and over. */
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
   * Computes with inputs from the arrays of the data and the result to their output, copies and
   * all.
   *
   * @return the loss, or anything where there is none
   */
  double runFromHeapToHeap() throws Exception;

  /** Copies what {@link #run} computed to the output of the data. */
  void fetch() throws Exception;

  @Override
  default void close() {}
}
