package io.github.softmax4j.internal.sample;

/**
 * The rankings of a group of rows whose logits come in blocks of classes. Their keys share an
 * array, which is reused.
 */
public final class Rankings {

  /** Most keys of all rows, if one row does not need more. */
  private static final int KEYS = 1 << 19;

  private final KeySelection selection = new KeySelection();

  private Ranking[] rows = {};

  private long[] keys = {};

  /** Creates empty rankings. */
  public Rankings() {}

  /** Most rows of a group; 1 or more. */
  public static int mostRows(int classes, int k) {
    return Math.max(1, KEYS / Ranking.capacity(classes, k));
  }

  /** Starts the {@code k} largest of {@code classes} logits of each row. */
  public void begin(int count, int classes, int k) {
    int capacity = Ranking.capacity(classes, k);
    if (keys.length < count * capacity) {
      keys = new long[count * capacity];
      rows = new Ranking[0]; // they refer to the old keys
    }
    if (rows.length < count) {
      rows = new Ranking[count];
      for (int r = 0; r < count; r++) {
        rows[r] = new Ranking(selection);
      }
    }
    for (int r = 0; r < count; r++) {
      rows[r].begin(keys, r * capacity, classes, k);
    }
  }

  /** The ranking of a row of the group. */
  public Ranking row(int r) {
    return rows[r];
  }
}
