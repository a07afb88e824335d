package io.github.softmax4j.benchmarks;

/**
 * What a {@link Peer} gets to work on: the very logits that this library gets. Arrays are not
 * copied, so that both sides read the same memory.
 *
 * @param logits row after row; not to be changed
 * @param labels the true class of each row
 * @param output where results go that are wanted on the heap
 */
public record Batch(int rows, int classes, float[] logits, int[] labels, float[] output) {

  /** The number of logits. */
  public int elements() {
    return rows * classes;
  }

  /** The labels in the type that most libraries want. */
  public long[] longLabels() {
    long[] wide = new long[rows];
    for (int row = 0; row < rows; row++) {
      wide[row] = labels[row];
    }
    return wide;
  }
}
