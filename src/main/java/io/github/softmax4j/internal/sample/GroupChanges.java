package io.github.softmax4j.internal.sample;

/**
 * Changes the logits of a group of rows that come in blocks of classes. The histories are counted
 * once for all blocks. The arrays are reused, and grow.
 */
public final class GroupChanges {

  /** Most keys of all rows, if one row does not need more. */
  private static final int KEYS = 1 << 19;

  private final Tally tally = new Tally();

  private LogitChanges changes;

  private History history;

  private int classes;

  /** Most keys of a row. */
  private int mostKeys;

  private int firstRow;

  /** The keys of each row, sorted. */
  private long[] keys = {};

  /** Index behind the last key of each row. */
  private int[] ends = {};

  /** Creates one to be started. */
  public GroupChanges() {}

  /** Starts rows of so many classes. */
  public void begin(LogitChanges changes, History history, int classes) {
    this.changes = changes;
    this.history = history;
    this.classes = classes;
    mostKeys = changes.penalize() ? Math.min(classes, history.length) : 0;
  }

  /** Releases the history, so that it can be freed. */
  public void end() {
    changes = null;
    history = null;
  }

  /** Most rows of a group; 1 or more. */
  public int mostRows() {
    return Math.max(1, KEYS / Math.max(1, mostKeys));
  }

  /** Starts a group of rows. */
  public void beginGroup(int firstRow, int count) {
    this.firstRow = firstRow;
    if (keys.length < count * mostKeys) {
      keys = new long[count * mostKeys * 3 / 2]; // histories become longer
    }
    if (ends.length < count) {
      ends = new int[count];
    }
    for (int r = 0; r < count && changes.penalize(); r++) {
      int from = r * mostKeys;
      ends[r] = tally.write(history, firstRow + r, classes, keys, from);
      KeySelection.sort(keys, from, ends[r] - from);
    }
  }

  /** Changes {@code n} logits of a row of the group, from class {@code firstClass} on. */
  public void change(int row, float[] x, int at, int firstClass, int n) {
    if (changes.penalize()) {
      int r = row - firstRow;
      int from = Tally.indexOf(keys, r * mostKeys, ends[r], firstClass);
      int to = Tally.indexOf(keys, from, ends[r], firstClass + n);
      changes.penalize(x, at, firstClass, keys, from, to);
    }
    changes.addBiases(x, at, firstClass, n);
  }
}
