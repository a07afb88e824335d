package io.github.softmax4j.internal.sample;

/** A copy of a row with its logits changed. The arrays are reused, and grow. */
public final class ChangedRow {

  private final Tally tally = new Tally();

  private long[] keys = {};

  private float[] logits = {};

  /** Creates an empty row. */
  public ChangedRow() {}

  /**
   * Copies {@code n} logits and changes them.
   *
   * @param history the classes that penalties are for; not read if there are none
   * @param r the row of the history
   * @return the logits, from index 0
   */
  public float[] take(LogitChanges changes, History history, int r, float[] x, int from, int n) {
    if (logits.length < n) {
      logits = new float[n];
    }
    System.arraycopy(x, from, logits, 0, n);
    if (changes.penalize()) {
      penalize(changes, history, r, n);
    }
    changes.addBiases(logits, 0, 0, n);
    return logits;
  }

  private void penalize(LogitChanges changes, History history, int r, int n) {
    int most = Math.min(n, history.end(r) - history.start(r));
    if (keys.length < most) {
      keys = new long[n];
    }
    int end = tally.write(history, r, n, keys, 0);
    changes.penalize(logits, 0, 0, keys, 0, end);
  }
}
